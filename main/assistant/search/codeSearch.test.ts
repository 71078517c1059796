import fc from 'fast-check'
import { expect, test } from 'vitest'
import { present } from '../../core/base/assert.ts'
import { failure } from '../../core/base/result.ts'
import { assistantDatabase } from '../../fixtures/assistantDatabase.ts'
import type { IndexedFunction } from '../codeIndex/codeIndex.ts'
import type { CodeEncoder } from './codeEncoder.ts'
import { CodeSearch } from './codeSearch.ts'
import { keptIn, type Kept } from './kept.ts'

function code(id: number, name: string, body: string, more: Partial<IndexedFunction> = {}): IndexedFunction {
  const last = name.split('.').at(-1) ?? name
  const head = `def ${last}(spot, strikes)`
  const docstring = more.docstring ?? ''
  const quoted = docstring === '' ? '' : `    """${docstring}"""\n`
  const source = `${head}:\n${quoted}    ${body.replaceAll('\n', '\n    ')}`
  return {
    id,
    name,
    file: '/desk/book.py',
    language: 'python',
    lines: { first: 10 * id, last: 10 * id + source.split('\n').length - 1 },
    signature: head,
    docstring,
    parameters: [],
    calls: [],
    source,
    ...more,
  }
}

const BOOK: readonly IndexedFunction[] = [
  code(
    1,
    'Book.position_greeks',
    'total = 0.0\nfor strike in strikes:\n    total += delta(spot, strike)\nreturn total',
    {
      docstring: 'Sum of the deltas of all positions.',
    },
  ),
  code(2, 'impliedVolatility', 'return newton(vega, price)', { language: 'typescript' }),
  code(3, 'load_quotes', 'rows = open(path).read()\nreturn parse(rows)'),
  code(4, 'greeks', 'return position_greeks(spot, strikes)'),
  code(5, 'payoff', 'return max(spot - strike, 0.0)', { docstring: 'What a call pays at expiry.' }),
]

function opened(kept: Kept = keptIn(assistantDatabase(), () => 5), functions = BOOK) {
  const byId = new Map(functions.map(it => [it.id, it]))
  const search = new CodeSearch({
    functionWith: id => byId.get(id),
    kept,
    now: () => 1234,
    choicesAt: ({ function: name }) => (name === 'payoff' ? [{ at: 7, sentence: 'took NumPy' }] : []),
  })
  search.update({ removed: [], added: functions })
  return { search, byId }
}

async function namesFor(search: CodeSearch, query: string, options = {}) {
  const { hits } = await search.search(query, options)
  return hits.map(({ place }) => place.function)
}

test('a name finds its function first, however it is written', async () => {
  const { search } = opened()
  for (const query of [
    'implied_volatility',
    'impliedVolatility',
    'ImpliedVolatility()',
    ' implied_volatility ',
  ])
    expect((await namesFor(search, query))[0]).toBe('impliedVolatility')
  expect((await namesFor(search, 'greeks'))[0]).toBe('greeks')
  expect((await namesFor(search, 'book.positionGreeks'))[0]).toBe('Book.position_greeks')
  const { hits } = await search.search('greeks')
  expect(hits[0]?.why).toContain('has this name')
  expect(hits[1]?.why).not.toContain('has this name')
})

test('text and code find too, with the lines, the columns and the reason', async () => {
  const { search } = opened()
  const { hits, method, notice } = await search.search('sum of deltas over positions')
  const hit = present(hits[0], 'something is found')
  expect(hit.place).toEqual({
    file: '/desk/book.py',
    function: 'Book.position_greeks',
    lines: BOOK[0]?.lines,
  })
  expect(hit.lines.map(({ number }) => number)).toEqual([10, 11, 14])
  for (const { text, marks } of hit.lines)
    for (const [start, end] of marks)
      expect(text.slice(start, end).toLowerCase()).toMatch(/delta|sum|position/)
  expect(hit.lines.flatMap(({ marks }) => marks).length).toBeGreaterThan(3)
  expect(hit.why).toEqual(['name: positions', 'docstring: sum, deltas'])
  expect({ method, notice }).toEqual({ method: 'words over 5 functions', notice: undefined })
  expect((await namesFor(search, 'for strike in strikes:\n  total += delta(spot, strike)'))[0]).toBe(
    'Book.position_greeks',
  )
})

test('what traders shorten is understood both ways', async () => {
  const { search } = opened(undefined, [
    code(1, 'solve_iv', 'return newton(price)'),
    code(2, 'implied_volatility', 'return newton(price)'),
    code(3, 'book_gex', 'return newton(price)'),
    code(4, 'other', 'return newton(price)'),
  ])
  expect(new Set((await namesFor(search, 'IV of each strike')).slice(0, 2))).toEqual(
    new Set(['solve_iv', 'implied_volatility']),
  )
  expect(new Set((await namesFor(search, 'implied volatility of each')).slice(0, 2))).toEqual(
    new Set(['solve_iv', 'implied_volatility']),
  )
  expect((await namesFor(search, 'gamma exposure'))[0]).toBe('book_gex')
  expect(await namesFor(search, 'gamma')).not.toContain('book_gex')
})

test('a language, a limit and past choices are kept to', async () => {
  const { search } = opened()
  expect(await namesFor(search, 'price spot volatility', { language: 'typescript' })).toEqual([
    'impliedVolatility',
  ])
  expect(await namesFor(search, 'payoff', { language: 'typescript' })).toEqual([])
  expect(await namesFor(search, 'spot', { limit: 2 })).toHaveLength(2)
  const { hits } = await search.search('pays at expiry')
  expect(hits[0]?.choices).toEqual([{ at: 7, sentence: 'took NumPy' }])
})

test('what is removed or changed is found no more as it was', async () => {
  const { search, byId } = opened()
  search.update({ removed: [4], added: [code(5, 'settlement', 'return spot')] })
  byId.set(5, code(5, 'settlement', 'return spot'))
  expect(await namesFor(search, 'payoff')).toEqual([])
  expect((await namesFor(search, 'settlement'))[0]).toBe('settlement')
  expect(await namesFor(search, 'greeks')).not.toContain('greeks')
  expect(search.size).toBe(4)
})

test('no query throws, and every hit is a function that is there', async () => {
  const { search } = opened()
  await fc.assert(
    fc.asyncProperty(fc.string({ unit: 'grapheme', maxLength: 200 }), async query => {
      const { hits } = await search.search(query)
      for (const { place, lines } of hits) {
        expect(BOOK.map(({ name }) => name)).toContain(place.function)
        for (const { text, marks } of lines)
          for (const [start, end] of marks) expect(start >= 0 && start < end && end <= text.length).toBe(true)
      }
    }),
  )
})

/** Functions whose docstrings share no word with them: what a docstring says is learned from others of its kind. */
function foreignBook(count: number): IndexedFunction[] {
  const kinds = ['alpha', 'bravo', 'carol', 'delta', 'early', 'foggy', 'grand', 'house', 'india', 'jolly']
  return Array.from({ length: count }, (_, id) => {
    const [one = '', other = ''] = [kinds[id % 10], kinds[Math.floor(id / 10) % 10]]
    const asks = `question${one} question${other} number${id}`
    return code(id + 1, `f${id}`, `return answer${one}(answer${other}, value${id})`, { docstring: asks })
  })
}

test('meaning is learned, kept, and the same after a restart', async () => {
  const kept = keptIn(assistantDatabase(), () => 5)
  const book = foreignBook(400)
  const bare = book.map(it => ({
    ...it,
    id: it.id + 1000,
    docstring: '',
    source: it.source.replace(/ {4}""".*\n/, ''),
  }))
  const { search } = opened(kept, [...book, ...bare])
  expect(search.encoder).toEqual({ kind: 'none', reason: 'Nothing was learned of this code yet.' })
  const tuned = await search.train()
  expect(tuned.ok && tuned.value.reciprocalRank).toBeGreaterThan(0)
  expect(search.encoder).toMatchObject({ kind: 'trained', trainedAt: 1234, dimensions: 256 })
  const query = 'questiongrand questionjolly'
  const found = await search.search(query, { limit: 30 })
  expect(found.method).toBe('words and meaning over 800 functions, exact')
  const again = opened(kept, [...book, ...bare]).search
  const { hits, notice } = await again.search(query, { limit: 30 })
  expect(notice).toBeUndefined()
  expect(hits).toEqual(found.hits)
  again.update({ removed: [], added: [code(5000, 'late', 'return 1')] })
  expect((await again.search(query)).notice).toBe(
    'The meaning of one function is not worked out yet; by words all are found.',
  )
  expect(hits[0]?.why.at(-1)).toMatch(/^meaning 0\.\d\d$/)
})

test('an encoder that was damaged is forgotten, and that is said', () => {
  const kept = keptIn(assistantDatabase(), () => 5)
  kept.write('encoder', Uint8Array.of(1, 2, 3))
  expect(opened(kept).search.encoder).toEqual({
    kind: 'none',
    reason: 'These bytes are no encoder of this program, or one of another version. It is learned anew.',
  })
  expect(kept.read('encoder')).toBeUndefined()
})

test('too little code to learn from is said, and words find on', async () => {
  const { search } = opened()
  const tuned = await search.train()
  expect(!tuned.ok && tuned.failure).toMatch(/^Learning needs 64 functions/)
  expect(search.encoder).toMatchObject({ kind: 'none', reason: expect.stringMatching(/^Learning needs/) })
  expect(await namesFor(search, 'payoff')).toHaveLength(1)
})

/** An encoder of two numbers: how often a text says "spot", and one. */
function spotEncoder(fails: () => boolean, identity = 'spot'): CodeEncoder {
  return {
    dimensions: 2,
    share: 1,
    identity,
    report: { kind: 'supplied', file: '/models/spot.onnx', dimensions: 2 },
    embed(texts) {
      if (fails()) return Promise.resolve(failure('The model is gone.'))
      const vectors = texts.flatMap(text => {
        const spots = text.split('spot').length - 1
        const length = Math.hypot(spots, 1)
        return [spots / length, 1 / length]
      })
      return Promise.resolve({ ok: true, value: Float32Array.from(vectors) })
    },
  }
}

test('a supplied encoder takes the place of words where it works, and words take its place where it fails', async () => {
  let isBroken = false
  const { search } = opened()
  search.useSupplied(spotEncoder(() => isBroken))
  await search.settle()
  expect(search.encoder).toMatchObject({ kind: 'supplied', file: '/models/spot.onnx' })
  const worked = await search.search('zzz')
  const spots = worked.hits.map(({ place }) => {
    const source = BOOK.find(({ name }) => name === place.function)?.source ?? ''
    return source.split('spot').length - 1
  })
  expect(spots).toEqual([1, 1, 2, 2, 2])
  isBroken = true
  const broken = await search.search('payoff')
  expect(broken).toMatchObject({
    method: 'words over 5 functions',
    notice: 'The model is gone. Words alone were searched.',
  })
  expect(broken.hits[0]?.place.function).toBe('payoff')
  search.update({ removed: [], added: [code(6, 'late', 'return spot')] })
  await search.settle()
  expect((await search.search('late')).notice).toMatch(/^The model is gone/)
  isBroken = false
  await search.settle()
  expect((await search.search('late')).notice).toBeUndefined()
  search.useSupplied(undefined)
  expect(search.encoder.kind).toBe('none')
})

test('what a slow encoder worked out is not worked out again after a restart, nor told of another', async () => {
  const kept = keptIn(assistantDatabase(), () => 5)
  const book = foreignBook(40)
  let encoded = 0
  const counting = (identity: string): CodeEncoder => {
    const encoder = spotEncoder(() => false)
    return {
      ...encoder,
      identity,
      embed(texts, side) {
        if (side === 'code') encoded += texts.length
        return encoder.embed(texts, side)
      },
    }
  }
  const start = async (identity: string, functions = book) => {
    encoded = 0
    const { search } = opened(kept, functions)
    search.useSupplied(counting(identity))
    await search.settle()
    return { encoded, hits: (await search.search('spot spot')).hits }
  }
  const first = await start('one')
  expect(first.encoded).toBe(40)
  expect(await start('one')).toEqual({ encoded: 0, hits: first.hits })
  expect((await start('one', [...book, code(99, 'late', 'return spot')])).encoded).toBe(1)
  expect((await start('two')).encoded).toBe(40)
  kept.write('vectors', Uint8Array.from(kept.read('vectors') ?? []).fill(7, 40, 44))
  expect((await start('two')).encoded).toBe(40)
  expect((await start('two')).encoded).toBe(0)
})

test('a search that is closed reads nothing any more', async () => {
  const { search, byId } = opened(undefined, foreignBook(200))
  search.useSupplied(spotEncoder(() => false))
  let read = 0
  const get = byId.get.bind(byId)
  byId.get = id => {
    read += 1
    return get(id)
  }
  const settling = search.settle()
  await search.close()
  const until = read
  await settling
  await search.settle()
  expect(read).toBe(until)
  expect(until).toBeLessThan(200)
})

test('a search is answered while it learns, and a learning that is cancelled leaves what was', async () => {
  const { search } = opened(undefined, foreignBook(400))
  const stop = new AbortController()
  const learning = search.train({ signal: stop.signal })
  let answered = 0
  for (; answered < 5; answered += 1) await namesFor(search, 'questiongrand')
  stop.abort()
  expect(await learning).toEqual({ ok: false, failure: 'Learning was cancelled.' })
  expect(search.encoder.kind).toBe('none')
})

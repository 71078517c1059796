import { appendFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { temporaryFolder } from '../../fixtures/folder.ts'
import { readLines, readRun, runOf, writeLine, type RunLine } from './runFile.ts'
import { RunStore } from './runStore.ts'

const START = {
  id: 'train-1',
  name: 'A training',
  run: 'train' as const,
  time: 1000,
  seed: 7,
  revision: 'abc',
  parameters: { budget: 'short', updates: 40, isFresh: true },
}

const metrics = fc.record({
  kind: fc.constant('metrics' as const),
  step: fc.nat({ max: 20 }),
  values: fc.dictionary(
    fc.constantFrom('loss', 'reward', 'entropy'),
    fc.double({ noNaN: true, noDefaultInfinity: true }),
  ),
})
const anyLine: fc.Arbitrary<RunLine> = fc.oneof(
  { weight: 6, arbitrary: metrics },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('resumed' as const), time: fc.nat() }) },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('artefact' as const), file: fc.constantFrom('a.onnx', 'b') }),
  },
)

test('what was written is read: the last value of a step counts, steps rise', () => {
  fc.assert(
    fc.property(fc.array(anyLine, { maxLength: 60 }), lines => {
      const text = [{ kind: 'started' as const, ...START }, ...lines].map(writeLine).join('')
      const read = readRun(text)
      if (!read) throw new Error('a run must be read')
      expect(read.damagedLines).toBe(0)
      const expected = new Map<string, Map<number, number>>()
      for (const line of lines)
        if (line.kind === 'metrics')
          for (const [name, value] of Object.entries(line.values))
            expected.set(name, (expected.get(name) ?? new Map()).set(line.step, value))
      expect(read.run.curves.map(({ name }) => name).toSorted()).toEqual([...expected.keys()].toSorted())
      for (const { name, steps, values } of read.run.curves) {
        const points = [...(expected.get(name) ?? [])].toSorted(([one], [other]) => one - other)
        // JSON knows one zero
        expect([...steps].map((step, index) => [step, (values[index] ?? Number.NaN) + 0])).toEqual(
          points.map(([step, value]) => [step, value + 0]),
        )
      }
      expect(read.run.status).toBe('interrupted')
    }),
  )
})

test('the time that was worked on a run is that of its parts; where a part does not say it, that until its end', () => {
  const part = fc.record({
    lasts: fc.nat({ max: 1000 }),
    worked: fc.option(fc.nat({ max: 1000 }), { nil: undefined }),
    waits: fc.nat(),
  })
  fc.assert(
    fc.property(fc.array(part, { minLength: 1, maxLength: 5 }), parts => {
      let { time } = START
      const lines = parts.flatMap(({ lasts, worked, waits }, index): RunLine[] => {
        const begins = time + (index === 0 ? 0 : waits)
        time = begins + lasts
        return [
          index === 0 ? { kind: 'started', ...START } : { kind: 'resumed', time: begins },
          { kind: 'ended', time, status: 'interrupted', ...(worked === undefined ? {} : { worked }) },
        ]
      })
      const expected = parts.reduce((sum, { worked, lasts }) => sum + (worked ?? lasts), 0)
      expect(readRun(lines.map(writeLine).join(''))?.run.worked).toBe(expected)
    }),
  )
})

test('a file that is cut anywhere tells everything up to the cut', () => {
  fc.assert(
    fc.property(
      fc.array(metrics, { minLength: 1, maxLength: 20 }),
      fc.double({ min: 0, max: 1 }),
      (lines, share) => {
        const written = [{ kind: 'started' as const, ...START }, ...lines].map(writeLine)
        const first = written[0]?.length ?? 0
        const text = written.join('')
        const cut = first + Math.floor((text.length - first) * share)
        const whole = text.slice(0, cut).split('\n').length - 1
        const read = readRun(text.slice(0, cut))
        const complete = readRun(written.slice(0, whole).join(''))
        const oneMore = readRun(written.slice(0, whole + 1).join(''))
        // A line that lacks nothing but its end is whole
        expect([complete, oneMore]).toContainEqual(read)
      },
    ),
  )
})

test('read piece by piece, a file tells the same as read at once', () => {
  fc.assert(
    fc.property(
      fc.array(anyLine, { maxLength: 30 }),
      fc.array(fc.nat(), { maxLength: 8 }),
      (lines, places) => {
        const text = [{ kind: 'started' as const, ...START }, ...lines].map(writeLine).join('')
        const cuts = [
          0,
          ...places.map(place => place % (text.length + 1)).toSorted((one, other) => one - other),
          text.length,
        ]
        let read = readLines('')
        cuts.slice(1).forEach((cut, index) => {
          read = readLines(text.slice(cuts[index], cut), read)
        })
        expect(runOf(read)).toEqual(readRun(text))
      },
    ),
  )
})

test('any text is read or refused, never worse', () => {
  const damaged = fc.oneof(
    fc.string({ maxLength: 60 }),
    fc.json(),
    anyLine.map(line => JSON.stringify(line)),
    fc.constant(JSON.stringify({ kind: 'started', ...START })),
  )
  fc.assert(
    fc.property(fc.array(damaged, { maxLength: 20 }), lines => {
      const read = readRun(lines.join('\n'))
      expect(read === undefined || read.run.id === START.id).toBe(true)
      for (const curve of read?.run.curves ?? []) expect(curve.steps.length).toBe(curve.values.length)
    }),
    { numRuns: 300 },
  )
})

test('a run that was killed in the middle of a line is interrupted, and goes on after it', () => {
  const folder = join(temporaryFolder(), 'runs')
  const run = new RunStore(folder).begin(START)
  run.metrics(1, { loss: 3, nothing: Number.NaN })
  run.metrics(2, { loss: 2 })
  appendFileSync(join(folder, 'train-1.jsonl'), '{"kind":"metrics","st')
  const store = new RunStore(folder)
  expect(store.list()).toMatchObject([{ id: 'train-1', status: 'interrupted', metrics: { loss: 2 } }])
  const again = store.resume('train-1', 5000)
  again.metrics(2, { loss: 1.5 })
  again.artefact('policy.onnx')
  again.end({ time: 6000, status: 'finished', model: 'challenger-1' })
  expect(store.read('train-1')).toMatchObject({
    status: 'finished',
    startedAt: 1000,
    endedAt: 6000,
    model: 'challenger-1',
    artefacts: ['policy.onnx'],
    curves: [{ name: 'loss', steps: Float64Array.of(1, 2), values: Float64Array.of(3, 1.5) }],
  })
  expect(store.notes()).toEqual([`${join(folder, 'train-1.jsonl')}: 1 damaged lines were left out.`])
  expect(() => store.begin(START)).toThrow('there is a run train-1 already')
})

test('a file that is no run, or that of another, is named and left alone', () => {
  const folder = temporaryFolder()
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'odd.jsonl'), 'nothing\n')
  writeFileSync(join(folder, 'moved.jsonl'), writeLine({ kind: 'started', ...START }))
  mkdirSync(join(folder, 'folder.jsonl'))
  writeFileSync(join(folder, 'train-1.jsonl'), writeLine({ kind: 'started', ...START }))
  const store = new RunStore(folder)
  expect(store.list().map(({ id }) => id)).toEqual(['train-1'])
  expect(store.notes().toSorted()).toEqual(
    ['folder', 'moved', 'odd'].map(
      name =>
        `${join(folder, `${name}.jsonl`)} was refused: it must be readable and begin with how the run was started.`,
    ),
  )
  expect(store.read('../odd')).toBeUndefined()
  expect(readFileSync(join(folder, 'odd.jsonl'), 'utf8')).toBe('nothing\n')
})

import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { decode, encode } from './codec.ts'
import { commands, requests } from './commands.ts'
import { GOOD_CALLS, OPTIONAL, allCalls, refusalOf, type AnyCall } from '../fixtures/calls.ts'

const anyCall = fc.constantFrom<AnyCall>(...allCalls())

/** Anything that can come over the wire, with names and values that the calls use among them. */
const anyRequest = fc.oneof(
  fc.anything({ withTypedArray: true }),
  fc.jsonValue(),
  fc.dictionary(
    fc.constantFrom('id', 'via', 'edits', 'reason', 'rating', 'minutes', 'limit', 'rules', 'ids', 'speed'),
    fc.oneof(
      fc.constantFrom('click', 'key', '', Number.NaN, Number.POSITIVE_INFINITY, 1e308, -0, null, [], {}),
      fc.double(),
      fc.jsonValue(),
    ),
  ),
)

test('any value at all is taken or refused with a place and a rule; nothing is thrown', () => {
  fc.assert(
    fc.property(anyCall, anyRequest, (call, request) => {
      const parsed = call.schema.safeParse(request)
      if (parsed.success) return
      const [issue] = parsed.error.issues
      expect(issue?.path).toBeInstanceOf(Array)
      expect(issue?.message).toMatch(/^(Invalid|Unrecognized|Too)/)
    }),
    { numRuns: 2000 },
  )
})

test('what is taken is taken again unchanged, and survives the wire', () => {
  const taken = fc
    .tuple(anyCall, anyRequest)
    .map(([call, request]) => ({ call, parsed: call.schema.safeParse(request) }))
  fc.assert(
    fc.property(taken, ({ call, parsed }) => {
      fc.pre(parsed.success && call.name !== 'wire/echo')
      expect(call.schema.safeParse(parsed.data)).toEqual({ success: true, data: parsed.data })
      const carried = decode(encode(parsed.data))
      expect(call.schema.safeParse(carried).success).toBe(true)
    }),
    { numRuns: 300 },
  )
})

test('a field that no call knows is refused by its name, wherever it stands', () => {
  const names = fc
    .string({ minLength: 1, maxLength: 12 })
    .filter(name => !/^(id|via|edits|reason|comment|strikes|quantity|limit|threshold)$/.test(name))
  fc.assert(
    fc.property(anyCall, names, fc.jsonValue(), (call, name, value) => {
      for (const place of placesOf(call.good, 'object')) {
        const known = valueAt(call.good, place)
        if (call.name === 'wire/echo' && place.length > 0) continue
        if (typeof known !== 'object' || known === null || name in known) continue
        const odd = withValue(call.good, [...place, name], value)
        const path = place.length === 0 ? 'request' : place.join('.')
        expect(refusalOf(call.name, odd)).toBe(`${path}: Unrecognized key: "${name}"`)
      }
    }),
    { numRuns: 200 },
  )
})

test.each(allCalls())('$name takes its own shape and gives it back unchanged', ({ schema, good }) => {
  expect(schema.parse(good)).toEqual(good)
})

test.each(allCalls())('$name refuses every number that is none, too large or a text, at its place', call => {
  // What is to be echoed may be anything
  if (call.name === 'wire/echo') return
  for (const place of placesOf(call.good, 'number')) {
    for (const wrong of [Number.NaN, Infinity, -Infinity, 1e308, -1e308, '1', null, true, [1], {}]) {
      const refusal = refusalOf(call.name, withValue(call.good, place, wrong))
      expect(refusal).toMatch(
        new RegExp(`^${place.join('\\.')}: (Invalid input: expected (number|int)|Too )`),
      )
    }
  }
})

test.each(allCalls())('$name refuses every text that is none or too long, at its place', call => {
  if (call.name === 'wire/echo') return
  for (const place of placesOf(call.good, 'string')) {
    for (const wrong of [0, Number.NaN, null, false, ['x'], {}, 'x'.repeat(300_000)]) {
      const refusal = refusalOf(call.name, withValue(call.good, place, wrong))
      expect(refusal).toMatch(
        new RegExp(
          `^${place.join('\\.')}: (Invalid (input|option): expected|Invalid (URL$|input$|discriminator value)|Too big)`,
        ),
      )
    }
  }
})

test.each(allCalls())('$name cannot do without any of its fields but those that may be left out', call => {
  for (const place of placesOf(call.good, 'any')) {
    const field = place.at(-1)
    if (typeof field !== 'string' || (call.name === 'wire/echo' && place.length > 1)) continue
    const refusal = refusalOf(call.name, withoutValue(call.good, place))
    const isOptional = OPTIONAL.has(`${call.name} ${field}`)
    expect(refusal ?? 'taken').toMatch(
      isOptional
        ? /^taken$/
        : new RegExp(`^${place.join('\\.')}: Invalid (input|option|discriminator value)`),
    )
  }
})

test('no call is both a command and a request', () => {
  expect(Object.keys(commands).filter(name => Object.hasOwn(requests, name))).toEqual([])
  expect(Object.keys(GOOD_CALLS).toSorted()).toEqual(
    [...Object.keys(commands), ...Object.keys(requests)].toSorted(),
  )
})

type Place = readonly (string | number)[]

/** The places in a value that hold one kind of thing. */
function placesOf(value: unknown, kind: 'number' | 'string' | 'object' | 'any', at: Place = []): Place[] {
  const isIt = kind === 'any' ? at.length > 0 : typeof value === kind && !Array.isArray(value)
  const own = isIt ? [at] : []
  if (Array.isArray(value))
    return [...own, ...value.flatMap((part, index) => placesOf(part, kind, [...at, index]))]
  if (typeof value !== 'object' || value === null) return own
  return [...own, ...Object.entries(value).flatMap(([name, part]) => placesOf(part, kind, [...at, name]))]
}

function valueAt(value: unknown, place: Place): unknown {
  return place.reduce<unknown>(
    (part, name) => (typeof part === 'object' && part !== null ? Reflect.get(part, name) : undefined),
    value,
  )
}

/** A copy of a value with another one at a place. */
function withValue(value: unknown, place: Place, next: unknown): unknown {
  const copy: unknown = structuredClone(value)
  const [last, parent] = [place.at(-1), valueAt(copy, place.slice(0, -1))]
  if (last !== undefined && typeof parent === 'object' && parent !== null)
    Object.defineProperty(parent, last, { value: next, enumerable: true, configurable: true })
  return copy
}

function withoutValue(value: unknown, place: Place): unknown {
  const copy: unknown = structuredClone(value)
  const [last, parent] = [place.at(-1), valueAt(copy, place.slice(0, -1))]
  if (last !== undefined && typeof parent === 'object' && parent !== null)
    Reflect.deleteProperty(parent, last)
  return copy
}

import { expect, test } from 'vitest'
import { BrokenInvariant, at, invariant, numberAt, present } from './assert.ts'

test('an invariant that holds says nothing, one that does not says which rule was broken', () => {
  expect(() => invariant(true, 'fills never exceed the order')).not.toThrow()
  const broken = () => invariant(false, 'fills never exceed the order')
  expect(broken).toThrow(BrokenInvariant)
  expect(broken).toThrow('Invariant: fills never exceed the order')
})

test('a broken invariant keeps its name, by which the engine tells it from a wrong argument', () => {
  const error: Error = new BrokenInvariant('x')
  expect(error.name).toBe('BrokenInvariant')
  expect(error).toBeInstanceOf(Error)
  expect(error).not.toBeInstanceOf(RangeError)
})

test.each([0, '', false, Number.NaN])('%j is present', value => {
  expect(present(value, 'a value exists')).toBe(value)
})

test.each([undefined, null])('%j is absent, and the rule is said', value => {
  expect(() => present(value, 'the session is open')).toThrow(BrokenInvariant)
  expect(() => present(value, 'the session is open')).toThrow('Invariant: the session is open')
})

test('a column is read inside of it only', () => {
  const column = Float64Array.of(1.5, Number.NaN, 0)
  expect([at(column, 0), at(column, 1), at(column, 2)]).toEqual([1.5, Number.NaN, 0])
  expect(() => at(column, 3)).toThrow(new RangeError('position must be below 3, was 3'))
})

test.each([-1, 0.5, Number.NaN, Number.POSITIVE_INFINITY])(
  'position %d of a column does not exist',
  position => {
    expect(() => at([1, 2], position)).toThrow(RangeError)
  },
)

test('a column of doubles is read as any other, by a reader of its own', () => {
  const column = Float64Array.of(1.5, Number.NaN, 0)
  for (const position of [0, 1, 2]) expect(numberAt(column, position)).toBe(at(column, position))
  for (const position of [-1, 3, 0.5])
    expect(() => numberAt(column, position)).toThrow(`position must be below 3, was ${position}`)
})

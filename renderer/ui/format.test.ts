import { expect, test } from 'vitest'
import { NOW } from '../../main/fixtures/screen.ts'
import * as format from './format.ts'

test.each([
  [format.number(-1.5), '−1.50'],
  [format.number(9999.994), '9999.99'],
  [format.number(9999.999), '10,000.00'],
  [format.number(1_234_567.891, 1), '1,234,567.9'],
  [format.number(-0.004), '0.00'],
  [format.signed(0), '0.00'],
  [format.signed(0.25, 1), '+0.3'],
  [format.signed(-2, 0), '−2'],
  [format.profit(85.2), '+$85.20'],
  [format.profit(-517.6), '−$517.60'],
  [format.profit(999.999), '+$1,000'],
  [format.profit(-1234.56), '−$1,235'],
  [format.profit(0.001), '$0'],
  [format.dollars(600), '$600'],
  [format.dollars(-137.8), '−$137.80'],
  [format.dollars(12_345.67), '$12,346'],
  [format.points(0.1426), '14.3'],
  [format.lean(-0.25, 2), '−.25'],
  [format.lean(0.051, 3), '.051'],
  [format.lean(1.25, 2), '1.25'],
  [format.percent(0.4251), '43 %'],
  [format.percent(-0.0001), '0 %'],
  [format.count(999), '999'],
  [format.count(1300), '1.3k'],
  [format.count(9950), '10k'],
  [format.count(17_000), '17k'],
  [format.count(999_700), '1.00M'],
  [format.count(1_240_000), '1.24M'],
  [format.age(999.7), '1.0 s'],
  [format.age(250), '250 ms'],
  [format.age(9949), '9.9 s'],
  [format.age(9951), '10 s'],
  [format.age(59_499), '59 s'],
  [format.age(59_501), '1 min'],
  [format.countdown(61_000), '0:01:01'],
  [format.countdown(61_000, true), '1:01'],
  [format.countdown(3_661_000, true), '1:01:01'],
  [format.countdown(Number.NaN), '–'],
])('%s is written as %s', (text, expected) => {
  expect(text).toBe(expected)
})

test('times are those of New York, whatever the clock of the machine', () => {
  expect(format.clock(NOW)).toBe('11:00:00')
  expect(format.minute(NOW + 65 * 60_000)).toBe('12:05')
  expect(format.day(NOW)).toBe('Fri 20 Nov')
  // Late in the evening of New York it is the next day in London
  expect(format.day(NOW + 12 * 3_600_000)).toBe('Fri 20 Nov')
})

test('a date is that day everywhere', () => {
  expect(format.date('2026-11-20')).toBe('20 Nov')
  expect(format.date('2026-01-01')).toBe('1 Jan')
})

test.each([format.clock, format.minute, format.day])('an instant that is not known is a dash', write => {
  expect(write(Number.NaN)).toBe('–')
})

test('a date that is none is a dash', () => {
  expect(format.date('soon')).toBe('–')
})

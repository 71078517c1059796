import fc from 'fast-check'
import { expect, test } from 'vitest'
import { roleOf } from './roles.ts'
import { wordsOf } from './words.ts'

test.each([
  ['S', 'spot'],
  ['underlying_price', 'spot'],
  ['strikePrice', 'strike'],
  ['dte', 'days'],
  ['minutes_left', 'minutes'],
  ['time_to_expiry', 'years'],
  ['expiration_date', 'expiry'],
  ['impliedVol', 'volatility'],
  ['risk_free_rate', 'rate'],
  ['is_call', 'isCall'],
  ['option_type', 'right'],
  ['bid_size', 'size'],
  ['tick_size', 'tick'],
  ['commission', 'fee'],
  ['closes', 'prices'],
  ['whatever', 'unknown'],
])('%s stands for %s', (name, role) => {
  expect(roleOf(name)).toBe(role)
})

test('a name means the same in both ways to join its words', () => {
  const word = fc.constantFrom(
    'call',
    'price',
    'is',
    'strike',
    'tick',
    'size',
    'days',
    'left',
    'stop',
    'entry',
  )
  fc.assert(
    fc.property(fc.array(word, { minLength: 2, maxLength: 3 }), words => {
      const [first = '', ...rest] = words
      const camel = first + rest.map(each => each[0]?.toUpperCase() + each.slice(1)).join('')
      expect(roleOf(camel)).toBe(roleOf(words.join('_')))
      expect(wordsOf(camel)).toEqual(words)
    }),
  )
})

test('any name has a role', () => {
  fc.assert(
    fc.property(fc.string(), name => {
      expect(roleOf(name)).toMatch(/^[a-zA-Z]+$/)
    }),
  )
})

import { expect, test } from 'vitest'
import { callKnowledge } from './callKnowledge.ts'
import type { CallSite } from './syntax/code.ts'
import { openGrammars } from './syntax/grammars.ts'
import { functionNamed } from './syntax/python/functions.ts'
import { readPython } from './syntax/python/read.ts'

const grammars = await openGrammars()

function known(source: string, path: string, ...calls: (readonly string[])[]) {
  const statement = functionNamed(readPython(grammars, source), path)
  if (!statement) throw new Error('the function is there')
  const sites: CallSite[] = calls.map((texts, line) => ({ callee: path, line, arguments: texts }))
  return callKnowledge(statement, path, { first: 1, last: 2 }, sites).arguments
}

const FUNCTION = 'def price(spot, strike, *rest, rate=0.05):\n    return spot\n'

test('texts of arguments are given to their parameters, by place and by name, the most usual first', () => {
  expect(known(FUNCTION, 'price', ['100'], ['101', 'strike=5'], ['101', '6'], [])).toEqual({
    spot: ['101', '100'],
    strike: ['5', '6'],
  })
  expect(known(FUNCTION, 'price', ['spot=1 == 2', 'rate=0.1'])).toEqual({ spot: ['1 == 2'], rate: ['0.1'] })
})

test('a comparison is no argument by name, and names that are no parameters say nothing', () => {
  expect(known(FUNCTION, 'price', ['a==b', 'other=1'])).toEqual({ spot: ['a==b'] })
})

test('after a starred argument nobody knows which is which', () => {
  expect(known(FUNCTION, 'price', ['1', '*rows', '2', 'rate=3'])).toEqual({ spot: ['1'] })
})

test('what a method is called on is no argument', () => {
  const method = 'class Book:\n    def price(self, spot):\n        return spot\n'
  expect(known(method, 'Book.price', ['7'])).toEqual({ spot: ['7'] })
})

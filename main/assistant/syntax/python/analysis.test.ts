import { expect, test } from 'vitest'
import { openGrammars } from '../grammars.ts'
import { callablesOf, isOwn } from './callables.ts'
import { changesOf, isPure, mayRaise, type Surroundings } from './effects.ts'
import { functionsOf } from './functions.ts'
import { kindsOf } from './kinds.ts'
import { mayRead, surelyBound } from './liveness.ts'
import { modulesOf } from './modules.ts'
import { freshName, localNames, namesOfBlock } from './names.ts'
import { readPython } from './read.ts'
import { keyOf, replaceInBlock, replacing } from './replace.ts'
import { printStatements } from './print.ts'
import type { Expression } from './tree.ts'

const grammars = await openGrammars()
const blockOf = (source: string) => readPython(grammars, source).body

function expressionOf(source: string): Expression {
  const [statement] = blockOf(source)
  if (statement?.kind !== 'expression') throw new Error('an expression is wanted')
  return statement.value
}

/** What is known around the last function of a source. */
function around(source: string): Surroundings {
  const module = readPython(grammars, source)
  const statement = functionsOf(module).at(-1)?.statement
  if (!statement) throw new Error('there must be a function')
  const callables = callablesOf(module)
  const kinds = kindsOf(
    statement,
    { x: { types: ['float'], elements: [] }, xs: { types: ['list'], elements: ['float'] } },
    callables.modules,
  )
  return { callables, kinds, locals: localNames(statement), uncertain: new Set(), function: statement }
}

const NAMES: readonly (readonly [source: string, reads: string, writes: string])[] = [
  ['a = b + c', 'b c', 'a'],
  ['a += 1', 'a', 'a'],
  ['a[i].x = v', 'a i v', ''],
  ['for i, (j, *k) in rows: s += i', 'i rows s', 'i j k s'],
  ['[x for x in xs if x > y]', 'xs y', ''],
  ['[x for x in x]', 'x', ''],
  ['[(y := x) for x in xs]', 'xs', 'y'],
  ['f = lambda a, b=c: a + d', 'c d', 'f'],
  ['def f(a, b=c):\n    d = a + e\n    return d', 'c e', 'f'],
  ['def f():\n    nonlocal n\n    n = 1', 'n', 'f n'],
  ['with open(p) as f: pass', 'open p', 'f'],
  ['try:\n    a\nexcept E as e:\n    b = 1', 'E a', 'b e'],
  ['import a.b, c as d', '', 'a d'],
  ['from m import x as y', '', 'y'],
  ["print(f'{a!r} b')", 'a b f print r', ''],
  ['del a, b[0]', 'b', 'a'],
  ['class A(B):\n    c = d', 'B d', 'A'],
]

test.each(NAMES)('the names of %s', (source, reads, writes) => {
  const names = namesOfBlock(blockOf(source))
  expect([...names.reads].toSorted().join(' ')).toBe(reads)
  expect([...names.writes].toSorted().join(' ')).toBe(writes)
})

test('a fresh name is taken by nothing and is no keyword', () => {
  expect(freshName('a', blockOf('a2 = a'))).toBe('a3')
  expect(freshName('is', [])).toBe('is2')
  expect(freshName('d1', blockOf('d1 = a'))).toBe('d1_2')
  expect(freshName('b', blockOf('a = 1'), new Set(['b']))).toBe('b2')
})

const SOURCE = `
import math
import random
import numpy as np
from math import sqrt
rate = 0.05
count = 0
def pure(a):
    out = []
    for b in [a]:
        out.append(math.sqrt(b) * rate)
    return sum(out)
def counts(a):
    global count
    count += a
def mutates(a):
    a.append(1)
def f(x, xs, other, gen):
    total = 0.0
    mine = []
    alias = xs
    for i in range(len(other)):
        total += x * i
        mine.append(total)
        word = "a" + other[i]
`

test('kinds of locals are those on which their bindings agree', () => {
  const { kinds } = around(SOURCE)
  expect(Object.fromEntries(kinds)).toEqual({
    x: 'float',
    xs: 'list',
    total: 'float',
    mine: 'list',
    alias: 'list',
    i: 'integer',
    word: 'string',
    other: 'sequence',
  })
})

test('a name that is given a number and then something unknown has no kind', () => {
  const { kinds } = around('def f(x, y):\n    a = 0.0\n    a += y\n    b = 1\n    b = a\n')
  expect([...kinds.keys()]).toEqual(['x'])
})

test('functions that compute alone are told from those that change something', () => {
  const { callables } = around(SOURCE)
  expect([...callables.pure]).toEqual(['pure', 'f'])
  expect(modulesOf(readPython(grammars, SOURCE))).toEqual({
    math: 'math',
    random: 'random',
    numpy: 'np',
    'math.sqrt': 'sqrt',
  })
})

const EFFECTS: readonly (readonly [source: string, isPure: boolean, mayRaise: boolean])[] = [
  ['x * x + 1.5', true, false],
  ['x / 2', true, false],
  ['x / x', true, true],
  ['x ** 2', true, true],
  ['math.sqrt(x)', true, true],
  ['sqrt(x) + pure(x)', true, true],
  ['np.exp(other)', true, true],
  ['np.random.normal()', false, true],
  ['random.random()', false, true],
  ['counts(x)', false, true],
  ['unknown(x)', false, true],
  ['xs.append(x)', false, true],
  ['len(xs)', true, false],
  ['len(gen)', true, true],
  ['xs[0]', true, true],
  ['other.rate', true, true],
  ['math.pi', true, false],
  ['(y := x)', false, true],
  ["f'{x}'", true, true],
  ['[x for x in xs]', true, true],
  ['x if x > 1.0 else 2.0', true, false],
  ['not other', true, false],
]

test.each(EFFECTS)('%s is judged by what evaluating it may do', (source, pure, raises) => {
  const surroundings = around(SOURCE)
  expect(isPure(expressionOf(source), surroundings)).toBe(pure)
  expect(mayRaise(expressionOf(source), surroundings)).toBe(raises)
})

test('what statements change is told by name, and by whether others may see it', () => {
  const surroundings = around(SOURCE)
  const told = (source: string): string => {
    const { names, objects, others } = changesOf(blockOf(source), surroundings)
    return `${[...names].join(' ')}|${[...objects].join(' ')}|${String(others)}`
  }
  expect(told('mine.append(1)')).toBe('|mine|false')
  expect(told('xs.append(1)')).toBe('|xs|true')
  expect(told('mine[0] = 2')).toBe('|mine|false')
  expect(told('total += 1.0')).toBe('total||false')
  expect(told('alias += [1]')).toBe('alias|alias|true')
  expect(told('unknown(mine)')).toBe('||true')
  expect(told('a = math.sqrt(x)')).toBe('a||false')
})

test('an object is a function’s own where every binding of its name makes a new one', () => {
  const statement = around(SOURCE).function
  expect(['mine', 'total', 'alias', 'xs', 'word'].map(name => isOwn(name, statement))).toEqual([
    true,
    true,
    false,
    false,
    true,
  ])
})

test('a value is alive where it may be read before it is replaced', () => {
  expect(mayRead(blockOf('b = a'), 'a')).toBe(true)
  expect(mayRead(blockOf('a = 1\nb = a'), 'a')).toBe(false)
  expect(mayRead(blockOf('for a in b: c = a'), 'a')).toBe(false)
  expect(mayRead(blockOf('for a in b: pass\nc = a'), 'a')).toBe(true)
  expect(mayRead(blockOf('if c:\n    a = 1\nelse:\n    a = 2\nb = a'), 'a')).toBe(false)
  expect(mayRead(blockOf('if c:\n    a = 1\nb = a'), 'a')).toBe(true)
})

test('names are surely bound where both ways bind them', () => {
  expect([...surelyBound(blockOf('if c:\n    a = 1\n    b = 1\nelse:\n    a = 2'))]).toEqual(['a'])
  expect([...surelyBound(blockOf('if c:\n    raise E\nelse:\n    a = 2'))]).toEqual(['a'])
  expect([...surelyBound(blockOf('try:\n    a = 1\nexcept E:\n    pass'))]).toEqual([])
})

test('equal expressions are replaced, but not where a scope binds their names anew', () => {
  const block = blockOf('a = x*y + [x * y for x in z]\nrow[x * y] = (x  *  y)\ndef g(x): return x * y\n')
  const replaced = replaceInBlock(block, replacing(expressionOf('x * y'), { kind: 'name', id: 'p' }))
  expect(printStatements(replaced)).toBe('a = p + [x * y for x in z]\nrow[p] = p\ndef g(x): return x * y')
})

test('keys tell expressions apart by what they are made of', () => {
  const keys = [
    'a.b',
    'a[b]',
    'a(b)',
    'a(*b)',
    'a(b=b)',
    'a+b',
    'a-b',
    '-a',
    '(a, b)',
    '[a, b]',
    'a<b',
    'ab',
    '"a"',
    'a and b',
    'a or b',
  ].map(source => keyOf(expressionOf(source)))
  expect(new Set(keys).size).toBe(keys.length)
  expect(keyOf(expressionOf('a  +b'))).toBe(keyOf(expressionOf('a + b')))
})

import { expect, test } from 'vitest'
import { openGrammars } from './grammars.ts'
import { readCode } from './readCode.ts'

const grammars = await openGrammars()

function read(grammar: 'python' | 'typescript' | 'tsx' | 'cpp', text: string) {
  return readCode(grammars, grammar, text)
}

const GREEKS = `import numpy as np, math
from .market import quotes
from ..rates import *

# Loose words, not of a function

@cache  # beside
@timed(unit='ms')
async def greeks(
    spot: float,  # dollars
    /,
    strikes: "list[float]" = (1, 2),
    *rest,
    rate=0.0,
    **options: dict,
) -> dict:  # gives a dict
    """Greeks of a book.

        indented
    back
    """
    def inner(x):
        return math.exp(x)
    return np.array([inner(k) for k in strikes]).sum(axis=0, *rest)

# One over the other,
# and both of it
price = lambda spot, k=2: spot * k

class Book:
    """A book."""
    class Line:
        def value(self): return self.book.greeks(self.spot, rate = 0.05)
`

test('Python: names, lines, heads, docstrings, parameters and calls', () => {
  const file = read('python', GREEKS)
  expect(file).toMatchObject({
    language: 'python',
    hasErrors: false,
    imports: ['numpy', 'math', '.market', '..rates'],
  })
  expect(file.functions.map(({ name, lines }) => [name, lines.first, lines.last])).toEqual([
    ['greeks', 7, 24],
    ['greeks.inner', 22, 23],
    ['price', 28, 28],
    ['Book.Line.value', 33, 33],
  ])
  expect(file.functions.map(({ signature }) => signature)).toEqual([
    `async def greeks(spot: float, /, strikes: "list[float]" = (1, 2), *rest, rate=0.0, **options: dict) -> dict`,
    'def inner(x)',
    'price = lambda spot, k=2',
    'def value(self)',
  ])
  expect(file.functions.map(({ docstring }) => docstring)).toEqual([
    'Greeks of a book.\n\n    indented\nback',
    '',
    'One over the other,\nand both of it',
    '',
  ])
  expect(file.functions[0]?.parameters).toEqual([
    { name: 'spot', annotation: 'float', fallback: undefined },
    { name: 'strikes', annotation: '"list[float]"', fallback: '(1, 2)' },
    { name: '*rest', annotation: '', fallback: undefined },
    { name: 'rate', annotation: '', fallback: '0.0' },
    { name: '**options', annotation: 'dict', fallback: undefined },
  ])
  expect(file.functions.map(({ calls }) => calls)).toEqual([
    ['math.exp', 'sum', 'np.array', 'inner'],
    ['math.exp'],
    [],
    ['self.book.greeks'],
  ])
  expect(file.functions[0]?.source.startsWith('@cache')).toBe(true)
  expect(file.callSites.at(-1)).toEqual({
    callee: 'self.book.greeks',
    line: 33,
    arguments: ['self.spot', 'rate=0.05'],
  })
})

const SCREEN = `import fs = require('node:fs')
import { quotes } from './market.ts'
export * from './rates.ts'

/**
 * The price now.
 *
 * @param spot dollars
 */
export const price = async <T>(spot: number, k?: string, ...rest: T[]): Promise<number> => {
  const { x } = await import('./late.ts')
  return new Greeks<T>(spot, { k }).value?.of(x)
}
export default class Book<T> extends Lines {
  // Above a method
  private static async load(this: void, { a, b }: Pair = {}): Promise<void> { await super.load(a) }
  gain = (now: number) => now * 2
  get size() { return 1 }
  abstract none(): void
}
function over(a: string): void
function over(a: unknown) { return require('./old.cjs') }
const handlers = { 'take-profit': function () {}, stop(at: number) { return at }, keep: 1 }
namespace Desk { export function* inner() { yield handlers['stop'](1) } }
exports.late = x => x
`

test('TypeScript: functions in all their forms, and what is imported early and late', () => {
  const file = read('typescript', SCREEN)
  expect(file.hasErrors).toBe(false)
  expect(file.imports).toEqual(['node:fs', './market.ts', './rates.ts', './late.ts', './old.cjs'])
  expect(file.functions.map(({ name, signature }) => [name, signature])).toEqual([
    ['price', 'export const price = async <T>(spot: number, k?: string, ...rest: T[]): Promise<number>'],
    ['Book.load', 'private static async load(this: void, { a, b }: Pair = {}): Promise<void>'],
    ['Book.gain', 'gain = (now: number)'],
    ['Book.size', 'get size()'],
    ['over', 'function over(a: unknown)'],
    ['handlers.take-profit', `'take-profit': function ()`],
    ['handlers.stop', 'stop(at: number)'],
    ['Desk.inner', 'export function* inner()'],
    ['late', 'exports.late = x'],
  ])
  expect(file.functions[0]?.docstring).toBe('The price now.\n\n@param spot dollars')
  expect(file.functions[1]?.docstring).toBe('Above a method')
  expect(file.functions[0]?.parameters).toEqual([
    { name: 'spot', annotation: 'number', fallback: undefined },
    { name: 'k', annotation: 'string', fallback: undefined },
    { name: '...rest', annotation: 'T[]', fallback: undefined },
  ])
  expect(file.functions[1]?.parameters[1]).toEqual({ name: '{ a, b }', annotation: 'Pair', fallback: '{}' })
  expect(file.functions[0]?.calls).toEqual(['value.of', 'Greeks'])
  expect(file.callSites).toContainEqual({ callee: 'Greeks', line: 12, arguments: ['spot', '{ k }'] })
})

test('TypeScript with markup: a component is a function', () => {
  const { functions, hasErrors } = read('tsx', 'export const Card = ({ of }: Props) => <b>{title(of)}</b>\n')
  expect(hasErrors).toBe(false)
  expect(functions.map(({ name, calls }) => [name, calls])).toEqual([['Card', ['title']]])
})

const KERNEL = `#include <vector>
#include "book.h"
namespace pricing::detail {
// Sum of values,
// weighted.
template <typename T>
static inline const std::vector<T>& weigh(const std::vector<T>& values, int depth = 3, double* out, T&&... rest) noexcept {
  return scale<T>(values, depth)->at(1);
}
class Book : public Lines {
 public:
  explicit Book(int x) : x_(x) {}
  ~Book();
  double greeks(double spot) const { auto one = [&](double k) -> double { return std::exp(k); }; return one(2) + *new Line(3); }
  bool operator==(const Book& other) const { return x_ == other.x_; }
  operator int() const { return 1; }
  Book(const Book&) = delete;
};
}  // namespace
double pricing::Book<T>::
    theta(void) const { return this->x_.at(2); }
int (*chosen(int a))(double) { return nullptr; }
extern "C" { int plain() { return 1; } }
`

test('C++: functions inside and outside of their classes, templates, operators, lambdas', () => {
  const file = read('cpp', KERNEL)
  expect(file.imports).toEqual(['vector', 'book.h'])
  expect(file.functions.map(({ name }) => name)).toEqual([
    'pricing.detail.weigh',
    'pricing.detail.Book.Book',
    'pricing.detail.Book.greeks',
    'pricing.detail.Book.greeks.one',
    'pricing.detail.Book.operator==',
    'pricing.detail.Book.operator int',
    'pricing.Book.theta',
    'chosen',
    'plain',
  ])
  const [weigh, , greeks] = file.functions
  expect(weigh?.docstring).toBe('Sum of values,\nweighted.')
  expect(weigh?.lines).toEqual({ first: 6, last: 9 })
  expect(weigh?.parameters.map(({ name, annotation, fallback }) => [name, annotation, fallback])).toEqual([
    ['values', 'const std::vector<T>&', undefined],
    ['depth', 'int', '3'],
    ['out', 'double*', undefined],
    ['rest', 'T&&...', undefined],
  ])
  expect(weigh?.calls).toEqual(['at', 'scale'])
  expect(greeks?.calls).toEqual(['std.exp', 'one', 'Line'])
  expect(file.functions.find(({ name }) => name.endsWith('theta'))?.parameters).toEqual([])
})

test('Windows line ends and tabs change neither names nor lines, and are not in the source', () => {
  const unix = read('python', GREEKS)
  const windows = read('python', GREEKS.replaceAll('\n', '\r\n'))
  expect(windows).toEqual(unix)
  expect(read('python', 'class A:\n\tdef f(self):\n\t\treturn g(1)\n').functions[0]).toMatchObject({
    name: 'A.f',
    calls: ['g'],
    lines: { first: 2, last: 3 },
  })
})

test('a comment that stands beside other code, or apart from a function, is not about it', () => {
  const { functions } = read(
    'python',
    'x = 1  # of x\ndef a(): pass\n# apart\n\ndef b(): pass\n# -----\n# of c\n# -----\ndef c(): pass\n',
  )
  expect(functions.map(({ docstring }) => docstring)).toEqual(['', '', 'of c'])
})

test('what is called is named whatever stands before its parentheses', () => {
  const calleesIn = (grammar: 'python' | 'typescript' | 'cpp', text: string) =>
    read(grammar, text).callSites.map(({ callee }) => callee)
  expect(calleesIn('python', 'a . b(1)\nx[0].c(2)\nd()()\ne("(").f(k for k in y)\n')).toEqual([
    'a.b',
    'c',
    'd',
    'f',
    'e',
  ])
  const calls = 'new Map<string, () => void>()\na?.b?.(1)\nuse<"(" | ")">(2)\nq!.r(3)\n`${s(4)}`'
  expect(calleesIn('typescript', calls)).toEqual(['Map', 'a.b', 'use', 'r', 's'])
  expect(calleesIn('cpp', 'void f() { a->b(1); std::max<int>(2, 3); new ns::Line<T>(4); }')).toEqual([
    'a.b',
    'std.max',
    'ns.Line',
  ])
  expect(calleesIn('python', `f"{g(1)} {{h(2)}}" 'i(3)' rb'j(4)' rf"{k(5)}"\n`)).toEqual(['g', 'k'])
})

test('arguments by name are told without spaces, and nothing else is taken for one', () => {
  const { callSites } = read('python', 'f(a = 1, b==2, c := 3, d\t=[4,\n 5], *e, **g)  # no\n')
  expect(callSites[0]?.arguments).toEqual(['a=1', 'b==2', 'c := 3', 'd=[4, 5]', '*e', '**g'])
  expect(read('python', 'f(1,  # one\n  2)\n').callSites[0]?.arguments).toEqual(['1', '2'])
})

test('a head ends where it ends, whatever its defaults and its comments hold', () => {
  const { functions } = read(
    'python',
    `def a(sign='#', k=":"): return 1\ndef b() -> "x: #":  # c:\n    # d:\n    pass\nc = lambda: {1: 2}\n`,
  )
  expect(functions.map(({ signature }) => signature)).toEqual([
    `def a(sign='#', k=":")`,
    'def b() -> "x: #"',
    'c = lambda',
  ])
})

test('what is called without a name is left out, and long arguments are cut', () => {
  const { callSites } = read('python', `handlers[key](1)\n(lambda: 1)()\nf("${'x'.repeat(1000)}")\n`)
  expect(callSites.map(({ callee }) => callee)).toEqual(['f'])
  expect(callSites[0]?.arguments[0]?.length).toBe(401)
})

test('broken code gives what can be read of it, and says so', () => {
  const { functions, hasErrors } = read(
    'python',
    'def whole(a):\n    return a\n\ndef broken(:\n    ][\n\ndef after(b):\n    return b\n',
  )
  expect(hasErrors).toBe(true)
  expect(functions.map(({ name }) => name)).toContain('whole')
})

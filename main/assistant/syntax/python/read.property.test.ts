import fc from 'fast-check'
import { expect, test } from 'vitest'
import { openGrammars } from '../grammars.ts'
import { functionNamed, functionsOf, replaceFunction } from './functions.ts'
import { breaksOutsideBrackets, reindent } from './layout.ts'
import { printModule, printStatement } from './print.ts'
import { readPython } from './read.ts'
import type { PythonModule, Statement } from './tree.ts'
import { blocksIn, mapBlocks } from './visit.ts'

const grammars = await openGrammars()

/** Pieces that Python is made of, whole and broken, to be put together at random. */
const PIECES = [
  'def f(a, b=1, *c, d: int, **e) -> int:',
  'class A(B, metaclass=C):',
  'if x:',
  'elif y:',
  'else:',
  'for i, j in rows:',
  'while True:',
  'try:',
  'except (A, B) as e:',
  'finally:',
  'with open(f) as g, h:',
  'match x:',
  'case 1:',
  'x = y = [1,',
  '2]',
  '"""a',
  'text"""',
  "f'{x!r:>{w}}'",
  "'unclosed",
  'return a, *b',
  'lambda x: (yield)',
  'x[1:2, ::3, ...]',
  '(y := 1)',
  'not a in b is not c',
  '# a comment',
  '@decorated',
  'async def g(): await h',
  'a; b; # two',
  "é = \"ünï\" + '\\''",
  '\\',
  ')',
  '{**a, 1: 2}',
  'import a.b as c',
  'from .. import (d, e as f)',
  '',
]

const pythonLike = fc
  .array(
    fc.record({
      indentation: fc.constantFrom('', '    ', '        ', '\t', '  '),
      piece: fc.constantFrom(...PIECES),
      end: fc.constantFrom('\n', '\n', '\n', '\r\n', ' ', ''),
    }),
    { maxLength: 24 },
  )
  .map(lines => lines.map(({ indentation, piece, end }) => indentation + piece + end).join(''))

test('any text at all is read, and printed as it was', () => {
  fc.assert(
    fc.property(fc.oneof(pythonLike, fc.string({ unit: 'binary', maxLength: 200 })), text => {
      expect(printModule(readPython(grammars, text))).toBe(text)
    }),
    { numRuns: 400 },
  )
})

/** The same module in new nodes of all that holds others, so that only what stands on one line is printed as it was written. */
function opened(module: PythonModule): PythonModule {
  const open = (statement: Statement): Statement =>
    blocksIn(statement).length === 0 ? statement : { ...mapBlocks(statement, block => block.map(open)) }
  return { ...module, body: module.body.map(open) }
}

const TRADED = `# strategy.py: what is traded
"""Docs
  of the module."""
import math  # roots

RATE = 0.05


class Book:
    """All positions."""

    limit: int = 3

    @property
    def size(self): return 1

    # Greeks of the book
    def greeks(
        self,
        spot: float,  # the underlying
        *,
        years=1.0,
    ):
        """Delta.

            Indented.
        """
        total = 0.0
        for row in self.rows:  # each position
            # calls only
            if row.right == 'C':
                total += row.delta

            elif row.right == 'P':  # puts
                total -= row.delta
            else:
                # neither
                raise ValueError(f'{row.right} is no right')
        text = """a
  b"""
        return (total +
                spot)
        # the end


def main():
    pass

# below
`

test('comments and empty lines stay when a statement around them is made anew', () => {
  const printed = printModule(opened(readPython(grammars, TRADED)))
  expect(printed).toBe(TRADED.replace('def size(self): return 1', 'def size(self):\n        return 1'))
})

test('a function is found by its path and replaced where it stands', () => {
  const module = readPython(grammars, TRADED)
  expect(functionsOf(module).map(({ path }) => path)).toEqual(['Book.size', 'Book.greeks', 'main'])
  const greeks = functionNamed(module, 'Book.greeks')
  if (!greeks) throw new Error('greeks must be found')
  const [first] = greeks.body
  const next = { ...greeks, body: first ? [first] : [] }
  const helper = readPython(grammars, 'def helper():\n    return 1\n').body
  const imports = readPython(grammars, 'import math\nimport functools\n').body
  const changed = printModule(
    replaceFunction(module, 'Book.greeks', { function: next, added: [...imports, ...helper] }),
  )
  expect(changed).toContain('import math  # roots\nimport functools\n\nRATE')
  expect(changed).toContain('\n\n\ndef helper():\n    return 1\n\n\nclass Book:')
  expect(changed).toContain(
    '        spot: float,  # the underlying\n        *,\n        years=1.0,\n    ):\n        """Delta.',
  )
  expect(changed).not.toContain('total')
  expect(changed).toContain('    # Greeks of the book\n    def greeks(\n')
})

test('imports go below the docstring, or below what stands on top of a file', () => {
  const added = readPython(grammars, 'import math\n').body
  const place = (source: string): string => {
    const module = readPython(grammars, source)
    const statement = functionNamed(module, 'f')
    if (!statement) throw new Error('f must be found')
    return printModule(replaceFunction(module, 'f', { function: statement, added }))
  }
  expect(place('"""Docs."""\n\n\ndef f(): pass\n')).toBe('"""Docs."""\n\nimport math\n\n\ndef f(): pass\n')
  expect(place('#!/usr/bin/python\n\n# What f does\ndef f(): pass\n')).toBe(
    '#!/usr/bin/python\n\nimport math\n\n\n# What f does\ndef f(): pass\n',
  )
})

test('a statement goes to another indentation with all its lines but the insides of strings', () => {
  const [statement] = readPython(grammars, 'if a:\n    b = """x\n  y"""\n\n    c(1,\n      2)\n').body
  if (!statement) throw new Error('there must be a statement')
  expect(printStatement(statement, '        ')).toBe(
    '        if a:\n            b = """x\n  y"""\n\n            c(1,\n              2)',
  )
})

test('moving to an indentation and back changes nothing', () => {
  fc.assert(
    fc.property(pythonLike, fc.constantFrom('    ', '\t', '  '), (text, indentation) => {
      expect(reindent(reindent(text, '', indentation), indentation, '')).toBe(text)
    }),
    { numRuns: 200 },
  )
})

test('a line that ends inside of brackets or a string holds together by itself', () => {
  expect(
    ['a +\n b', 'f(a,\n b)', '"""a\nb"""', '(a\n)\n+ b', '"(" +\nb', '[ # (\n]'].map(breaksOutsideBrackets),
  ).toEqual([true, false, false, true, true, false])
})

test('what is made and too wide for a line is set over several, what was written so stays', () => {
  const wide = 'a_rather_long_name'.repeat(3)
  const source = `x = [f(${wide}, ${wide}) + ${wide} for i in range(10)]\nreturn ${wide}, ${wide}, ${wide}\n`
  const module = readPython(grammars, source)
  expect(printModule({ ...module })).toBe(source)
  expect(printModule(structuredClone(module))).toBe(
    `x = [\n    f(\n        ${wide},\n        ${wide},\n    )\n    + ${wide}\n    for i in range(10)\n]\nreturn (\n    ${wide},\n    ${wide},\n    ${wide},\n)\n`,
  )
})

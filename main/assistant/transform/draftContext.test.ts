import { expect, test } from 'vitest'
import { openGrammars } from '../syntax/grammars.ts'
import { readPython } from '../syntax/python/read.ts'
import { draftContext } from './draftContext.ts'

const grammars = await openGrammars()

test('parameters are known from annotations, docstrings, callers and defaults, in that order', () => {
  const module = readPython(
    grammars,
    `import numpy as np
class Book:
    def greeks(self, a: float, b: "list[float]", c: Optional[dict[str, int]], d, e, f, g=0.5, h: np.ndarray = None, *rest: int, i: int | None = 3, **others):
        """Greeks.

        Args:
            d (list of float): prices
            e: int, how many
        """
`,
  )
  const { parameters, modules, path } = draftContext(module, 'Book.greeks', {
    f: ['[1, 2]', '[3.5]'],
    a: ['"x"'],
    g: ['1', '2.5'],
  })
  const types = Object.fromEntries(
    Object.entries(parameters).map(([name, { types, elements }]) => [
      name,
      `${types.join(' ')}/${elements.join(' ')}`,
    ]),
  )
  expect(types).toEqual({
    self: '/',
    a: 'float/',
    b: 'list/float',
    c: 'dict/integer',
    d: 'list/float',
    e: 'integer/',
    f: 'list/integer float',
    g: 'float/',
    h: 'array/',
    rest: 'tuple/integer',
    i: 'integer/',
    others: 'dict/',
  })
  expect(modules).toEqual({ numpy: 'np' })
  expect(path).toBe('Book.greeks')
})

test('docstrings in the style of NumPy and of reST are read', () => {
  const module = readPython(
    grammars,
    `def f(a, b, c):
    """Prices.

    Parameters
    ----------
    a : ndarray
    :param float b: the spot
    :type c: pd.DataFrame
    """
`,
  )
  const { parameters } = draftContext(module, 'f')
  expect(Object.values(parameters).map(({ types }) => types)).toEqual([['array'], ['float'], ['dataframe']])
})

test('a function that is not there is an error of the program', () => {
  expect(() => draftContext(readPython(grammars, 'x = 1\n'), 'f')).toThrow('no function f')
})

import { spawnSync } from 'node:child_process'
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { findTools, HARNESS } from '../../fixtures/verifier.ts'
import { compareEncodings } from './compare.ts'

const tools = await findTools()

/** The encodings of Python expressions, each on its own, as another process would tell them. */
function encode(expressions: readonly string[]): unknown[] {
  const program = `
import collections, dataclasses, json, math, sys
sys.path.insert(0, ${JSON.stringify(HARNESS)})
import encode, numpy as np, pandas as pd
encode.know_pandas(pd)

@dataclasses.dataclass
class Position:
    strike: float
    tags: list

class Lying(float):
    def __eq__(self, other): return True
    def __repr__(self): return "1.5"
    def __reduce__(self): raise RuntimeError
    @property
    def __class__(self): return float
Lying.__name__ = Lying.__qualname__ = "float"
Lying.__module__ = "builtins"

def count():
    yield 1
    raise ValueError("over")

shared = [1]
for text in json.loads(sys.stdin.read()):
    print(json.dumps(encode.Encoder().encode(eval(text))))
`
  const { stdout, stderr, status } = spawnSync(tools?.python.path ?? '', ['-B', '-c', program], {
    input: JSON.stringify(expressions),
    encoding: 'utf8',
    maxBuffer: 1e8,
  })
  if (status !== 0) throw new Error(stderr)
  return stdout
    .trim()
    .split('\n')
    .map((line): unknown => JSON.parse(line))
}

/** Groups of expressions: within a group all are the same thing, between groups nothing is. */
const GROUPS: readonly (readonly string[])[] = [
  ['1', '2 - 1'],
  ['1.0', 'float("1.0")'],
  ['True', 'not False'],
  ['math.nan', 'float("nan")', '-math.nan'],
  ['0.0'],
  ['-0.0'],
  ['0.1 + 0.2'],
  ['0.3'],
  ['"1"'],
  ['b"1"'],
  ['None'],
  ['(1, 2)'],
  ['[1, 2]'],
  ['[2, 1]'],
  ['{1, 2}', '{2, 1}'],
  ['{1: 2, 3: 4}'],
  ['{3: 4, 1: 2}'],
  ['collections.OrderedDict({1: 2, 3: 4})'],
  ['collections.Counter({1: 2, 3: 4})'],
  ['[float(i) for i in range(10)]'],
  ['tuple(float(i) for i in range(10))'],
  ['[[0], [0]]'],
  ['[shared, shared]'],
  ['np.float64(1.0)'],
  ['np.float32(1.0)'],
  ['np.int64(1)'],
  ['np.arange(3)'],
  [
    'np.arange(3.0)',
    'np.array([0.0, 1.0, 2.0])',
    'np.arange(6.0)[::2] / 2',
    'np.asfortranarray([0.0, 1.0, 2.0])',
  ],
  ['np.arange(3.0).reshape(3, 1)'],
  ['np.array([0, 1, 2], dtype=object)'],
  ['np.arange(3.0).view(np.matrix)'],
  ['pd.Series([1.0, 2.0])', 'pd.DataFrame({"a": [1.0, 2.0]})["a"].rename(None)'],
  ['pd.Series([1.0, 2.0], index=[0, 2])'],
  ['pd.Series([1.0, 2.0], name="a")'],
  ['pd.DataFrame({"a": [1.0], "b": [2.0]})'],
  ['pd.DataFrame({"b": [2.0], "a": [1.0]})'],
  ['pd.DataFrame({"a": [1], "b": [2.0]})'],
  ['Position(1.0, [])', 'Position(tags=[], strike=1.0)'],
  ['Position(1.0, [1])'],
  ['Lying(1.5)'],
  ['1.5'],
  ['count()'],
  ['iter([1])'],
  ['ValueError("over")'],
  ['TypeError("over")'],
  ['np.random.default_rng(1)', 'np.random.Generator(np.random.PCG64(1))'],
  ['np.random.default_rng(2)'],
  ['Position'],
]

test.skipIf(tools === undefined)('what is the same is encoded the same, and what is not is not', () => {
  const flat = GROUPS.flatMap((expressions, group) => expressions.map(text => ({ text, group })))
  const encodings = encode(flat.map(({ text }) => text))
  const wrong = flat.flatMap((one, place) =>
    flat.slice(place).flatMap((other, further) => {
      const isEqual = compareEncodings(encodings[place], encodings[place + further], 'it').ok
      return isEqual === (one.group === other.group) ? [] : [`${one.text} against ${other.text}`]
    }),
  )
  expect(wrong).toEqual([])
})

test.skipIf(tools === undefined)('every float comes over to the bit', () => {
  const numbers = [
    ...fc.sample(fc.double({ noDefaultInfinity: true, noNaN: true }), 200),
    5e-324,
    Number.MAX_VALUE,
    -0,
  ]
  const encodings = encode(numbers.map(it => (Object.is(it, -0) ? '-0.0' : `float("${it}")`)))
  const bytes = Buffer.alloc(8)
  expect(encodings).toEqual(
    numbers.map(it => {
      bytes.writeDoubleBE(it)
      return ['float', bytes.toString('hex')]
    }),
  )
})

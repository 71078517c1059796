import fc from 'fast-check'
import { expect, test } from 'vitest'
import { HAS_PYTHON, HAS_SCIPY, differences, type Compared } from '../../fixtures/sameResults/sameResults.ts'
import { openGrammars } from '../syntax/grammars.ts'
import { functionNamed, replaceFunction } from '../syntax/python/functions.ts'
import { printModule } from '../syntax/python/print.ts'
import { readPython } from '../syntax/python/read.ts'
import { draftContext } from './draftContext.ts'
import { NUMERIC_TRANSFORMS } from './numericTransforms.ts'
import type { Draft, DraftContext } from './transform.ts'

const grammars = await openGrammars()

/** A number made of what a round knows; some divide by zero, leave the domain of a function or overflow. */
const { number } = fc.letrec<{ number: string }>(tie => ({
  number: fc.oneof(
    { maxDepth: 3, depthSize: 'small' },
    fc.constantFrom('x', 'y', 'level', '2.0', '0.5', 'xs[i]', 'ys[i]'),
    fc
      .tuple(tie('number'), fc.constantFrom('+', '-', '*', '/'), tie('number'))
      .map(([a, o, b]) => `(${a} ${o} ${b})`),
    fc
      .tuple(fc.constantFrom('sqrt', 'exp', 'log', 'erf', 'tanh'), tie('number'))
      .map(([f, a]) => `math.${f}(${a})`),
    fc
      .tuple(fc.constantFrom('max', 'min'), tie('number'), tie('number'))
      .map(([f, a, b]) => `${f}(${a}, ${b})`),
    fc
      .tuple(tie('number'), tie('number'), tie('number'))
      .map(([a, b, c]) => `(${a} if ${b} > ${c} else 1.0)`),
    tie('number').map(a => `abs(${a})`),
    tie('number').map(a => `shift(${a})`),
  ),
}))

/** One statement of a round. */
const statement = fc.oneof(
  number.map(a => `u = ${a}`),
  number.map(a => `total += ${a}`),
  fc
    .tuple(number, number)
    .map(([a, b]) => `if ${a} < ${b}:\n            total -= 1.0\n        else:\n            total += x`),
  fc.tuple(number, number).map(([a, b]) => `if ${a} < ${b}:\n            y = ${b}`),
  fc.tuple(number, number).map(([a, b]) => `if ${a} >= ${b}:\n            continue`),
  number.map(a => `if ${a} > worst:\n            worst = ${a}`),
  number.map(a => `for step in range(3):\n            y = 0.5 * (y + ${a}) * step`),
)

const program = fc
  .tuple(fc.array(statement, { maxLength: 3 }), number)
  .map(([statements, last]) =>
    [
      'import math',
      '',
      'def shift(value):',
      '    if value < 0.0:',
      '        return value + 1.0',
      '    return value * 0.5',
      '',
      'def f(xs, ys, level):',
      '    out = []',
      '    total = 0.0',
      '    worst = -1e300',
      '    for i in range(len(xs)):',
      '        x = xs[i]',
      '        y = ys[i]',
      ...statements.map(each => `        ${each}`),
      `        out.append(${last})`,
      '    return out, total, worst',
      '',
    ].join('\n'),
  )

const INPUTS = [
  '(rng.normal(size=40).tolist(), rng.uniform(0.1, 3.0, 40).tolist(), 1.5)',
  '(rng.uniform(1.0, 2.0, 40).tolist(), rng.uniform(2.0, 3.0, 40).tolist(), 2.0)',
  '([0.0, 1.0] * 10, [1.0, 0.0] * 10, 0.0)',
  '([1, 2, 3] * 7, [3.0] * 21, 1)',
  '([float("nan"), 1.0] * 10, [float("inf"), 2.0] * 10, 1.0)',
  '([800.0] * 20, [1e200] * 20, 1e200)',
  '([], [], 1.0)',
  '([1.0, 2.0], [3.0], 1.0)',
  '([1.0] * 20, [3.0] * 10, 1.0)',
  '([None] * 20, ["a"] * 20, 1.0)',
]

/** Every draft that one move makes of a draft. */
function nextOf(draft: Draft, context: DraftContext): readonly Draft[] {
  return NUMERIC_TRANSFORMS.filter(({ family }) => family !== 'parameter').flatMap(transform =>
    transform.sites(draft, context).map(site => site.apply()),
  )
}

test.skipIf(!HAS_PYTHON)(
  'the array form of any loop over numbers, and what a further move makes of it, gives what the loop gives, and raises what it raises',
  () => {
    const programs = fc.sample(program, { numRuns: 150, seed: 20_261_122 })
    const pairs = programs.flatMap((original): Compared[] => {
      const module = readPython(grammars, original)
      const definition = functionNamed(module, 'f')
      if (!definition) throw new Error('a program without its function')
      const lists = { xs: ['[1.0]'], ys: ['[1.0]'], level: ['1.0'] }
      const context = draftContext(module, 'f', lists, HAS_SCIPY ? ['numpy', 'scipy'] : ['numpy'])
      const forms = nextOf({ function: definition, added: [] }, context)
      const further = forms.flatMap(draft => nextOf(draft, context))
      return [...forms, ...further].map(draft => ({
        original,
        variant: printModule(replaceFunction(module, 'f', draft)),
        function: 'f',
        inputs: INPUTS,
      }))
    })
    // Some programs cannot be moved, but most must be, else nothing is tried
    expect(pairs.length).toBeGreaterThan(150)
    const wrong = differences(pairs).flatMap((found, at) =>
      found.length > 0 ? [`${pairs[at]?.original}\n${pairs[at]?.variant}\n${found.join('\n')}`] : [],
    )
    expect(wrong).toEqual([])
  },
  60_000,
)

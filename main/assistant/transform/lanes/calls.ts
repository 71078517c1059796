import type { Argument, Expression } from '../../syntax/python/tree.ts'
import type { Frame } from './frame.ts'
import { attribute, call, clause, comprehension, method, name, subscript } from '../build.ts'
import { asRows, numbersOf, valueOf } from './expression.ts'
import { inlined } from './inline.ts'
import { ARRAY_FORMS, ELEMENTWISE, ONE_BY_ONE, SPECIAL_FORMS, isPure, pathOf } from './arrayNames.ts'
import { linearOf, plus, constantOf } from './linear.ts'
import type { Loom } from './loom.ts'
import { chosen, compared } from './operators.ts'
import { sequence } from './reading.ts'
import { singular } from './loom.ts'
import { along, isSimple } from './shape.ts'
import { overRows } from './rows.ts'
import { aligned, isShared, rankOf, renamed, scalar, type LaneArray, type LaneValue } from './value.ts'

/** A call for all lanes at once. */
export function callOf(
  loom: Loom,
  frame: Frame,
  expression: Expression & { kind: 'call' },
): LaneValue | undefined {
  const path = pathOf(expression.callee, loom.context)
  if (expression.callee.kind === 'name' && frame.values.has(expression.callee.id)) return undefined
  const reduction = reductionOf(loom, frame, path, expression)
  if (reduction) return reduction
  const drawn = drawOf(loom, frame, expression)
  if (drawn) return drawn
  const given = expression.arguments.map(argument => givenOf(loom, frame, argument))
  if (!given.every(value => value !== undefined)) return inlined(loom, frame, expression)
  if (rankOf(given) === 0) return sameInAll(path, expression, given) ?? inlined(loom, frame, expression)
  if (expression.arguments.some(({ form }) => form !== 'positional')) return inlined(loom, frame, expression)
  return arrayCall(loom, path, given) ?? inlined(loom, frame, expression)
}

function givenOf(loom: Loom, frame: Frame, argument: Argument): LaneArray | undefined {
  return argument.form === 'positional' || argument.form === 'keyword'
    ? numbersOf(loom, frame, argument.value)
    : undefined
}

/** A pure call of what is the same in all lanes stays as it is written. */
function sameInAll(
  path: string,
  expression: Expression & { kind: 'call' },
  given: readonly LaneArray[],
): LaneArray | undefined {
  const { callee } = expression
  if (!isPure(path)) return undefined
  const made: Expression = {
    ...expression,
    callee,
    arguments: expression.arguments.map((argument, at) => ({
      ...argument,
      value: given[at]?.code ?? argument.value,
    })),
  }
  if (/^math\.(floor|ceil|trunc|comb|factorial|gcd|isqrt)$/.test(path) || path === 'len' || path === 'int')
    return scalar(made, 'whole')
  if (/^(math\.isnan|math\.isinf|math\.isfinite|bool)$/.test(path)) return scalar(made, 'truth')
  return scalar(made, /^math\.|^float$|^scipy/.test(path) ? 'float' : 'free')
}

function arrayCall(loom: Loom, path: string, given: readonly LaneArray[]): LaneArray | undefined {
  const rank = rankOf(given)
  const codes = given.map(value => aligned(value, rank))
  const [first] = given
  const numpy = (): string => loom.moduleName('numpy')
  const made = (code: Expression, type: LaneArray['type'], isNumpy = false): LaneArray => ({
    kind: 'array',
    code,
    rank,
    type,
    isNumpy,
    isShared: isShared(given),
  })
  const plain = ARRAY_FORMS.get(path)
  if (plain !== undefined) return made(call(`${numpy()}.${plain}`, codes), 'float')
  const special = SPECIAL_FORMS.get(path)
  if (special !== undefined && loom.context.packages.includes('scipy'))
    return made(
      call(`${loom.moduleName('scipy.special')}.${special}`, codes),
      'float',
      path.startsWith('scipy'),
    )
  if (ELEMENTWISE.has(path)) {
    const type = /\.is/.test(path) ? 'truth' : 'float'
    return made(call(`${numpy()}.${path.slice('numpy.'.length)}`, codes), type, true)
  }
  if (path === 'math.isnan' || path === 'math.isinf' || path === 'math.isfinite')
    return made(call(`${numpy()}.${path.slice('math.'.length)}`, codes), 'truth')
  if (first && given.length === 1) {
    if (path === 'abs') return made(call(`${numpy()}.abs`, codes), first.type, first.isNumpy)
    if (path === 'float') return made(first.code, 'float')
    if (path === 'bool' && first.type === 'truth') return first
    // Not a number and infinite ones raise in both: NumPy is told to
    if (path === 'int') return made(method(first.code, 'astype', [name('int')]), 'whole')
  }
  if (path === 'min' || path === 'max') return extremeOf(loom, path, given)
  return ONE_BY_ONE.has(path) && first ? oneByOne(loom, path, given) : undefined
}

/** `max(a, b, c)` as Python compares them, from the left, so that NaN and equal values come out the same. */
function extremeOf(loom: Loom, path: 'min' | 'max', given: readonly LaneArray[]): LaneArray | undefined {
  const [first, ...others] = given
  return others.reduce<LaneArray | undefined>((best, value) => {
    if (!best) return undefined
    const held = isSimple(best.code) ? best : renamed(best, loom.emit('extreme', best.code))
    const other = isSimple(value.code) ? value : renamed(value, loom.emit('other', value.code))
    const test = compared(path === 'max' ? '>' : '<', other, held)
    return test && chosen(loom, test, other, held)
  }, first)
}

/** `np.array([math.erf(value) for value in d1.tolist()])`: the very same function, called for each number. */
function oneByOne(loom: Loom, path: string, given: readonly LaneArray[]): LaneArray | undefined {
  const [first, second] = given
  if (!first || first.rank !== 1 || (second && second.rank !== 0) || given.length > 2) return undefined
  const isRound = path === 'round'
  const callee = isRound ? path : `${loom.moduleName('math')}.${path.slice('math.'.length)}`
  if (isRound && (!second || first.type !== 'float')) return undefined
  const rest = second ? [second.code] : []
  const values = comprehension(call(callee, [name('value'), ...rest]), [
    clause(name('value'), method(first.code, 'tolist')),
  ])
  return {
    ...first,
    code: call(`${loom.moduleName('numpy')}.array`, [values]),
    type: 'float',
    isNumpy: false,
  }
}

/** Sums and the like along a row, and running ones along a sequence: `sum(part)`, `part.mean()`, `max(equity[:i + 1])`. */
function reductionOf(
  loom: Loom,
  frame: Frame,
  path: string,
  expression: Expression & { kind: 'call' },
): LaneArray | undefined {
  const { callee } = expression
  const [argument, ...others] = expression.arguments
  if (callee.kind === 'attribute' && !argument && /^(sum|mean|std|var|min|max)$/.test(callee.attribute)) {
    const rows = rowsOf(loom, frame, callee.value)
    return rows && along(rows, callee.attribute, rows.isNumpy)
  }
  if (!argument || argument.form !== 'positional' || others.length > 0) return undefined
  if (!/^(sum|min|max|len|any|all|numpy\.(sum|mean|std|var|min|max))$/.test(path)) return undefined
  if (argument.value.kind === 'comprehension') return overRows(loom, frame, path, argument.value)
  const running = runningOf(loom, frame, path, argument.value)
  if (running) return running
  const rows = rowsOf(loom, frame, argument.value)
  if (!rows) return undefined
  if (path === 'len')
    return scalar(
      subscript(attribute(rows.code, 'shape'), { kind: 'constant', type: 'integer', text: '-1' }),
      'whole',
    )
  if (path === 'any' || path === 'all') return undefined
  return along(rows, path.replace('numpy.', ''), rows.isNumpy || path.startsWith('numpy.'))
}

function rowsOf(loom: Loom, frame: Frame, expression: Expression): LaneArray | undefined {
  if (expression.kind === 'constant') return undefined
  const value = valueOf(loom, frame, expression)
  return value && asRows(loom, value)
}

/** `max(equity[:i + 1])` in the loop over `equity`: the running maximum. */
function runningOf(loom: Loom, frame: Frame, path: string, expression: Expression): LaneArray | undefined {
  if (expression.kind !== 'subscript' || expression.index.kind !== 'slice') return undefined
  const { lower, upper, step } = expression.index
  const kernel = { max: 'maximum.accumulate', min: 'minimum.accumulate', sum: 'cumsum' }[path]
  if (!upper || step || kernel === undefined || (lower && constantOf(linearOf(lower)) !== 0)) return undefined
  const list = numbersOf(loom, frame, expression.value)
  const counted = [...frame.values.values()].find(
    value =>
      value.kind === 'index' &&
      value.axis === 1 &&
      constantOf(plus(linearOf(upper), linearOf(name(value.name)), -1)) === 1,
  )
  if (list?.rank !== 0 || counted?.kind !== 'index' || constantOf(linearOf(counted.start)) !== 0)
    return undefined
  loom.equate(counted.stop, call('len', [list.code]))
  const values = sequence(loom, list.code, singular(list.code), 1)
  return { ...values, code: call(`${loom.moduleName('numpy')}.${kernel}`, [values.code]) }
}

/** `rng.standard_normal()` once a lane: NumPy's generators give the same numbers when asked for many at once. */
function drawOf(loom: Loom, frame: Frame, expression: Expression & { kind: 'call' }): LaneArray | undefined {
  const { callee } = expression
  if (callee.kind !== 'attribute' || callee.value.kind !== 'name') return undefined
  if (!loom.generators.has(callee.value.id)) return undefined
  const given = expression.arguments.map(argument => givenOf(loom, frame, argument))
  if (!given.every(value => value?.rank === 0)) return undefined
  if (!/^(standard_normal|normal|uniform|random|exponential|standard_exponential)$/.test(callee.attribute))
    return undefined
  return {
    kind: 'array',
    code: {
      ...expression,
      arguments: [...expression.arguments, { form: 'keyword', name: 'size', value: loom.count }],
    },
    rank: 1,
    type: 'float',
    isNumpy: false,
  }
}

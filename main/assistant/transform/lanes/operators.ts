import type { BinaryOperator, CompareOperator, Expression } from '../../syntax/python/tree.ts'
import { binary, call } from '../build.ts'
import type { Loom } from './loom.ts'
import { aligned, eitherType, isShared, joinedType, rankOf, scalar, type LaneArray } from './value.ts'

/** `left operator right` for every lane; undefined for what NumPy does otherwise than Python. */
export function arithmetic(
  operator: BinaryOperator,
  left: LaneArray,
  right: LaneArray,
): LaneArray | undefined {
  const rank = rankOf([left, right])
  const code = binary(aligned(left, rank), operator, aligned(right, rank))
  if (rank === 0) {
    const type = operator === '/' ? 'float' : joinedType(left.type, right.type)
    return scalar(code, type === 'whole' && operator === '**' ? 'free' : type)
  }
  if (!'+ - * / // % **'.split(' ').includes(operator) || left.type === 'truth' || right.type === 'truth')
    return undefined
  const type = operator === '/' ? 'float' : joinedType(left.type, right.type)
  // Whole numbers of NumPy end at 64 bits and have no negative powers
  if (type === 'whole' && operator === '**') return undefined
  return {
    kind: 'array',
    code,
    rank,
    type,
    isNumpy: left.isNumpy || right.isNumpy,
    isShared: isShared([left, right]),
  }
}

/** `left operator right` as yes or no for every lane. */
export function compared(
  operator: CompareOperator,
  left: LaneArray,
  right: LaneArray,
): LaneArray | undefined {
  if (!/^[=!<>]=?$/.test(operator) || (left.type === 'truth') !== (right.type === 'truth')) return undefined
  const rank = rankOf([left, right])
  return {
    kind: 'array',
    code: {
      kind: 'compare',
      left: aligned(left, rank),
      operators: [operator],
      comparators: [aligned(right, rank)],
    },
    rank,
    type: 'truth',
    isNumpy: left.isNumpy || right.isNumpy,
    isShared: isShared([left, right]),
  }
}

/** All of them, or any. */
export function both(operator: 'and' | 'or', values: readonly LaneArray[]): LaneArray | undefined {
  const [first, ...others] = values
  if (!first) return undefined
  if (others.length === 0) return first
  const rank = rankOf(values)
  if (rank === 0)
    return scalar({ kind: 'boolean', operator, values: values.map(({ code }) => code) }, 'truth')
  const code = others.reduce<Expression>(
    (made, value) => binary(made, operator === 'and' ? '&' : '|', aligned(value, rank)),
    aligned(first, rank),
  )
  return { kind: 'array', code, rank, type: 'truth', isNumpy: false, isShared: isShared(values) }
}

/** The contrary of a yes or no. */
export function negated(value: LaneArray): LaneArray {
  const code: Expression =
    value.rank === 0
      ? { kind: 'unary', operator: 'not', operand: value.code }
      : { kind: 'unary', operator: '~', operand: value.code }
  return { ...value, code, type: 'truth' }
}

/** `yes if test else no` for every lane. */
export function chosen(loom: Loom, test: LaneArray, yes: LaneArray, no: LaneArray): LaneArray | undefined {
  const type = eitherType(yes.type, no.type)
  if (type === undefined && (yes.type === 'truth' || no.type === 'truth')) return undefined
  const rank = rankOf([test, yes, no])
  if (rank === 0)
    return scalar(
      { kind: 'conditional', test: test.code, body: yes.code, otherwise: no.code },
      type ?? 'free',
    )
  // What is a whole number on one side only would come out as a float
  if (type === undefined) return undefined
  return {
    kind: 'array',
    code: call(`${loom.moduleName('numpy')}.where`, [
      aligned(test, rank),
      aligned(yes, rank),
      aligned(no, rank),
    ]),
    rank,
    type,
    isNumpy: yes.isNumpy || no.isNumpy,
    isShared: isShared([test, yes, no]),
  }
}

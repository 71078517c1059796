import { isPure } from '../../syntax/python/effects.ts'
import { isNumber, kindOf } from '../../syntax/python/kinds.ts'
import { namesOfExpression } from '../../syntax/python/names.ts'
import { keyOf } from '../../syntax/python/replace.ts'
import type { Expression, Statement } from '../../syntax/python/tree.ts'
import { assign, call, comprehension, give, integer, list } from '../build.ts'
import { surroundingsOf } from '../surroundings.ts'
import type { Draft, Transform, TransformSite } from '../transform.ts'
import { gather, manyOf, opposite, type Gathered } from './comprehend.ts'
import { loopsIn, startOf, withResult, type LoopPlace } from './loops.ts'

/** A loop that adds numbers up becomes `sum`. */
export const sumLoop: Transform = {
  name: 'sum-loop',
  family: 'comprehend',
  title: 'sum() instead of a loop that adds up',
  why: 'The loop does nothing but add to a number; sum() adds in the same order, in C. Newer Python rounds sums of floats more finely.',
  reorders: true,
  sites: (draft, context) => {
    const around = surroundingsOf(draft, context)
    if (around.locals.has('sum')) return []
    return loopsIn(draft.function).flatMap(found => {
      const into = accumulatorOf(found.loop.body, asAddition)
      const start = into === undefined ? undefined : startOf(into, found)
      if (into === undefined || !start || !isNumber(kindOf(start.value, around.kinds, context.modules)))
        return []
      const gathered = gather(found, statement => {
        const added = asAddition(statement)
        return added?.into === into ? added.value : undefined
      })
      if (!gathered || reads(gathered, into)) return []
      return (['list', 'generator'] as const).map((form): TransformSite => ({
        at: `${found.at}:${form}`,
        apply: () => {
          const many = manyOf(gathered, form)
          const total = call('sum', isZero(start.value) ? [many] : [many, start.value])
          return { ...draft, function: found.place.rebuild(withResult(found, start.at, assign(into, total))) }
        },
      }))
    })
  },
}

/** A loop that keeps the least or greatest of what it meets becomes `min` or `max`. */
export const extremeLoop: Transform = {
  name: 'extreme-loop',
  family: 'comprehend',
  title: 'min() or max() instead of a loop that compares',
  why: 'min() and max() begin with the same value and keep it until another compares past it, as the loop does.',
  reorders: false,
  sites: (draft, context) => {
    const around = surroundingsOf(draft, context)
    return loopsIn(draft.function).flatMap(found => {
      const kept = accumulatorOf(found.loop.body, statement => asExtreme(statement))
      const start = kept === undefined ? undefined : startOf(kept, found)
      const which = whichExtreme(found.loop.body)
      if (kept === undefined || !start || !which || around.locals.has(which)) return []
      const gathered = gather(found, statement => {
        const step = asExtreme(statement)
        return step?.into === kept && isPure(step.value, around) ? step.value : undefined
      })
      if (!gathered || reads(gathered, kept)) return []
      const apply = () => {
        const all = list([start.value, { kind: 'starred', value: manyOf(gathered, 'generator') }])
        return {
          ...draft,
          function: found.place.rebuild(withResult(found, start.at, assign(kept, call(which, [all])))),
        }
      }
      return [{ at: found.at, apply }]
    })
  },
}

/** A search that ends in a yes or no becomes `any` or `all`. */
export const searchLoop: Transform = {
  name: 'search-loop',
  family: 'comprehend',
  title: 'any() or all() instead of a loop that searches',
  why: 'any() and all() stop at the first that decides, as the loop does.',
  reorders: false,
  sites: (draft, context) => {
    const around = surroundingsOf(draft, context)
    return loopsIn(draft.function).flatMap(found => searchOf(found, draft, around.locals) ?? [])
  },
}

/** `for …: if test: return True` and then `return False`, or the other way round. */
function searchOf(found: LoopPlace, draft: Draft, locals: ReadonlySet<string>): TransformSite | undefined {
  const { loop, place, index, at } = found
  const after = place.block[index + 1]
  const last = after?.kind === 'return' ? truthOf(after.value) : undefined
  if (last === undefined || locals.has('any') || locals.has('all')) return undefined
  const gathered = gather({ ...found, loop: withCondition(loop, last) }, statement =>
    statement.kind === 'expression' ? statement.value : undefined,
  )
  if (!gathered) return undefined
  const test = last ? opposite(gathered.element) : gathered.element
  const many = comprehension(test, gathered.clauses, 'generator')
  const result = { ...give(call(last ? 'all' : 'any', [many])), above: loop.above, beside: loop.beside }
  return { at, apply: () => ({ ...draft, function: place.rebuild(place.block.toSpliced(index, 2, result)) }) }
}

/** The loop with `if test: return …` as a bare `test`, if that is what its passes end in. */
function withCondition(loop: LoopPlace['loop'], last: boolean): LoopPlace['loop'] {
  const inner = (block: readonly Statement[]): readonly Statement[] => {
    const final = block.at(-1)
    if (final?.kind === 'for') return block.with(block.length - 1, { ...final, body: inner(final.body) })
    if (final?.kind !== 'if' || final.otherwise.length > 0) return block
    const [only, ...others] = final.body
    if (only?.kind !== 'return' || others.length > 0) return block
    if (truthOf(only.value) !== !last) return block
    return block.with(block.length - 1, {
      above: [],
      beside: '',
      lines: undefined,
      kind: 'expression',
      value: final.test,
    })
  }
  return { ...loop, body: inner(loop.body) }
}

function truthOf(value: Expression | undefined): boolean | undefined {
  return value?.kind === 'constant' && value.type === 'boolean' ? value.text === 'True' : undefined
}

interface Step {
  readonly into: string
  readonly value: Expression
}

/** The name that every pass ends in adding to or comparing with. */
function accumulatorOf(
  block: readonly Statement[],
  asStep: (statement: Statement) => Step | undefined,
): string | undefined {
  const last = block.at(-1)
  const step = last && asStep(last)
  if (step) return step.into
  return last?.kind === 'if' || last?.kind === 'for' ? accumulatorOf(last.body, asStep) : undefined
}

/** `into += value`, `into -= value` or `into = into + value`. */
function asAddition(statement: Statement): Step | undefined {
  if (statement.kind === 'augmented' && statement.target.kind === 'name') {
    const { target, operator, value } = statement
    if (operator === '+') return { into: target.id, value }
    return operator === '-'
      ? { into: target.id, value: { kind: 'unary', operator: '-', operand: value } }
      : undefined
  }
  if (statement.kind !== 'assign' || statement.targets.length !== 1) return undefined
  const [target] = statement.targets
  const { value } = statement
  if (target?.kind !== 'name' || value?.kind !== 'binary' || value.operator !== '+') return undefined
  return keyOf(value.left) === keyOf(target) ? { into: target.id, value: value.right } : undefined
}

/** `if value < into: into = value`, or `into = min(into, value)`. */
function asExtreme(statement: Statement): (Step & { readonly which: 'min' | 'max' }) | undefined {
  const assigned =
    statement.kind === 'if' && statement.otherwise.length === 0 && statement.body.length === 1
      ? statement.body[0]
      : statement
  if (assigned?.kind !== 'assign' || assigned.targets.length !== 1 || !assigned.value) return undefined
  const [target] = assigned.targets
  if (target?.kind !== 'name') return undefined
  const into = target.id
  if (statement.kind === 'assign') {
    const { value } = assigned
    if (value.kind !== 'call' || value.callee.kind !== 'name' || value.arguments.length !== 2)
      return undefined
    const which = value.callee.id
    const [first, second] = value.arguments
    if ((which !== 'min' && which !== 'max') || first?.form !== 'positional' || second?.form !== 'positional')
      return undefined
    return keyOf(first.value) === keyOf(target) ? { into, value: second.value, which } : undefined
  }
  if (statement.kind !== 'if' || statement.test.kind !== 'compare') return undefined
  const { left, operators, comparators } = statement.test
  const [right] = comparators
  const [operator, ...others] = operators
  if (!right || others.length > 0 || (operator !== '<' && operator !== '>')) return undefined
  const value = assigned.value
  if (keyOf(left) === keyOf(value) && keyOf(right) === keyOf(target))
    return { into, value, which: operator === '<' ? 'min' : 'max' }
  if (keyOf(right) === keyOf(value) && keyOf(left) === keyOf(target))
    return { into, value, which: operator === '>' ? 'min' : 'max' }
  return undefined
}

function whichExtreme(block: readonly Statement[]): 'min' | 'max' | undefined {
  const last = block.at(-1)
  if (!last) return undefined
  const step = asExtreme(last)
  if (step) return step.which
  return last.kind === 'if' || last.kind === 'for' ? whichExtreme(last.body) : undefined
}

function reads({ element, clauses }: Gathered, id: string): boolean {
  return [element, ...clauses.flatMap(({ iterable, conditions }) => [iterable, ...conditions])].some(part =>
    namesOfExpression(part).reads.has(id),
  )
}

function isZero(value: Expression): boolean {
  return keyOf(value) === keyOf(integer(0))
}

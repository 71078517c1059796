import { isPure, type Surroundings } from '../../syntax/python/effects.ts'
import { functionNamed } from '../../syntax/python/functions.ts'
import type { Expression, FunctionStatement, Statement } from '../../syntax/python/tree.ts'
import { freshName } from '../../syntax/python/names.ts'
import { eachExpressionIn } from '../../syntax/python/visit.ts'
import { assign, give, name } from '../build.ts'
import { eachEvaluation } from '../evaluations.ts'
import { surroundingsOf } from '../surroundings.ts'
import type { Transform } from '../transform.ts'
import { argumentsOf, bodyOf, stepsWith, withNames, type CalledBody } from './calledBody.ts'
import { rewriteInOrder, type Keeping } from './straight.ts'

/** Procedure integration (Muchnick, Advanced Compiler Design and Implementation, section 15.2) of functions that only compute. */
export const writeInPlace: Transform = {
  name: 'write-in-place',
  family: 'reduce',
  title: 'A short function written where it is called',
  why: 'The function computes from its arguments and does nothing else, so its statements may stand in place of the call. What is the same from call to call can then be computed once.',
  reorders: false,
  sites: (draft, context) => {
    const around = surroundingsOf(draft, context)
    return calledIn(draft.function, around).flatMap(called => {
      const definition = functionNamed(context.module, called)
      const body = definition && bodyOf(definition, around.locals)
      if (!body) return []
      const writer: Writer = {
        around,
        called,
        body,
        taken: new Set([...around.callables.constants, ...around.locals]),
      }
      const next = rewriteInOrder(draft.function.body, around, {
        expression: (expression, keeping) => inPlace(expression, keeping, writer),
      })
      if (next === draft.function.body) return []
      return [{ at: called, apply: () => ({ ...draft, function: { ...draft.function, body: next } }) }]
    })
  },
}

interface Writer {
  readonly around: Surroundings
  readonly called: string
  readonly body: CalledBody
  /** Names that mean something already. */
  readonly taken: Set<string>
}

/** Functions of the module that only compute and are called in another. */
function calledIn(statement: FunctionStatement, { callables, locals }: Surroundings): readonly string[] {
  const found = new Set<string>()
  for (const inner of statement.body)
    eachExpressionIn(inner, part => {
      const id = part.kind === 'call' && part.callee.kind === 'name' ? part.callee.id : ''
      if (callables.pure.has(id) && !locals.has(id) && id !== statement.name) found.add(id)
    })
  return [...found]
}

/** What stands for a call: its value, below the statements that compute it where statements may stand there. */
function inPlace(expression: Expression, keeping: Keeping, writer: Writer): Expression {
  const { body, called, around } = writer
  if (expression.kind !== 'call' || expression.callee.kind !== 'name' || expression.callee.id !== called)
    return expression
  const given = isPure(expression, around) ? argumentsOf(body, expression.arguments) : undefined
  if (!given) return expression
  if (body.value && body.steps.length === 0 && isShort(body.value, given, around))
    return withNames(body.value, new Map(given))
  return typeof keeping === 'string' ? expression : written(given, keeping, writer)
}

/** Whether each argument is evaluated exactly once where it stands in the value, or costs nothing to evaluate. */
function isShort(
  value: Expression,
  given: readonly (readonly [string, Expression])[],
  around: Surroundings,
): boolean {
  const times = new Map<string, number>()
  eachEvaluation([give(value)], around, ({ expression, isCertain }) => {
    if (expression.kind === 'name')
      times.set(expression.id, (times.get(expression.id) ?? 0) + (isCertain ? 1 : 2))
    return true
  })
  return given.every(([id, argument]) => isSimple(argument) || times.get(id) === 1)
}

/** The value of a call, with the statements that compute it put before. */
function written(
  given: readonly (readonly [string, Expression])[],
  before: Statement[],
  { around, body, called, taken }: Writer,
): Expression {
  const freshFor = (id: string): Expression => {
    const made = freshName(id, around.function.body, taken)
    taken.add(made)
    return name(made)
  }
  const names = new Map<string, Expression>()
  for (const [id, value] of given) {
    const isHeld = isSimple(value) && !body.assigned.has(id)
    const by = isHeld ? value : freshFor(id)
    if (!isHeld) before.push(assign(by, value))
    names.set(id, by)
  }
  for (const id of body.assigned) if (!names.has(id)) names.set(id, freshFor(id))
  if (body.value) {
    before.push(...stepsWith(body, names, body.value))
    return withNames(body.value, names)
  }
  const result = freshFor(`${called}_value`)
  before.push(...stepsWith(body, names, result))
  return result
}

function isSimple(value: Expression): boolean {
  return value.kind === 'name' || value.kind === 'constant'
}

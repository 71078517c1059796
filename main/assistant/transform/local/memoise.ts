import { makesNew } from '../../syntax/python/callables.ts'
import { isPure, type Surroundings } from '../../syntax/python/effects.ts'
import { functionNamed } from '../../syntax/python/functions.ts'
import { isNumber, kindOf } from '../../syntax/python/kinds.ts'
import { freshName } from '../../syntax/python/names.ts'
import type { Expression, PythonModule, Statement } from '../../syntax/python/tree.ts'
import { eachStatement, mapStatement, someStatement } from '../../syntax/python/visit.ts'
import { assign, call, importModule, name } from '../build.ts'
import { eachEvaluation } from '../evaluations.ts'
import { placesIn, siteOf, splice } from '../places.ts'
import { surroundingsOf } from '../surroundings.ts'
import type { Transform, TransformSite } from '../transform.ts'
import { isShareable } from './hoist.ts'

/** A pure function of the module that a loop calls with numbers remembers its results for as long as the call lasts. */
export const rememberCalls: Transform = {
  name: 'remember-calls',
  family: 'memoise',
  title: 'Results of a helper are remembered while the loop runs',
  why: 'The helper computes from its arguments alone and gives numbers, so equal arguments give equal results. They are remembered for one call only, and 1 and 1.0 are kept apart.',
  reorders: false,
  sites: (draft, context) => {
    const around = surroundingsOf(draft, context)
    return placesIn(draft.function).flatMap(place =>
      place.block.flatMap((statement, index) => {
        if (statement.kind !== 'for' && statement.kind !== 'while') return []
        return calledIn(statement, around, context.module).map((id): TransformSite => {
          const module = context.modules['functools']
          const direct = context.modules['functools.lru_cache']
          const needed = module === undefined && direct === undefined ? [importModule('functools', '')] : []
          return {
            at: `${siteOf(place, index)}:${id}`,
            apply: () => {
              const known = freshName(`known_${id}`, draft.function.body, around.locals)
              const cache = call(direct ?? `${module ?? 'functools'}.lru_cache`, [], {
                maxsize: NONE,
                typed: TRUE,
              })
              const made = { ...assign(known, call(cache, [name(id)])), above: statement.above }
              const next = { ...renameCalls(statement, id, known), above: [] }
              return {
                function: place.rebuild(splice(place.block, index, 1, made, next)),
                added: [...draft.added, ...needed],
              }
            },
          }
        })
      }),
    )
  },
}

const NONE: Expression = { kind: 'constant', type: 'none', text: 'None' }
const TRUE: Expression = { kind: 'constant', type: 'boolean', text: 'True' }

/** Pure functions of the module that every pass calls with arguments that a cache can tell apart. */
function calledIn(loop: Statement, around: Surroundings, module: PythonModule): readonly string[] {
  const found = new Map<string, boolean>()
  eachEvaluation([loop], around, evaluation => {
    const { expression } = evaluation
    if (expression.kind !== 'call' || expression.callee.kind !== 'name') return true
    const { id } = expression.callee
    if (!around.callables.pure.has(id) || around.locals.has(id)) return true
    const isFit =
      expression.arguments.length > 0 &&
      expression.arguments.every(
        ({ value, form }) => form !== 'star' && form !== 'doubleStar' && isKey(value, around),
      ) &&
      (isShareable(evaluation, around) || (isAppended(evaluation.consumer) && givesNumbers(id, module)))
    found.set(id, (found.get(id) ?? true) && isFit && isPure(expression, around))
    return true
  })
  return [...found].flatMap(([id, isFit]) => (isFit ? [id] : []))
}

/** A number, or arithmetic with names, which for helpers of numbers is one. */
function isKey(value: Expression, around: Surroundings): boolean {
  const kind = kindOf(value, around.kinds, around.callables.modules)
  if (kind !== undefined) return isNumber(kind) || kind === 'string'
  if (value.kind === 'subscript') return value.index.kind === 'constant' && value.index.type === 'string'
  return value.kind === 'name' || value.kind === 'binary'
}

function isAppended(consumer: Expression | Statement): boolean {
  return (
    consumer.kind === 'call' && consumer.callee.kind === 'attribute' && consumer.callee.attribute === 'append'
  )
}

/** Whether all that a function gives is arithmetic, so that one result may stand in many places. */
function givesNumbers(id: string, module: PythonModule): boolean {
  const statement = functionNamed(module, id)
  let isFit = statement !== undefined
  for (const inner of statement?.body ?? [])
    eachStatement(inner, part => {
      if (part.kind === 'return') isFit &&= part.value !== undefined && isArithmetic(part.value)
    })
  return isFit
}

/** Operators and calls of numbers; a name alone may stand for anything. */
function isArithmetic(value: Expression): boolean {
  if (value.kind === 'binary')
    return [value.left, value.right].every(part => part.kind === 'name' || isArithmetic(part))
  if (value.kind === 'unary') return value.operand.kind === 'name' || isArithmetic(value.operand)
  if (value.kind === 'call') return !makesNew(value)
  return value.kind === 'constant' || value.kind === 'compare'
}

function renameCalls(statement: Statement, id: string, known: string): Statement {
  if (someStatement([statement], inner => inner.kind === 'function' || inner.kind === 'class'))
    return statement
  return mapStatement(statement, part =>
    part.kind === 'call' && part.callee.kind === 'name' && part.callee.id === id
      ? { ...part, callee: name(known) }
      : part,
  )
}

import { functionNamed } from '../../syntax/python/functions.ts'
import type { Frame } from './frame.ts'
import type { Argument, Expression, FunctionStatement, Parameter } from '../../syntax/python/tree.ts'
import { isSimple } from './shape.ts'
import { valueOf } from './expression.ts'
import type { Loom } from './loom.ts'
import { assignedIn, namesIn } from './names.ts'
import { renamed, type LaneValue } from './value.ts'

/** Deepest chain of functions that is written in place. */
const DEEPEST = 4

/**
 * A call of a function of the module, written in place for all lanes at once: per-position calls become one for the whole book.
 * Undefined where the function does more than compute a value of its arguments.
 */
export function inlined(
  loom: Loom,
  frame: Frame,
  expression: Expression & { kind: 'call' },
): LaneValue | undefined {
  if (expression.callee.kind !== 'name') return undefined
  const called = expression.callee.id
  if (frame.calls.includes(called) || frame.calls.length >= DEEPEST || loom.locals.has(called))
    return undefined
  const definition = functionNamed(loom.module, called)
  if (!definition || definition.isAsync || definition.decorators.length > 0) return undefined
  const bound = bind(definition.parameters, expression.arguments)
  if (!bound) return undefined
  const assigned = new Set([...assignedIn(definition.body), ...bound.map(([parameter]) => parameter)])
  const values = new Map<string, LaneValue>()
  for (const [parameter, given] of bound) {
    const value = valueOf(loom, frame, given)
    if (!value) return undefined
    values.set(parameter, held(loom, parameter, value))
  }
  if (shadowsGlobal(loom, definition, assigned)) return undefined
  const outcome = loom.forms.block(
    loom,
    { values, assigned, gathered: new Set(), calls: [...frame.calls, called] },
    definition.body,
    'function',
  )
  return outcome && outcome.effects.length === 0 ? outcome.returned : undefined
}

/** Every parameter with what is given for it; undefined where the call does not fit or needs more than names and places. */
function bind(
  parameters: readonly Parameter[],
  given: readonly Argument[],
): readonly (readonly [string, Expression])[] | undefined {
  if (parameters.some(({ form }) => form !== 'plain')) return undefined
  if (given.some(({ form }) => form !== 'positional' && form !== 'keyword')) return undefined
  const positional = given.filter(({ form }) => form === 'positional')
  if (given.length > parameters.length) return undefined
  const bound = parameters.map(({ name, fallback }, at) => {
    const value = positional[at]?.value ?? given.find(argument => argument.name === name)?.value
    if (value) return [name, value] as const
    return fallback?.kind === 'constant' ? ([name, fallback] as const) : undefined
  })
  return bound.every(pair => pair !== undefined) ? bound : undefined
}

/** Whether the function reads a global by a name that here is a local one. */
function shadowsGlobal(loom: Loom, definition: FunctionStatement, own: ReadonlySet<string>): boolean {
  for (const read of namesIn(definition)) if (!own.has(read) && loom.locals.has(read)) return true
  return false
}

/** A value under a name, so that it may be written many times. */
function held(loom: Loom, like: string, value: LaneValue): LaneValue {
  if (value.kind !== 'array' || isSimple(value.code) || value.code.kind === 'attribute') return value
  return renamed(value, loom.emit(like, value.code))
}

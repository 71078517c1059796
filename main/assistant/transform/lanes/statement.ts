import type { Expression, Statement } from '../../syntax/python/tree.ts'
import { branched } from './branch.ts'
import { asNumbers, numbersOf, valueOf } from './expression.ts'
import { groupedAssignment } from './group.ts'
import { innerLoop } from './innerLoop.ts'
import type { Loom } from './loom.ts'
import { arithmetic } from './operators.ts'
import type { Effect, Frame, Outcome, Role } from './frame.ts'
import { mayRaise, sizeOf } from './shape.ts'
import { store, stored } from './store.ts'
import { renamed, type LaneValue } from './value.ts'

const NOTHING: Outcome = { effects: [], returned: undefined, isRaised: false }

/** Largest expression of a branch that is written in place, in nodes. */
const SMALL = 10

/** A block for all lanes at once; what it assigns is put into the frame. Undefined where there is no such form. */
export function blockOf(
  loom: Loom,
  frame: Frame,
  block: readonly Statement[],
  role: Role,
): Outcome | undefined {
  const effects: Effect[] = []
  for (const statement of nested(block)) {
    const outcome = statementOf(loom, frame, statement, role)
    if (!outcome) return undefined
    for (const effect of outcome.effects)
      if (effect.kind === 'store' && (role === 'loop' || role === 'sequence')) store(loom, effect)
      else effects.push(effect)
    if (outcome.returned || outcome.isRaised) return { ...outcome, effects }
  }
  return { ...NOTHING, effects }
}

function statementOf(loom: Loom, frame: Frame, statement: Statement, role: Role): Outcome | undefined {
  switch (statement.kind) {
    case 'pass':
    case 'continue':
      return NOTHING
    case 'raise':
      return { ...NOTHING, isRaised: true }
    case 'expression':
      if (statement.value.kind === 'constant') return NOTHING
      return appended(loom, frame, statement.value)
    case 'return': {
      if (!statement.value || frame.calls.length === 0) return undefined
      const returned = valueOf(loom, frame, statement.value)
      return returned && { ...NOTHING, returned }
    }
    case 'assign': {
      const [target, ...others] = statement.targets
      if (!target || others.length > 0 || !statement.value) return undefined
      return assigned(loom, frame, target, statement.value, role)
    }
    case 'augmented':
      return augmented(loom, frame, statement, role)
    case 'if':
      return branched(loom, frame, statement)
    case 'for':
      return statement.otherwise.length > 0 ? undefined : innerLoop(loom, frame, statement)
    default:
      return undefined
  }
}

function assigned(
  loom: Loom,
  frame: Frame,
  target: Expression,
  given: Expression,
  role: Role,
): Outcome | undefined {
  if (target.kind === 'subscript') {
    const grouped = groupedAssignment(loom, frame, target, given)
    return grouped ? { ...NOTHING, effects: [grouped] } : stored(loom, frame, target, given)
  }
  if (target.kind === 'tuple') return unpacked(loom, frame, target.elements, given, role)
  if (target.kind !== 'name') return undefined
  if (given.kind === 'list' && given.elements.length === 0) {
    frame.values.set(target.id, { kind: 'list', filled: undefined })
    return NOTHING
  }
  const value = valueOf(loom, frame, given)
  if (!value) return undefined
  bind(loom, frame, target.id, value, role)
  return NOTHING
}

function unpacked(
  loom: Loom,
  frame: Frame,
  targets: readonly Expression[],
  given: Expression,
  role: Role,
): Outcome | undefined {
  const value = valueOf(loom, frame, given)
  if (value?.kind !== 'group' || value.elements.length !== targets.length) return undefined
  for (const [at, target] of targets.entries()) {
    const element = value.elements[at]
    if (target.kind !== 'name' || !element) return undefined
    bind(loom, frame, target.id, element, role)
  }
  return NOTHING
}

/** Gives a name to a value, and writes it on a line of its own unless it is small or one of two branches. */
export function bind(loom: Loom, frame: Frame, called: string, value: LaneValue, role: Role): void {
  if (value.kind !== 'array') frame.values.set(called, value)
  else {
    const isInPlace =
      value.code.kind === 'name' ||
      value.code.kind === 'constant' ||
      (role === 'branch' && sizeOf(value.code) <= SMALL && !mayRaise(value.code))
    frame.values.set(called, isInPlace ? value : renamed(value, loom.emit(called, value.code)))
  }
}

function augmented(
  loom: Loom,
  frame: Frame,
  statement: Statement & { kind: 'augmented' },
  role: Role,
): Outcome | undefined {
  const { target, operator } = statement
  if (target.kind !== 'name') return undefined
  const value = numbersOf(loom, frame, statement.value)
  if (!value) return undefined
  const before = frame.values.get(target.id)
  const isGathered = frame.gathered.has(target.id)
  if (!before || isGathered) {
    if ((operator !== '+' && operator !== '-') || value.type === 'truth') return undefined
    if (!before && (loom.locals.has(target.id) ? !loom.assigned.has(target.id) : true)) return undefined
    return { ...NOTHING, effects: [{ kind: 'add', name: target.id, operator, value, mask: undefined }] }
  }
  const numbers = asNumbers(loom, before)
  const made = numbers && arithmetic(operator, numbers, value)
  if (!made) return undefined
  bind(loom, frame, target.id, made, role)
  return NOTHING
}

/** `list.append(value)`. */
function appended(loom: Loom, frame: Frame, expression: Expression): Outcome | undefined {
  if (expression.kind !== 'call' || expression.callee.kind !== 'attribute') return undefined
  const { value: list, attribute } = expression.callee
  const [argument, ...others] = expression.arguments
  if (attribute !== 'append' || list.kind !== 'name' || argument?.form !== 'positional' || others.length > 0)
    return undefined
  const own = frame.values.get(list.id)
  if (own ? own.kind !== 'list' : frame.calls.length > 0) return undefined
  const value = valueOf(loom, frame, argument.value)
  const kept = value?.kind === 'group' ? value : value && asNumbers(loom, value)
  return kept && { ...NOTHING, effects: [{ kind: 'append', list: list.id, value: kept, mask: undefined }] }
}

/** What follows an `if` that leaves the round in one branch belongs to the other branch. */
function nested(block: readonly Statement[]): readonly Statement[] {
  const at = block.findIndex(
    statement => statement.kind === 'if' && (leaves(statement.body) || leaves(statement.otherwise)),
  )
  const statement = block[at]
  if (statement?.kind !== 'if') return block
  const rest = block.slice(at + 1)
  const before = block.slice(0, at)
  if (leaves(statement.body) && leaves(statement.otherwise)) return [...before, statement]
  const open = leaves(statement.body)
    ? { ...statement, otherwise: [...statement.otherwise, ...rest] }
    : { ...statement, body: [...statement.body, ...rest] }
  return [...before, open]
}

/** Whether nothing after the block is reached in the same round. */
function leaves(block: readonly Statement[]): boolean {
  const last = block.at(-1)
  if (last?.kind === 'return' || last?.kind === 'continue' || last?.kind === 'raise') return true
  return last?.kind === 'if' && leaves(last.body) && leaves(last.otherwise)
}

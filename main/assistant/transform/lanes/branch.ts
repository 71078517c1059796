import type { Expression, Statement } from '../../syntax/python/tree.ts'
import type { Effect, Frame, Outcome } from './frame.ts'
import { assignmentOf } from '../assignment.ts'
import { call, name, raise, when } from '../build.ts'
import { asNumbers, numbersOf, truthOf } from './expression.ts'
import type { Loom } from './loom.ts'
import { both, chosen, negated } from './operators.ts'
import { groupedBranch } from './group.ts'
import { sizeOf } from './shape.ts'
import { renamed, type LaneArray, type LaneValue } from './value.ts'

type If = Statement & { kind: 'if' }

/** An `if` for all lanes at once: both branches are computed, and each lane takes its own. */
export function branched(loom: Loom, frame: Frame, statement: If): Outcome | undefined {
  const effect = extremeOf(loom, frame, statement) ?? groupedBranch(loom, frame, statement)
  if (effect) return { effects: [effect], returned: undefined, isRaised: false }
  const asked = truthOf(loom, frame, statement.test)
  if (!asked) return undefined
  const test = sizeOf(asked.code) <= 3 ? asked : renamed(asked, loom.emit('chosen', asked.code))
  return choose(loom, frame, test, statement.body, statement.otherwise)
}

/** Two blocks of which each lane takes one. */
export function choose(
  loom: Loom,
  frame: Frame,
  test: LaneArray,
  body: readonly Statement[],
  otherwise: readonly Statement[],
): Outcome | undefined {
  const yesFrame = { ...frame, values: new Map(frame.values) }
  const noFrame = { ...frame, values: new Map(frame.values) }
  const yes = loom.forms.block(loom, yesFrame, body, 'branch')
  const no = loom.forms.block(loom, noFrame, otherwise, 'branch')
  if (!yes || !no) return undefined
  if (yes.isRaised || no.isRaised) return leftToLoop(loom, frame, test, [yes, yesFrame], [no, noFrame])
  if ((yes.returned === undefined) !== (no.returned === undefined)) return undefined
  const effects = mergedEffects(loom, test, yes.effects, no.effects)
  if (!effects) return undefined
  if (!yes.returned || !no.returned) {
    const isMerged = mergeNames(loom, frame, test, yesFrame, noFrame)
    return isMerged ? { effects, returned: undefined, isRaised: false } : undefined
  }
  const returned = mergedValue(loom, test, yes.returned, no.returned)
  return returned && { effects, returned, isRaised: false }
}

/** A branch that raises: where any lane would take it, the loop is run instead, and raises at the right place. */
function leftToLoop(
  loom: Loom,
  frame: Frame,
  test: LaneArray,
  [yes, yesFrame]: readonly [Outcome, Frame],
  [no, noFrame]: readonly [Outcome, Frame],
): Outcome | undefined {
  if (yes.isRaised && no.isRaised) return undefined
  const bad = yes.isRaised ? test : negated(test)
  const any = bad.rank === 0 ? bad.code : call(`${loom.moduleName('numpy')}.any`, [bad.code])
  loom.perform(when(any, [raise(name('ValueError'))]))
  const [kept, from] = yes.isRaised ? [no, noFrame] : [yes, yesFrame]
  for (const [key, value] of from.values) frame.values.set(key, value)
  return kept
}

function mergeNames(loom: Loom, frame: Frame, test: LaneArray, yes: Frame, no: Frame): boolean {
  for (const key of new Set([...yes.values.keys(), ...no.values.keys()])) {
    const [left, right] = [yes.values.get(key), no.values.get(key)]
    if (left === right) continue
    // Assigned in one branch only: reading it later would be an error in the other lanes
    if (!left || !right) {
      frame.values.delete(key)
      continue
    }
    const merged = mergedValue(loom, test, left, right)
    if (!merged) return false
    frame.values.set(
      key,
      merged.kind === 'array' && merged.code.kind !== 'name'
        ? renamed(merged, loom.emit(key, merged.code))
        : merged,
    )
  }
  return true
}

function mergedValue(loom: Loom, test: LaneArray, yes: LaneValue, no: LaneValue): LaneValue | undefined {
  if (yes.kind === 'group' && no.kind === 'group' && yes.elements.length === no.elements.length) {
    const elements = yes.elements.map((element, at) => {
      const other = no.elements[at]
      return other && chosen(loom, test, element, other)
    })
    return elements.every(element => element !== undefined) ? { ...yes, elements } : undefined
  }
  const [left, right] = [asNumbers(loom, yes), asNumbers(loom, no)]
  return left && right && chosen(loom, test, left, right)
}

/** What both branches do to the same list or place is done once with what each lane chose; the rest by the lanes concerned. */
function mergedEffects(
  loom: Loom,
  test: LaneArray,
  yes: readonly Effect[],
  no: readonly Effect[],
): Effect[] | undefined {
  const [left, right] = [yes[0], no[0]]
  if (yes.length === 1 && no.length === 1 && left?.kind === 'append' && right?.kind === 'append') {
    if (left.list === right.list && !left.mask && !right.mask) {
      const value = mergedValue(loom, test, left.value, right.value)
      return value && [{ ...left, value }]
    }
  }
  if ([...yes, ...no].some(({ kind }) => kind === 'extreme')) return undefined
  const made: Effect[] = []
  for (const [effects, mask] of [
    [yes, test],
    [no, negated(test)],
  ] as const)
    for (const effect of effects) {
      if (effect.kind === 'extreme') return undefined
      const all = effect.mask ? both('and', [mask, effect.mask]) : mask
      if (!all) return undefined
      made.push({ ...effect, mask: all })
    }
  return made
}

/** `if drawdown > worst: worst = drawdown`, and what is remembered of that round. */
function extremeOf(loom: Loom, frame: Frame, statement: If): Effect | undefined {
  const { test, body, otherwise } = statement
  if (otherwise.length > 0 || test.kind !== 'compare' || test.operators.length !== 1) return undefined
  const [operator] = test.operators
  const [right] = test.comparators
  if ((operator !== '<' && operator !== '>') || !right) return undefined
  const pairs = body.map(assignmentOf)
  if (!pairs.every(pair => pair !== undefined)) return undefined
  const isCarried = (side: Expression): side is Expression & { kind: 'name' } =>
    side.kind === 'name' &&
    !frame.values.has(side.id) &&
    loom.assigned.has(side.id) &&
    frame.calls.length === 0
  const [held, asked, turned] = isCarried(right)
    ? ([right.id, test.left, operator] as const)
    : isCarried(test.left)
      ? ([test.left.id, right, operator === '<' ? '>' : '<'] as const)
      : []
  if (held === undefined || asked === undefined || turned === undefined) return undefined
  const own = pairs.find(([target]) => target === held)
  const value = numbersOf(loom, frame, asked)
  const kept = own && numbersOf(loom, frame, own[1])
  if (value?.rank !== 1 || !kept || JSON.stringify(kept.code) !== JSON.stringify(value.code)) return undefined
  const others = pairs
    .filter(([target]) => target !== held)
    .map(([target, given]) => [target, numbersOf(loom, frame, given)] as const)
  const known = others.filter((pair): pair is readonly [string, LaneArray] => pair[1]?.rank === 1)
  if (known.length !== others.length) return undefined
  return { kind: 'extreme', name: held, operator: turned, value, others: known }
}

import type { Statement } from '../../syntax/python/tree.ts'
import type { Effect, Frame, Outcome } from './frame.ts'
import { call, method, name } from '../build.ts'
import { choose } from './branch.ts'
import { along } from './shape.ts'
import { domainOf, requireLengths } from './domain.ts'
import { asRows, truthOf, valueOf } from './expression.ts'
import { pathOf } from './arrayNames.ts'
import { constantOf, linearOf, plus } from './linear.ts'
import type { Loom } from './loom.ts'
import { assignedIn, namesIn, reads } from './names.ts'
import { nearestOf } from './nearest.ts'
import { arithmetic, chosen } from './operators.ts'
import { scalar, rankOf, renamed, joinedType, type LaneArray, type LaneValue } from './value.ts'
import { sequential } from './sequential.ts'

type For = Statement & { kind: 'for' }

/** A loop inside of a round, for all lanes at once. */
export function innerLoop(loom: Loom, frame: Frame, statement: For): Outcome | undefined {
  return (
    tried(loom, frame, statement, overRow) ??
    tried(loom, frame, statement, nearestOf) ??
    tried(loom, frame, statement, overPrefix) ??
    (loom.broadcasts ? tried(loom, frame, statement, overAxis) : undefined) ??
    sequential(loom, frame, statement)
  )
}

function tried(
  loom: Loom,
  frame: Frame,
  statement: For,
  form: (loom: Loom, frame: Frame, statement: For) => Outcome | undefined,
): Outcome | undefined {
  const own = { ...frame, values: new Map(frame.values) }
  const outcome = loom.attempt(() => form(loom, own, statement))
  if (outcome) for (const [key, value] of own.values) frame.values.set(key, value)
  return outcome
}

/** `for value in part`, the part being a row of the lane's own: what is added up is added along the row. */
function overRow(loom: Loom, frame: Frame, { target, iterable, body }: For): Outcome | undefined {
  if (target.kind !== 'name' || iterable.kind === 'call' || iterable.kind === 'constant') return undefined
  const value = valueOf(loom, frame, iterable)
  const rows = value && asRows(loom, value)
  if (!rows) return undefined
  return gathered(loom, frame, [[target.id, rows]], body, added => along(added, 'sum', added.isNumpy))
}

/** `for j in range(i + 1)`: what is added up so far is a running sum. */
function overPrefix(loom: Loom, frame: Frame, { target, iterable, body }: For): Outcome | undefined {
  if (target.kind !== 'name' || iterable.kind !== 'call') return undefined
  const [stop, ...others] = iterable.arguments
  if (pathOf(iterable.callee, loom.context) !== 'range' || !stop || others.length > 0) return undefined
  const counted = [...frame.values.values()].find(
    value => value.kind === 'index' && value.axis === 1 && reads(stop.value, value.name),
  )
  if (counted?.kind !== 'index' || constantOf(linearOf(counted.start)) !== 0) return undefined
  if (constantOf(plus(linearOf(stop.value), linearOf(name(counted.name)), -1)) !== 1) return undefined
  const bound: readonly [string, LaneValue][] = [[target.id, { ...counted, name: target.id }]]
  const run = (added: LaneArray): LaneArray => ({
    ...added,
    code: call(`${loom.moduleName('numpy')}.cumsum`, [added.code]),
  })
  // The outer counter inside would be another lane's
  if (body.some(inner => namesIn(inner).has(counted.name))) return undefined
  return gathered(loom, frame, bound, body, run)
}

/** A loop over what is the same in all lanes, as a second axis: memory grows by its length. */
function overAxis(loom: Loom, frame: Frame, { target, iterable, body }: For): Outcome | undefined {
  const domain = domainOf(loom, frame, target, iterable, 2)
  if (!domain) return undefined
  const made = gathered(loom, frame, domain.bound, body, added => along(added, 'sum', added.isNumpy))
  if (made) requireLengths(loom, domain)
  return made
}

/** Runs the body once for a whole row, and adds up along it what it adds. */
function gathered(
  loom: Loom,
  frame: Frame,
  bound: readonly (readonly [string, LaneValue])[],
  body: readonly Statement[],
  sum: (added: LaneArray) => LaneArray,
): Outcome | undefined {
  const assigned = assignedIn(body)
  const sums = [...assigned].filter(inner => frame.values.has(inner))
  const inner: Frame = {
    ...frame,
    values: new Map(
      [...frame.values, ...bound].filter(
        ([key]) => !sums.includes(key) || bound.some(([own]) => own === key),
      ),
    ),
    assigned: new Set([...frame.assigned, ...assigned]),
    gathered: new Set(sums),
  }
  const any = anyOf(loom, frame, inner, body)
  if (any) return any
  const outcome = loom.forms.block(loom, inner, body, 'rows')
  if (!outcome || outcome.returned || outcome.isRaised) return undefined
  for (const effect of outcome.effects) if (!gather(loom, frame, effect, sum)) return undefined
  return { effects: [], returned: undefined, isRaised: false }
}

function gather(loom: Loom, frame: Frame, effect: Effect, sum: (added: LaneArray) => LaneArray): boolean {
  if (effect.kind === 'append') {
    const own = frame.values.get(effect.list)
    if (own?.kind !== 'list' || own.filled || effect.mask || effect.value.kind !== 'array') return false
    if (effect.value.rank !== 2 || effect.value.isShared === true) return false
    frame.values.set(effect.list, { kind: 'list', filled: effect.value })
    return true
  }
  if (effect.kind !== 'add') return false
  const before = frame.values.get(effect.name)
  const zero = scalar({ kind: 'constant', type: 'float', text: '0.0' }, effect.value.type)
  const added = effect.mask ? chosen(loom, effect.mask, effect.value, zero) : effect.value
  if (before?.kind !== 'array' || !added || added.rank === 0) return false
  const total = arithmetic(effect.operator, before, sum(added))
  if (!total) return false
  const isStart = before.code.kind === 'constant' && Number(before.code.text) === 0 && effect.operator === '+'
  const code = isStart ? sum(added).code : total.code
  frame.values.set(
    effect.name,
    renamed({ ...total, type: joinedType(before.type, total.type) }, loom.emit(effect.name, code)),
  )
  return true
}

/** `if price >= barrier: touched += 1; break`: done for lanes that have any such. */
function anyOf(loom: Loom, frame: Frame, inner: Frame, body: readonly Statement[]): Outcome | undefined {
  const [only, ...others] = body
  if (only?.kind !== 'if' || others.length > 0 || only.otherwise.length > 0) return undefined
  if (only.body.at(-1)?.kind !== 'break') return undefined
  const test = truthOf(loom, inner, only.test)
  if (!test || rankOf([test]) !== 2 || test.isShared === true) return undefined
  const any: LaneArray = {
    ...test,
    rank: 1,
    code: method(test.code, 'any', [], { axis: { kind: 'constant', type: 'integer', text: '-1' } }),
  }
  const rest = only.body.slice(0, -1)
  return choose(loom, frame, renamed(any, loom.emit('found', any.code)), rest, [])
}

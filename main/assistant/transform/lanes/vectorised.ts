import { printExpression } from '../../syntax/python/printExpression.ts'
import type { Effect, Frame } from './frame.ts'
import type { Expression, Statement } from '../../syntax/python/tree.ts'
import {
  attempt,
  binary,
  call,
  commented,
  compare,
  importModule,
  integer,
  name,
  raise,
  text,
  tuple,
  when,
  within,
} from '../build.ts'
import type { DraftContext } from '../transform.ts'
import { callOf } from './calls.ts'
import { committed } from './commit.ts'
import { domainOf, requireLengths } from './domain.ts'
import { openLoom, type Loom, type LoomStart } from './loom.ts'
import { assignedIn, namesIn } from './names.ts'
import { blockOf } from './statement.ts'

type For = Statement & { kind: 'for' }

/** An array form of a loop. */
export interface Vectorised {
  /** What stands in place of the loop. */
  readonly statements: readonly Statement[]
  /** Imports that it needs. */
  readonly imports: readonly Statement[]
  /** Names that it leaves changed; others that the loop assigns are not what they would be. */
  readonly results: ReadonlySet<string>
  /** Names in it that the loop has not. */
  readonly brought: readonly string[]
}

/** Fewest rounds for which the array form is tried; a shorter loop is over before NumPy has begun. */
export const FEWEST = 16

/** What a loop does, computed for all rounds. */
export interface Woven {
  readonly loom: Loom
  readonly effects: readonly Effect[]
}

/** What is known around a loop. */
export type Surroundings = Omit<LoomStart, 'context' | 'assigned' | 'forms'>

/**
 * The array form of a loop, with the loop itself kept for whatever the array form does not do the same: too few or unlike elements,
 * exceptions, infinities. NumPy raises in it where `math` and `/` raise, and nothing outside is touched before all is computed.
 */
export function vectorised(
  context: DraftContext,
  start: Surroundings,
  statement: For,
): Vectorised | undefined {
  const woven = weave(context, start, statement)
  if (!woven || (woven.effects.length === 0 && start.stored.size === 0)) return undefined
  const commits = committed(woven.loom, woven.effects)
  if (!commits) return undefined
  const results = woven.effects.flatMap(effect => {
    if (effect.kind === 'add') return [effect.name]
    return effect.kind === 'extreme' ? [effect.name, ...effect.others.map(([other]) => other)] : []
  })
  return guarded(woven.loom, statement, commits, new Set(results))
}

/** Goes through a loop and writes what it computes for all rounds at once; undefined where there is no such form. */
export function weave(context: DraftContext, start: Surroundings, statement: For): Woven | undefined {
  const loom = loomFor(context, start, statement)
  const frame: Frame = { values: new Map(), assigned: loom.assigned, gathered: new Set(), calls: [] }
  const domain = domainOf(loom, frame, statement.target, statement.iterable, 1)
  if (!domain || statement.otherwise.length > 0) return undefined
  requireLengths(loom, domain)
  loom.count = domain.count
  for (const [key, value] of domain.bound) frame.values.set(key, value)
  const outcome = blockOf(loom, frame, statement.body, 'loop')
  return outcome && !outcome.returned && !outcome.isRaised ? { loom, effects: outcome.effects } : undefined
}

/** A loom for the rounds of a loop. */
export function loomFor(context: DraftContext, start: Surroundings, statement: For): Loom {
  const assigned = assignedIn([statement])
  return openLoom({ ...start, context, assigned, forms: { invoked: callOf, block: blockOf } })
}

/** `try: arrays except: the statement as it was else: results`. */
export function guarded(
  loom: Loom,
  statement: Statement,
  commits: readonly Statement[],
  results: ReadonlySet<string>,
): Vectorised | undefined {
  if (loom.statements.length === 0) return undefined
  const raises = { divide: text('raise'), over: text('raise'), invalid: text('raise') }
  const quiet = call(`${loom.moduleName('numpy')}.errstate`, [], raises)
  const kept = restoring(loom.generators, statement)
  const body = [...guards(loom), within(quiet, loom.statements)]
  const whole = attempt(body, tuple(EXPECTED.map(name)), kept.handler, commits)
  const statements = [...kept.before, { ...whole, above: statement.above }]
  const own = namesIn(statement)
  return {
    statements,
    imports: [...loom.imports].map(([module, alias]) => importStatement(module, alias)),
    results,
    brought: [...assignedIn(statements)].filter(each => !own.has(each)),
  }
}

/** What the array form may end in; the loop then shows what is the matter, or does it at its own pace. */
export const EXPECTED: readonly string[] = [
  'ArithmeticError',
  'AttributeError',
  'LookupError',
  'MemoryError',
  'TypeError',
  'ValueError',
]

/** `if not 16 <= len(strikes) == len(vols): raise ValueError`. */
function guards(loom: Loom): readonly Statement[] {
  const isCount = (count: Expression): boolean => printExpression(count) === printExpression(loom.count)
  const groups = [...loom.lengths.values()]
  const own = groups.find(group => group.some(isCount)) ?? []
  const chains = [
    chained(integer(FEWEST), '<=', [loom.count, ...own.filter(count => !isCount(count))]),
    ...groups
      .filter(group => group !== own && group.length > 1)
      .map(([first, ...rest]) => chained(first ?? loom.count, '==', rest)),
  ]
  const [only] = chains
  const all: Expression =
    chains.length === 1 && only ? only : { kind: 'boolean', operator: 'and', values: chains }
  const isLong = when({ kind: 'unary', operator: 'not', operand: all }, [raise(name('ValueError'))])
  const isArray = [...loom.given].map(each =>
    call('isinstance', [name(each), name(`${loom.moduleName('numpy')}.ndarray`)]),
  )
  const [onlyArray] = isArray
  if (onlyArray) {
    const given: Expression =
      isArray.length === 1 ? onlyArray : { kind: 'boolean', operator: 'and', values: isArray }
    const rest = when({ kind: 'unary', operator: 'not', operand: given }, [raise(name('TypeError'))])
    return [commented(isLong, 'Few elements, or odd ones, are left to the loop'), rest, ...floatGuards(loom)]
  }
  return [commented(isLong, 'Few elements, or odd ones, are left to the loop'), ...floatGuards(loom)]
}

/** `if {*map(type, prices)} != {float}: raise TypeError`, where whole numbers would stay whole in the loop. */
function floatGuards(loom: Loom): readonly Statement[] {
  const [list, ...more] = loom.needsFloats ? loom.floats.values() : []
  if (!list) return []
  const types = more.reduce<Expression>((all, next) => binary(all, '|', typesOf(next)), typesOf(list))
  const isFloat = compare(types, '!=', { kind: 'set', elements: [name('float')] })
  return [when(isFloat, [raise(name('TypeError'))])]
}

function chained(left: Expression, operator: '<=' | '==', counts: readonly Expression[]): Expression {
  return {
    kind: 'compare',
    left,
    operators: counts.map((_, at) => (at === 0 ? operator : '==')),
    comparators: counts,
  }
}

/** `{*map(type, prices)}`. */
function typesOf(list: Expression): Expression {
  return { kind: 'set', elements: [{ kind: 'starred', value: call('map', [name('type'), list]) }] }
}

/** Random numbers that were drawn in vain are drawn again from the same state. */
function restoring(
  generators: ReadonlySet<string>,
  statement: Statement,
): { readonly before: readonly Statement[]; readonly handler: readonly Statement[] } {
  const made = [...generators].map(generator => {
    const state = name(`${generator}.bit_generator.state`)
    const kept = name(`${generator}_state`)
    return [
      { ...MADE, kind: 'assign', targets: [kept], annotation: undefined, value: state },
      { ...MADE, kind: 'assign', targets: [state], annotation: undefined, value: kept },
    ] as const satisfies readonly Statement[]
  })
  return {
    before: made.map(([save]) => save),
    handler: [...made.map(([, restore]) => restore), { ...statement, above: [] }],
  }
}

const MADE = { above: [], beside: '', lines: undefined } as const

function importStatement(module: string, alias: string): Statement {
  if (module === 'scipy.special')
    return { ...MADE, kind: 'importFrom', module: 'scipy', names: [{ name: 'special', alias: '' }] }
  return importModule(module, module === alias ? '' : alias)
}

import type { Expression, Statement } from '../syntax/python/tree.ts'
import { mapBlocks, mapExpressions, mapParts, type Change } from '../syntax/python/visit.ts'
import type { Draft } from '../transform/transform.ts'
import { areApart, patchBetween, type Patch } from './patch.ts'

/** Changes of one draft, told apart by their place among all that were found of it. Each is made when it is first asked for. */
export interface Composition {
  /** The draft with one change. */
  changed(at: number): Draft
  /** Whether two of the changes can be made together. */
  areApart(one: number, other: number): boolean
  /** The draft with some of the changes, in the order given; they must be apart. */
  compose(chosen: readonly number[]): Draft
}

/** Drafts and patches of changes, each made when it is first asked for. */
interface Patches {
  readonly touching: ReadonlyMap<Expression | Statement, ReadonlySet<number>>
  changed(at: number): Draft
  patchOf(at: number): Patch | undefined
  areApart(one: number, other: number): boolean
}

function openPatches(base: Draft, changes: readonly (() => Draft)[]): Patches {
  const drafts = new Map<number, Draft>()
  const patches = new Map<number, Patch | undefined>()
  const touching = new Map<Expression | Statement, Set<number>>()
  const apart = new Map<number, boolean>()

  function changed(at: number): Draft {
    const draft = drafts.get(at) ?? changes[at]?.() ?? base
    drafts.set(at, draft)
    return draft
  }

  function patchOf(at: number): Patch | undefined {
    if (patches.has(at)) return patches.get(at)
    const patch = patchBetween(base, changed(at))
    patches.set(at, patch)
    if (patch)
      for (const node of placesOf(patch)) touching.set(node, (touching.get(node) ?? new Set()).add(at))
    return patch
  }

  function isApart(one: number, other: number): boolean {
    const key = Math.min(one, other) * changes.length + Math.max(one, other)
    const known = apart.get(key)
    if (known !== undefined) return known
    const [left, right] = [patchOf(one), patchOf(other)]
    const found = left !== undefined && right !== undefined && areApart(left, right)
    apart.set(key, found)
    return found
  }

  return { touching, changed, patchOf, areApart: isApart }
}

/**
 * Changes of a draft that can be made together. What some of them make of a statement is kept, so that two drafts share every statement
 * in which they agree, and with it its text and its cost.
 */
export function openComposition(base: Draft, changes: readonly (() => Draft)[]): Composition {
  const patches = openPatches(base, changes)
  const { touching, patchOf } = patches
  const made = new Map<Statement, Map<string, Statement>>()

  function blockOf(block: readonly Statement[], chosen: readonly number[]): readonly Statement[] {
    if (!block.some(statement => concern(statement, chosen).length > 0)) return block
    return block.flatMap(statement => {
      const concerned = concern(statement, chosen)
      if (concerned.length === 0) return [statement]
      const found = concerned.flatMap(at => patchOf(at) ?? [])
      const above = found.flatMap(patch => patch.above.get(statement) ?? [])
      const below = found.flatMap(patch => patch.below.get(statement) ?? [])
      const instead = found.find(patch => patch.statements.has(statement))?.statements.get(statement)
      return [...above, ...(instead ?? [inside(statement, concerned, found)]), ...below]
    })
  }

  function inside(statement: Statement, chosen: readonly number[], found: readonly Patch[]): Statement {
    const inner = found.filter(patch => patch.around.has(statement))
    if (inner.length === 0) return statement
    const key = chosen.filter(at => patchOf(at)?.around.has(statement)).join(' ')
    const forms = made.get(statement) ?? new Map<string, Statement>()
    made.set(statement, forms)
    const known = forms.get(key)
    if (known) return known
    const change = changeOf(inner)
    const next = mapBlocks(mapExpressions(statement, change), block => blockOf(block, chosen))
    forms.set(key, next)
    return next
  }

  function concern(statement: Statement, chosen: readonly number[]): readonly number[] {
    const concerned = touching.get(statement)
    return concerned ? chosen.filter(at => concerned.has(at)) : []
  }

  return {
    changed: patches.changed,
    areApart: patches.areApart,
    compose: chosen => ({
      function: { ...base.function, body: blockOf(base.function.body, chosen) },
      added: [...base.added, ...chosen.flatMap(at => patchOf(at)?.added ?? [])],
    }),
  }
}

/** Puts expressions in the place of others. */
function changeOf(patches: readonly Patch[]): Change {
  const replaced = (expression: Expression): Expression => {
    for (const { expressions } of patches) {
      const instead = expressions.get(expression)
      if (instead) return instead
    }
    const isAround = patches.some(({ around }) => around.has(expression))
    return isAround ? mapParts(expression, { value: replaced, target: replaced }) : expression
  }
  return { value: replaced, target: replaced }
}

/** Everything that a change is in or beside. */
function placesOf(patch: Patch): readonly (Expression | Statement)[] {
  return [...patch.around, ...patch.statements.keys(), ...patch.above.keys(), ...patch.below.keys()]
}

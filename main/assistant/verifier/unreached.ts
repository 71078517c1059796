import type { FunctionFacts, StatementFacts } from './facts.ts'

/** What a candidate does otherwise where no input led, in words; undefined where it was seen all over. Lines are those that inputs reached. */
export function unseenChange(
  original: FunctionFacts,
  originalLines: ReadonlySet<number>,
  candidate: FunctionFacts,
  lines: ReadonlySet<number>,
): string | undefined {
  const changed = unreachedChange(original, candidate, originalLines)
  if (changed !== undefined) return `no input reached line ${changed}, which it changes`
  const reader = unreachedReader(original, candidate, originalLines)
  if (reader !== undefined) return `no input reached line ${reader}, which reads what it computes otherwise`
  const added = unreachedChange(candidate, original, lines)
  return added === undefined ? undefined : `no input reached line ${added} of it, which is new`
}

/**
 * The first line of a function that no input reached and that another text of it does not have as it is; undefined where there is none. What
 * was never run is equal only where it is the same text, so statements that were not reached have to stand in the other in one piece. A
 * copy in another place counts as the same: array forms keep the original loop to fall back on, and what leads there need not be reached.
 */
function unreachedChange(
  own: FunctionFacts,
  other: FunctionFacts,
  reached: ReadonlySet<number>,
): number | undefined {
  const others = other.suites.map(textOf)
  const changed = own.suites
    .map(suite => suite.filter(it => !it.falls && !isReached(it, reached)))
    .find(missed => missed.length > 0 && !others.some(it => it.includes(textOf(missed))))
  return changed?.[0]?.first
}

/**
 * The first line that no input reached and that reads what is computed otherwise in another text of the function: there nobody has seen
 * whether it is computed rightly. What is only raised does not count.
 */
function unreachedReader(
  own: FunctionFacts,
  other: FunctionFacts,
  reached: ReadonlySet<number>,
): number | undefined {
  const statements = own.suites.flat()
  const heads = new Set(other.suites.flat().map(({ head }) => head))
  const lost = new Set(statements.flatMap(({ head, changes }) => (heads.has(head) ? [] : changes)))
  return statements.find(it => !it.raises && !isReached(it, reached) && it.reads.some(name => lost.has(name)))
    ?.first
}

/** A statement is reached where any of its lines is: `try` itself is never told. */
function isReached({ first, last }: StatementFacts, reached: ReadonlySet<number>): boolean {
  for (let line = first; line <= last; line += 1) if (reached.has(line)) return true
  return false
}

function textOf(suite: readonly StatementFacts[]): string {
  return ` ${suite.map(({ says }) => says).join(' ')} `
}

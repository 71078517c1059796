import { diffArrays } from 'diff'
import type { LineRange } from '../../contract/assistant.ts'
import { failure, success, type Result } from '../../core/base/result.ts'
import { usualEnd, type Lines } from './lines.ts'

/** Lines of one text that stand in the place of lines `[start, end)` of another, counted from 0. */
export interface Hunk {
  readonly start: number
  readonly end: number
  readonly lines: readonly string[]
}

/** Beyond so many lines that differ a text counts as another one; comparing would take seconds. */
const MOST_EDITS = 4000

/** What has to be replaced in `before` to have `after`, in order; undefined where hardly anything is the same. */
export function hunksBetween(before: readonly string[], after: readonly string[]): Hunk[] | undefined {
  // The library keeps the two as they are, and asks for arrays that may be changed
  const changes = diffArrays([...before], [...after], { maxEditLength: MOST_EDITS })
  if (!changes) return undefined
  const hunks: Hunk[] = []
  let place = 0
  let open: { start: number; lines: string[] } | undefined
  const close = () => {
    if (open) hunks.push({ start: open.start, end: place, lines: open.lines })
    open = undefined
  }
  for (const { added, removed, value } of changes) {
    if (!added && !removed) close()
    else open ??= { start: place, lines: [] }
    if (added) open?.lines.push(...value)
    else place += value.length
  }
  close()
  return hunks
}

/** What to bring together: a change from `before` to `after`, into a text that was `before` once. */
export interface LineMerge {
  readonly before: readonly string[]
  readonly after: readonly string[]
  readonly current: Lines
  /** Lines of `before`, counted from 1, that must be as they were whatever the change touches; undefined for none. */
  readonly kept: LineRange | undefined
}

/** The merged text; `hasMoved` says that it was not `before` any more. */
export interface MergedLines {
  readonly lines: Lines
  readonly hasMoved: boolean
}

/**
 * Three-way merge by lines: changes of the two sides stand together where a line that neither touched lies between, or
 * where they are the same change. Else fails with the lines of the current text, counted from 1, that are in the way.
 * Lines that stay keep their ends; new ones get the end that most have.
 */
export function mergeLines({ before, after, current, kept }: LineMerge): Result<MergedLines, LineRange> {
  const whole = { first: 1, last: Math.max(1, current.contents.length) }
  const wanted = hunksBetween(before, after)
  const moved = hunksBetween(before, current.contents)
  if (!wanted || !moved) return failure(whole)
  let shift = 0
  const placed: Hunk[] = []
  const rest = [...wanted]
  const take = (limit: number) => {
    while (rest[0] && rest[0].end < limit) {
      const { start, end, lines } = rest[0]
      placed.push({ start: start + shift, end: end + shift, lines })
      rest.shift()
    }
  }
  for (const other of moved) {
    take(other.start)
    const next = rest[0]
    const isSame = next !== undefined && areSame(next, other)
    const isTouched = next !== undefined && next.start <= other.end
    if ((isTouched && !isSame) || (kept && touches(other, kept)))
      return failure(rangeOf(other.start + shift, other.lines.length))
    if (isSame) rest.shift()
    shift += other.lines.length - (other.end - other.start)
  }
  take(Number.POSITIVE_INFINITY)
  return success({ lines: replaced(current, placed), hasMoved: moved.length > 0 })
}

function areSame(one: Hunk, other: Hunk): boolean {
  return (
    one.start === other.start &&
    one.end === other.end &&
    one.lines.length === other.lines.length &&
    one.lines.every((line, place) => line === other.lines[place])
  )
}

/** Whether a hunk changes lines of a range, or puts lines between them. */
function touches({ start, end }: Hunk, { first, last }: LineRange): boolean {
  return start === end ? start > first - 1 && start < last : start < last && end > first - 1
}

function rangeOf(start: number, lines: number): LineRange {
  return { first: start + 1, last: start + Math.max(1, lines) }
}

function replaced({ hasMark, contents, ends }: Lines, hunks: readonly Hunk[]): Lines {
  const usual = usualEnd(ends)
  const made: { contents: string[]; ends: Lines['ends'][number][] } = { contents: [], ends: [] }
  const keep = (from: number, to: number) => {
    for (let place = from; place < to; place += 1) {
      made.contents.push(contents[place] ?? '')
      made.ends.push(ends[place] ?? usual)
    }
  }
  let place = 0
  for (const hunk of hunks) {
    keep(place, hunk.start)
    for (const line of hunk.lines) {
      made.contents.push(line)
      made.ends.push(usual)
    }
    place = hunk.end
  }
  keep(place, contents.length)
  return { hasMark, contents: made.contents, ends: made.ends.slice(0, -1) }
}

import { fromText, toText } from '../core/base/plainText.ts'
import { createBook } from './book/book.ts'
import { decide } from './book/decide.ts'
import type { JournalEntry } from './ports.ts'

/** Whether a journal lived again gives the same facts. */
export interface JournalVerdict {
  readonly entries: number
  /** The facts, one entry a line, as the journal has them and as they come out again. */
  readonly journalled: string
  readonly relived: string
  /** Number of the first entry that comes out differently. */
  readonly differsAt: number | undefined
}

/** Lives the journal of one session again from an empty book, and puts what comes out beside what was written. */
export function verifyJournal(entries: readonly JournalEntry[]): JournalVerdict {
  const book = createBook()
  const journalled: string[] = []
  const relived: string[] = []
  let differsAt: number | undefined
  for (const entry of entries) {
    const { step } = decide(book, entry.event)
    // A new session first closes the one before it, whose book is not part of this journal
    const opening = entry.facts.findIndex(fact => fact.kind === 'sessionOpened')
    const written = toText(entry.facts.slice(Math.max(0, opening)))
    const again = toText(fromText<unknown>(toText(step.facts)))
    journalled.push(written)
    relived.push(again)
    if (written !== again) differsAt ??= entry.sequence
  }
  return {
    entries: entries.length,
    journalled: journalled.join('\n'),
    relived: relived.join('\n'),
    differsAt,
  }
}

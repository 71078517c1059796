import type { ChangeOutcome, CodeFinding, VariantCard } from '../contract/assistant.ts'
import type { AssistantParts } from './assistantParts.ts'
import { callKnowledge } from './callKnowledge.ts'
import { applyChange, mergedTexts, type Change, type MergedTexts } from './change/applyChange.ts'
import { linesOf } from './change/lines.ts'
import { importRoot } from './importRoot.ts'
import { functionNamed } from './syntax/python/functions.ts'
import { readPython } from './syntax/python/read.ts'
import type { Verdict, VerificationTask } from './verifier/verdict.ts'

/** What is told of a card, and how it stands in its file where it was written. */
export interface WrittenCard {
  readonly outcome: ChangeOutcome
  readonly standing: 'applied' | 'edited' | 'merged'
}

/** Time for proving a card again: somebody waits for it. */
const SECONDS = 30

/**
 * Writes a card into its file. Where the file moved on elsewhere, the text that would be written is proven first, against the file as
 * it is now: what differs there is not written, and what could not be proven is written and said to be unproven.
 */
export async function writeCard(
  parts: AssistantParts,
  card: VariantCard,
  edited: string | undefined,
): Promise<WrittenCard> {
  const { file, lines } = card.place
  const change: Change = {
    file,
    before: card.before,
    after: edited ?? card.after,
    lines,
    card: card.id,
    refuses: text => objection(parts, text),
  }
  // What he edited was proven in no text
  if (edited !== undefined) return { outcome: applyChange(parts, change), standing: 'edited' }
  const texts = mergedTexts(change)
  if (!texts) return { outcome: applyChange(parts, change), standing: 'applied' }
  const again = await proveAgain(parts, card, texts)
  if ('reason' in again) return { outcome: { file, ...again }, standing: 'applied' }
  const outcome = applyChange(parts, { ...change, ...asItStands(texts) })
  return { outcome: noticed(outcome, again.notice), standing: again.kind === 'same' ? 'applied' : 'merged' }
}

/** Writes what mends a finding. */
export function writeFix(parts: AssistantParts, { fix, place }: CodeFinding): ChangeOutcome {
  const { file, lines } = place
  if (!fix) return { kind: 'refused', file, reason: 'No proven fix is known for this finding.' }
  const { before, after } = fix
  const refuses = (text: string) => objection(parts, text)
  return applyChange(parts, { file, before, after, lines, card: undefined, refuses })
}

/** What a second proof says of a card. */
type Again =
  | { readonly kind: 'same' | 'unknown'; readonly notice: string }
  | { readonly kind: 'conflict' | 'refused'; readonly reason: string }

/** Tries a card once more, in the file as it is now; it is told as something long, and can be cancelled. */
async function proveAgain(parts: AssistantParts, card: VariantCard, texts: MergedTexts): Promise<Again> {
  const { tasks, workshop } = parts
  let again: Again = { kind: 'refused', reason: 'Cancelled before it was proven again.' }
  await tasks.ended(
    tasks.begin('prove', `Proving ${card.place.function} again`, async ({ signal, onProgress }) => {
      const verifier = await workshop.verifier()
      const task = taskOf(parts, card, texts)
      const verdicts = verifier.ok
        ? await verifier.value.verify(task, {
            signal,
            onProgress(told) {
              if (told.kind === 'phase') onProgress(told.phase, told.done, told.total)
            },
          })
        : []
      const reason = verifier.ok ? 'it was not tried' : verifier.failure
      const verdict: Verdict = verdicts[0] ?? { id: card.id, kind: 'unverified', reason }
      if (!signal.aborted) again = judged(card, verdict)
    }),
  )
  return again
}

function taskOf(parts: AssistantParts, { id, place }: VariantCard, texts: MergedTexts): VerificationTask {
  const { file, function: path } = place
  const source = plain(texts.now)
  const statement = functionNamed(readPython(parts.grammars, source), path)
  const sites = parts.index.callSites(statement?.name ?? '')
  return {
    file,
    folder: importRoot(file),
    module: source,
    function: path,
    // Judged by the stricter of the two afterwards
    candidates: [{ id, module: plain(texts.merged), reorders: true }],
    seen: statement ? callKnowledge(statement, path, place.lines, sites).arguments : {},
    recorded: undefined,
    seconds: SECONDS,
  }
}

const MOVED = 'The file had changed elsewhere since;'

function judged({ state }: VariantCard, verdict: Verdict): Again {
  const unknown = (reason: string): Again => ({
    kind: 'unknown',
    notice: `${MOVED} in its new text this is not proven: ${reason}.`,
  })
  if (verdict.kind === 'unverified') return unknown(verdict.reason.replace(/\.$/, ''))
  if (verdict.kind === 'refuted')
    return {
      kind: 'conflict',
      reason: `${MOVED} in its new text this is not the same: ${verdict.reason}. Nothing was written.`,
    }
  const wasExact = state.kind === 'verified' && state.equality.kind === 'exact'
  return wasExact && verdict.equality.kind !== 'exact'
    ? unknown('its last digits differ now')
    : { kind: 'same', notice: `${MOVED} it was proven again in its new text.` }
}

/** A change that is only written where the file is still what was proven against. */
function asItStands({ now, merged }: MergedTexts): Pick<Change, 'before' | 'after' | 'lines'> {
  // One more on either side, so that nothing is put before or behind either
  return { before: now, after: merged, lines: { first: 0, last: linesOf(now).contents.length + 1 } }
}

function noticed(outcome: ChangeOutcome, notice: string): ChangeOutcome {
  if ('reason' in outcome) return outcome
  const others = outcome.notice === undefined ? [] : [outcome.notice]
  return { ...outcome, notice: [notice, ...others].join(' ') }
}

/** A text with plain line ends and no mark, as the verifier takes it. */
function plain(text: string): string {
  return linesOf(text).contents.join('\n')
}

/** Why a text is not written: it would not be Python any more. */
function objection({ grammars }: AssistantParts, text: string): string | undefined {
  return grammars.withTree('python', text, root => root.hasError)
    ? 'The text as it was edited is not Python; nothing was written.'
    : undefined
}

import type { ChangeOutcome, CodeFinding, OptimiseReport, VariantCard } from '../contract/assistant.ts'
import type { Answers, AssistantParts } from './assistantParts.ts'
import { applyChange, undoChange } from './change/applyChange.ts'
import { findingNamed, markCard, reportOfCard } from './reports.ts'
import { rerank } from './optimise.ts'
import { CHOICES_A_TRAINING, type GivenChoice } from './taste/taste.ts'

type ChangingName = 'assistant/apply' | 'assistant/undo' | 'assistant/refuse' | 'assistant/mend'

/** Answers that change a file, or teach: apply, undo, refuse, mend. */
export function changingAnswers(parts: AssistantParts): Answers<ChangingName> {
  const { database } = parts
  return {
    'assistant/apply': async ({ card: id, edited }) => applyCard(parts, id, edited),
    async 'assistant/undo'({ change }) {
      const card = cardOfChange(parts, change)
      const outcome = undoChange(parts, change)
      // To undo an undoing is to apply again
      const kind = change.endsWith('.undo') ? 'applied' : 'undone'
      if (outcome.kind === 'undone' && card !== undefined) answerCard(parts, card, { kind })
      return outcome
    },
    async 'assistant/refuse'({ card, reason }) {
      answerCard(parts, card, reason === undefined ? { kind: 'refused' } : { kind: 'refused', reason })
      return null
    },
    async 'assistant/mend'({ finding: id }) {
      const finding = findingNamed(database, id)
      if (!finding) throw new Error(`There is no finding "${id}".`)
      return mend(parts, finding)
    },
  }
}

function applyCard(parts: AssistantParts, id: string, edited: string | undefined): ChangeOutcome {
  const { card } = named(parts, id)
  const { file } = card.place
  if (card.state.kind !== 'verified')
    return { kind: 'refused', file, reason: 'Only what was proven the same is written into a file.' }
  if (isStanding(card)) return { kind: 'refused', file, reason: 'This variant stands in the file already.' }
  const outcome = applyChange(parts, {
    file,
    before: card.before,
    after: edited ?? card.after,
    lines: card.place.lines,
    card: id,
    refuses: text => objection(parts, text),
  })
  if (outcome.kind === 'applied')
    answerCard(parts, id, edited === undefined ? { kind: 'applied' } : { kind: 'edited', edited })
  return outcome
}

function mend(parts: AssistantParts, { fix, place }: CodeFinding): ChangeOutcome {
  const { file, lines } = place
  if (!fix) return { kind: 'refused', file, reason: 'No proven fix is known for this finding.' }
  const { before, after } = fix
  const outcome = applyChange(parts, {
    file,
    before,
    after,
    lines,
    card: undefined,
    refuses: text => objection(parts, text),
  })
  if (outcome.kind === 'applied') parts.tell({ kind: 'changed' })
  return outcome
}

/** Keeps an answer to a card, learns from it, and tells the list in its new order. */
function answerCard(
  parts: AssistantParts,
  id: string,
  answer: Pick<GivenChoice, 'kind' | 'reason' | 'edited'>,
): void {
  const { taste, database, tell, tasks } = parts
  const { card, report } = named(parts, id)
  taste.choose({ ...answer, card, shown: report.cards })
  // A no takes nothing out of a file
  if (answer.kind !== 'refused' || !isStanding(card)) markCard(database, id, answer.kind)
  const known = reportOfCard(database, id)
  if (known) tell({ kind: 'optimise', task: known.id, report: rerank(taste, known) })
  tell({ kind: 'changed' })
  if (taste.report().sinceTraining < CHOICES_A_TRAINING) return
  tasks.begin('retrain', 'Learning his taste again', async ({ signal }) => {
    if (await taste.retrain(signal)) tell({ kind: 'changed' })
  })
}

/** Whether a card stands in its file. */
function isStanding({ applied }: VariantCard): boolean {
  return applied === 'applied' || applied === 'edited'
}

function named(
  { database }: AssistantParts,
  id: string,
): { readonly card: VariantCard; readonly report: OptimiseReport } {
  const report = reportOfCard(database, id)
  const card = report?.cards.find(each => each.id === id)
  if (!report || !card) throw new Error(`There is no variant "${id}".`)
  return { card, report }
}

function cardOfChange({ database }: AssistantParts, change: string): string | undefined {
  const card = database
    .prepare<[string], string | null>('SELECT card FROM changes WHERE id = ?')
    .pluck()
    .get(change)
  return card ?? undefined
}

/** Why a text is not written: it would not be Python any more. */
function objection({ grammars }: AssistantParts, text: string): string | undefined {
  return grammars.withTree('python', text, root => root.hasError)
    ? 'The text as it was edited is not Python; nothing was written.'
    : undefined
}

import type { ChangeOutcome, OptimiseReport, VariantCard } from '../contract/assistant.ts'
import type { Answers, AssistantParts } from './assistantParts.ts'
import { undoChange } from './change/applyChange.ts'
import { linesOf } from './change/lines.ts'
import { findingNamed, markCard, reportOfCard } from './reports.ts'
import { rerank } from './optimise.ts'
import { CHOICES_A_TRAINING, type GivenChoice } from './taste/taste.ts'
import { wholeId } from './wholeId.ts'
import { writeCard, writeFix } from './writeProven.ts'

type ChangingName = 'assistant/apply' | 'assistant/undo' | 'assistant/refuse' | 'assistant/mend'

/** Answers that change a file, or teach: apply, undo, refuse, mend. */
export function changingAnswers(parts: AssistantParts): Answers<ChangingName> {
  const { database } = parts
  return {
    'assistant/apply': async ({ card: start, edited }) =>
      applyCard(parts, wholeId(database, 'cards', start), edited),
    async 'assistant/undo'({ change: start }) {
      const change = wholeId(database, 'changes', start)
      const card = cardOfChange(parts, change)
      const outcome = undoChange(parts, change)
      if (outcome.kind !== 'undone' || card === undefined) return outcome
      // To undo an undoing is to apply again
      if (change.endsWith('.undo'))
        answerCard(parts, card, { kind: 'applied' }, standingAgain(parts, card, change))
      else answerCard(parts, card, { kind: 'undone' })
      return outcome
    },
    async 'assistant/refuse'({ card, reason }) {
      answerCard(parts, card, reason === undefined ? { kind: 'refused' } : { kind: 'refused', reason })
      return null
    },
    async 'assistant/mend'({ finding: id }) {
      const finding = findingNamed(database, id)
      if (!finding) throw new Error(`There is no finding "${id}".`)
      const outcome = writeFix(parts, finding)
      if (outcome.kind === 'applied') parts.tell({ kind: 'changed' })
      return outcome
    },
  }
}

async function applyCard(
  parts: AssistantParts,
  id: string,
  edited: string | undefined,
): Promise<ChangeOutcome> {
  const { card } = named(parts, id)
  const { file } = card.place
  if (card.state.kind !== 'verified')
    return { kind: 'refused', file, reason: 'Only what was proven the same is written into a file.' }
  if (isStanding(card)) return { kind: 'refused', file, reason: 'This variant stands in the file already.' }
  const { outcome, standing } = await writeCard(parts, card, edited)
  if (outcome.kind === 'applied')
    answerCard(parts, id, edited === undefined ? { kind: 'applied' } : { kind: 'edited', edited }, standing)
  return outcome
}

/** Keeps an answer to a card, learns from it, and tells the list in its new order. */
function answerCard(
  parts: AssistantParts,
  id: string,
  answer: Pick<GivenChoice, 'kind' | 'reason' | 'edited'>,
  standing: VariantCard['applied'] = answer.kind,
): void {
  const { taste, database, tell, tasks } = parts
  const { card, report } = named(parts, id)
  taste.choose({ ...answer, card, shown: report.cards })
  // A no takes nothing out of a file
  if (answer.kind !== 'refused' || !isStanding(card)) markCard(database, id, standing)
  const known = reportOfCard(database, id)
  if (known) tell({ kind: 'optimise', task: known.id, report: rerank(taste, known) })
  tell({ kind: 'changed' })
  if (taste.report().sinceTraining < CHOICES_A_TRAINING) return
  tasks.begin('retrain', 'Learning your taste again', async ({ signal }) => {
    if (await taste.retrain(signal)) tell({ kind: 'changed' })
  })
}

/** Whether a card stands in its file. */
function isStanding({ applied }: VariantCard): boolean {
  return applied === 'applied' || applied === 'edited' || applied === 'merged'
}

/** How a card stands that was brought again: proven where the text is that of its proof. */
function standingAgain(parts: AssistantParts, id: string, undoing: string): 'applied' | 'merged' {
  const text = parts.database
    .prepare<[string], string>('SELECT after FROM changes WHERE id = ?')
    .pluck()
    .get(`${undoing}.undo`)
  return text !== undefined && linesOf(text).contents.join('\n') === named(parts, id).card.after
    ? 'applied'
    : 'merged'
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

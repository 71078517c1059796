import type { Answer } from '../../main/contract/client.ts'
import type { ChangeOutcome, CodePlace, OptimiseReport } from '../../main/contract/assistant.ts'
import { ask, call } from './actions.ts'
import { askAgain, knowAssistant, useAssistant } from './assistantStore.ts'
import { USUAL_BUDGET, chooseAssistant, useAssistantChoices } from './assistantChoices.ts'
import { showToast } from './toasts.ts'

/** Asks in a sentence; what it is taken for decides what is shown. */
export async function askAssistant(text: string): Promise<void> {
  const place = lookedAt()
  const answer = await call('assistant/ask', { text, ...(place ? { place } : {}), ...effort() })
  askAgain()
  if (!answer.ok) return
  const asked = answer.value
  knowAssistant({ asked })
  switch (asked.kind) {
    case 'optimise':
      awaitVariants()
      return
    case 'review':
      awaitFindings()
      return
    case 'search':
    case 'unclear':
      knowAssistant({ search: asked.answer, chat: undefined })
      chooseAssistant({ list: 'found', hit: 0 })
      return
    case 'chat':
      knowAssistant({ chat: { task: asked.task, text: '', sources: asked.sources, isDone: false } })
      chooseAssistant({ list: 'found', hit: 0 })
  }
}

/** How much he wants done to make a function faster. */
function effort(): { readonly seconds?: number; readonly recorded?: string } {
  const { budget, recorded } = useAssistantChoices.getState()
  const file = recorded.trim()
  return {
    ...(budget === USUAL_BUDGET ? {} : { seconds: budget }),
    ...(file === '' ? {} : { recorded: file }),
  }
}

/** The function that is looked at, meant by "make it faster". */
function lookedAt(): Pick<CodePlace, 'file' | 'function'> | undefined {
  const { optimised, search, chat } = useAssistant.getState()
  const { list, hit } = useAssistantChoices.getState()
  const hits = chat?.sources ?? search?.hits ?? []
  const place = list === 'variants' ? optimised?.place : list === 'found' ? hits[hit]?.place : undefined
  return place && { file: place.file, function: place.function }
}

/** Shows what came of something that was asked before: its variants, or its findings; nothing where neither came of it. */
export async function showAsked(id: string): Promise<void> {
  const [variants, findings] = await Promise.all([
    ask('assistant/optimised', { id }),
    ask('assistant/reviewed', { id }),
  ])
  if (variants.ok && variants.value) showVariants(variants.value)
  if (!findings.ok || !findings.value) return
  knowAssistant({ review: findings.value, outcome: undefined })
  chooseAssistant({ list: 'findings', findingsOf: 'review', finding: undefined })
}

/** Only searches. */
export async function searchCode(query: string): Promise<void> {
  const answer = await call('assistant/search', { query, limit: 40 })
  if (!answer.ok) return
  askAgain()
  knowAssistant({ search: answer.value, chat: undefined, asked: undefined })
  chooseAssistant({ list: 'found', hit: 0 })
}

/** Looks for faster forms of a function. */
export async function optimise({ file, function: name }: CodePlace): Promise<void> {
  const answer = await call('assistant/optimise', { file, function: name, ...effort() })
  if (answer.ok) awaitVariants()
}

/** Has a file or a folder read by the rules of the domain expert. */
export async function review(path: string): Promise<void> {
  const answer = await call('assistant/review', { path })
  if (answer.ok) awaitFindings()
}

/** Shows the variants of a report, of the night or of before. */
export function showVariants(optimised: OptimiseReport): void {
  knowAssistant({ optimised })
  chooseAssistant({ list: 'variants', card: optimised.cards[0]?.id })
}

/** Writes a variant into its file, as it is or as it was edited. */
export async function applyCard(card: string, edited: string | undefined): Promise<void> {
  // Its change may give the list another order: what he acts on stays what he looks at
  chooseAssistant({ card })
  await change(card, call('assistant/apply', edited === undefined ? { card } : { card, edited }))
}

/** Writes what mends a finding. */
export async function mend(finding: string): Promise<void> {
  await change(finding, call('assistant/mend', { finding }))
}

/** Takes a change out of its file again. */
export async function undo(id: string, of: string | undefined): Promise<void> {
  await change(of ?? id, call('assistant/undo', { change: id }))
}

/** Says no to a variant; it counts for the next order. */
export async function refuse(card: string, reason: string | undefined): Promise<void> {
  const answer = await call('assistant/refuse', reason === undefined ? { card } : { card, reason })
  if (!answer.ok) return
  chooseAssistant({ card: undefined })
  showToast({ kind: 'done', title: 'Noted. The next list counts it.', body: reason ?? '' })
  askAgain()
}

/** Ends something long. */
export async function cancel(task: string): Promise<void> {
  await call('assistant/cancel', { task })
  askAgain()
}

async function change(
  of: string,
  answering: Promise<Answer<'assistant/apply' | 'assistant/mend' | 'assistant/undo'>>,
): Promise<void> {
  const answer = await answering
  if (!answer.ok) return
  knowAssistant({ outcome: { of, outcome: answer.value } })
  announce(answer.value)
  askAgain()
}

function announce(outcome: ChangeOutcome): void {
  if ('reason' in outcome) return
  const title = outcome.kind === 'applied' ? 'Written into the file' : 'Taken out of the file again'
  showToast({ kind: 'done', title, body: outcome.notice ?? outcome.file })
}

function awaitVariants(): void {
  knowAssistant({ optimised: undefined, outcome: undefined })
  chooseAssistant({ list: 'variants', card: undefined })
}

function awaitFindings(): void {
  knowAssistant({ review: undefined, outcome: undefined })
  chooseAssistant({ list: 'findings', findingsOf: 'review', finding: undefined })
}

/** Takes back the newest change there is; nothing where none stands. */
export async function undoLast(): Promise<void> {
  const [last] = useAssistant.getState().report?.changes ?? []
  if (last) await undo(last.id, last.card)
  else showToast({ kind: 'refused', title: 'No change of the code assistant stands.', body: '' })
}

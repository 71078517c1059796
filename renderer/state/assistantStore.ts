import { create } from 'zustand'
import type {
  AskAnswer,
  AssistantFolder,
  AssistantNews,
  AssistantReport,
  AssistantTask,
  ChangeOutcome,
  NightReport,
  OptimiseReport,
  ReviewReport,
  SearchAnswer,
  SearchHit,
} from '../../main/contract/assistant.ts'
import { showToast } from './toasts.ts'
import { useView } from './viewStore.ts'

/** What a language model said, with what it was given to read. */
export interface Chat {
  readonly task: string
  readonly text: string
  readonly sources: readonly SearchHit[]
  readonly isDone: boolean
}

/** What the window knows of the code assistant. */
export interface AssistantState {
  /** What it can do now, and what it lacks; undefined before it was told. */
  readonly report: AssistantReport | undefined
  readonly tasks: readonly AssistantTask[]
  readonly optimised: OptimiseReport | undefined
  readonly review: ReviewReport | undefined
  readonly night: NightReport | undefined
  readonly search: SearchAnswer | undefined
  readonly chat: Chat | undefined
  /** What else a sentence could have meant, and what it was taken for. */
  readonly asked: AskAnswer | undefined
  /** What became of the last change, and the card or finding that it was of. */
  readonly outcome: { readonly of: string; readonly outcome: ChangeOutcome } | undefined
  /** The tasks that ended last, and when one was heard of last, milliseconds since the epoch. */
  readonly ended: readonly string[]
  readonly heardAt: number
  /** Grows whenever something is to be asked anew. */
  readonly revision: number
}

/** What the window knows of the code assistant; it stays while other pages are shown. */
export const useAssistant = create<AssistantState>(() => ({
  report: undefined,
  tasks: [],
  optimised: undefined,
  review: undefined,
  night: undefined,
  search: undefined,
  chat: undefined,
  asked: undefined,
  outcome: undefined,
  ended: [],
  heardAt: 0,
  revision: 0,
}))

/** How long news of a task outweighs a report that does not have it, milliseconds; a report is on its way for less. */
const NEWS_FOR = 2000

/** Whose end is told on the other pages; what is read and trained by itself is not. */
const TOLD: ReadonlySet<AssistantTask['kind']> = new Set(['optimise', 'review', 'night', 'chat'])

/** Most ended tasks that are remembered. */
const MOST_ENDED = 50

const NONE: readonly AssistantFolder[] = []

/** The folders that are read. */
export function useFolders(): readonly AssistantFolder[] {
  return useAssistant(state => state.report?.folders ?? NONE)
}

/** Puts something in place. */
export function knowAssistant(change: Partial<AssistantState>): void {
  useAssistant.setState(change)
}

/** Takes in what is told while something long runs. */
export function receiveAssistantNews(news: AssistantNews): void {
  switch (news.kind) {
    case 'task':
      useAssistant.setState(({ tasks }) => ({ tasks: withTask(tasks, news.task), heardAt: Date.now() }))
      return
    case 'ended':
      endTask(news)
      return
    case 'optimise':
      // What the night finds waits in its report; it takes nobody's list away
      if (!isOfNight(news.task)) knowAssistant({ optimised: news.report })
      return
    case 'review':
      if (!isOfNight(news.task)) knowAssistant({ review: news.report })
      return
    case 'night':
      knowAssistant({ night: news.report })
      return
    case 'chat': {
      const { task, text, sources } = news
      knowAssistant({ chat: { task, text, sources, isDone: false } })
      return
    }
    case 'changed':
      askAgain()
  }
}

/**
 * Takes over how it stands, with what runs. It may have been written before the newest news: what was heard of since stays,
 * and what ended does not come back.
 */
export function takeReport(report: AssistantReport): void {
  const { tasks, ended, heardAt } = useAssistant.getState()
  const isNews = Date.now() - heardAt < NEWS_FOR
  const told = report.tasks.filter(({ id }) => !ended.includes(id))
  const missing = isNews ? tasks.filter(({ id }) => !told.some(task => task.id === id)) : []
  knowAssistant({ report, tasks: [...told, ...missing] })
}

/** Has everything asked anew that may have changed. */
export function askAgain(): void {
  useAssistant.setState(({ revision }) => ({ revision: revision + 1 }))
}

function isOfNight(task: string): boolean {
  return useAssistant.getState().tasks.some(({ id, kind }) => id === task && kind === 'night')
}

function withTask(tasks: readonly AssistantTask[], task: AssistantTask): readonly AssistantTask[] {
  const isKnown = tasks.some(({ id }) => id === task.id)
  return isKnown ? tasks.map(known => (known.id === task.id ? task : known)) : [...tasks, task]
}

function endTask({ task, end, reason }: Extract<AssistantNews, { readonly kind: 'ended' }>): void {
  const { tasks, chat, ended: before } = useAssistant.getState()
  const ended = tasks.find(({ id }) => id === task)
  knowAssistant({
    tasks: tasks.filter(({ id }) => id !== task),
    ended: [...before, task].slice(-MOST_ENDED),
    chat: chat?.task === task ? { ...chat, isDone: true } : chat,
  })
  if (end === 'failed')
    showToast({
      kind: 'refused',
      title: `${ended?.title ?? 'The code assistant'} failed`,
      body: reason ?? '',
    })
  if (end === 'done' && ended && TOLD.has(ended.kind) && useView.getState().page !== 'code')
    showToast({ kind: 'done', title: `Done: ${ended.title}`, body: 'It stands on the Code page.' })
  askAgain()
}

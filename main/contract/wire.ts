import type { Audit } from './audits.ts'
import type { ClientRequest, CommandName, CommandRequest, RequestName } from './commands.ts'
import type {
  ChainFrame,
  CurvesFrame,
  HealthReport,
  PayoffPreview,
  PulseFrame,
  ScenarioAnswer,
} from './frames.ts'
import type {
  AskAnswer,
  AssistantChoice,
  AssistantNews,
  AssistantReport,
  ChangeOutcome,
  LineRange,
  ModelCard,
  NightReport,
  OptimiseReport,
  ReviewReport,
  SearchAnswer,
} from './assistant.ts'
import type { BacktestReport, BacktestStrategy } from './backtest.ts'
import type { ExplanationReport } from './explanation.ts'
import type { Comparison, LearningReport, RunDetail } from './learning.ts'
import type { MachineReport } from './machine.ts'
import type { PreferenceView, Snapshot } from './snapshot.ts'
import type { Proposal } from '../core/policy/proposal.ts'
import type { Decision } from '../core/policy/decision.ts'

/** What the program answers to each request and command. */
export interface Replies {
  readonly 'snapshot/get': Snapshot
  readonly 'journal/query': readonly Decision[]
  readonly 'layout/get': string | null
  readonly 'layout/save': null
  readonly 'playback/set': null
  readonly 'recording/start': null
  readonly 'recording/stop': { readonly rows: number }
  readonly 'health/get': HealthReport
  readonly 'machine/get': MachineReport
  readonly 'machine/measure': MachineReport
  readonly 'scenario/get': ScenarioAnswer
  readonly 'payoff/preview': PayoffPreview
  readonly 'learning/get': LearningReport
  readonly 'learning/train': { readonly run: string }
  readonly 'learning/pause': null
  readonly 'learning/stop': null
  readonly 'learning/compare': Comparison
  readonly 'learning/promote': null
  readonly 'learning/rollBack': { readonly version: string }
  readonly 'experiments/get': readonly RunDetail[]
  readonly 'experiments/export': {
    readonly address: string
    readonly metrics: number
    readonly artefacts: number
    /** Which artefacts were not sent and why. */
    readonly note: string | undefined
  }
  readonly 'backtest/strategies': readonly BacktestStrategy[]
  readonly 'backtest/run': { readonly id: string }
  readonly 'backtest/get': BacktestReport | null
  readonly 'explanation/get': ExplanationReport
  readonly 'wire/echo': { readonly value: unknown }
  readonly 'assistant/get': AssistantReport
  readonly 'assistant/addFolder': { readonly task: string }
  readonly 'assistant/removeFolder': null
  readonly 'assistant/search': SearchAnswer
  readonly 'assistant/ask': AskAnswer
  readonly 'assistant/optimise': { readonly task: string }
  readonly 'assistant/review': { readonly task: string }
  readonly 'assistant/cancel': null
  /** The newest where no id is given. */
  readonly 'assistant/optimised': OptimiseReport | null
  readonly 'assistant/reviewed': ReviewReport | null
  /** The text of a function as it was read, and its lines. */
  readonly 'assistant/function': { readonly source: string; readonly lines: LineRange } | null
  readonly 'assistant/apply': ChangeOutcome
  readonly 'assistant/undo': ChangeOutcome
  readonly 'assistant/refuse': null
  readonly 'assistant/mend': ChangeOutcome
  readonly 'assistant/choices': readonly AssistantChoice[]
  readonly 'assistant/forgetPattern': null
  readonly 'assistant/night': { readonly task: string }
  readonly 'assistant/nightReport': NightReport | null
  readonly 'assistant/models': readonly ModelCard[]
  readonly 'assistant/useModel': AssistantReport
  readonly 'suggestion/preview': { readonly proposal: Proposal; readonly refusal: string | null }
  readonly 'killSwitch/flatten': { readonly orders: number; readonly positions: number }
}

/** Everything a client may call by name. */
export type CallName = CommandName | RequestName

/** The request of a call. */
export type CallRequest<Name extends CallName> = Name extends CommandName
  ? CommandRequest<Name>
  : Name extends RequestName
    ? ClientRequest<Name>
    : never

/** The reply of a call; commands that only do something answer null. */
export type CallReply<Name extends CallName> = Name extends keyof Replies ? Replies[Name] : null

/** A call on the wire. */
export interface WireCall {
  readonly name: string
  readonly request: unknown
}

/** The answer on the wire: errors are values with a code to branch on. */
export type WireReply =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly code: string; readonly message: string }

/** What the program tells without being asked. */
export interface Topics {
  readonly audit: Audit
  readonly chain: ChainFrame
  readonly pulse: PulseFrame
  readonly curves: CurvesFrame
  readonly preference: PreferenceView
  readonly assistant: AssistantNews
}

export type TopicName = keyof Topics

/** A push on the wire. */
export type WirePush = {
  readonly [Name in TopicName]: { readonly topic: Name; readonly value: Topics[Name] }
}[TopicName]

/** The two byte pipes that a shell gives the page; all a preload holds. */
export interface BytePipe {
  call(bytes: Uint8Array): Promise<Uint8Array>
  onPush(listener: (bytes: Uint8Array) => void): void
  /** Hears whether the other side is there; in Electron it always is. */
  onConnection(listener: (isConnected: boolean) => void): void
}

/** A client as a shell sees it. */
export interface PushTarget {
  push(bytes: Uint8Array): void
  isBusy(): boolean
}

/** What a shell holds of the running program: bytes to carry, alerts to show, a kill switch, an end. */
export interface CockpitHandle {
  call(bytes: Uint8Array): Promise<Uint8Array>
  attach(target: PushTarget): () => void
  /** Hears every alert, to be shown where the shell can show it. */
  onAlert(listener: (alert: { readonly title: string; readonly body: string }) => void): () => void
  /** Cancels every order and closes everything, without waiting for Esc. */
  flatten(): Promise<void>
  /** Resolves once the session plays. */
  readonly ready: Promise<void>
  close(): Promise<void>
}

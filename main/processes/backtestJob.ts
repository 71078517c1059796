import { loadOnnxPolicy } from '../adapters/policy/onnxPolicy.ts'
import type { Settings } from '../adapters/settings/settings.ts'
import {
  UNSEEN_FROM,
  type BacktestData,
  type BacktestReport,
  type BacktestStrategy,
} from '../contract/backtest.ts'
import { failure, success, type Result } from '../core/base/result.ts'
import { reportOn } from '../research/backtestReport.ts'
import { DO_NOTHING, FIXED_TIME, greedy, type Strategy } from '../training/baselines.ts'
import type { SessionTable } from '../training/sessionTable.ts'
import { USUAL_ENTRY, runMids, strategyNames, withNotes } from './backtestRun.ts'
import { testOnSimulated } from './backtestSimulated.ts'
import { remember } from './backtestTrials.ts'
import { FAIR_MARKET, TRAINING_LIMITS, sessionTables } from './sessionTables.ts'

/** How a strategy is called that is the model in charge. */
export const CHAMPION = 'champion'

/** A backtest that a client asked for, with everything a thread needs to run it. */
export interface BacktestJob {
  readonly id: string
  readonly strategy: string
  readonly data: BacktestData
  /** The folder of the model in charge, and its version: what is meant by champion. */
  readonly champion: { readonly folder: string; readonly version: string }
  readonly settings: Settings
  readonly startedAt: number
}

/** What a thread tells of a backtest. */
export type BacktestNews =
  | { readonly kind: 'progress'; readonly done: number; readonly total: number }
  | { readonly kind: 'finished'; readonly report: BacktestReport }
  | { readonly kind: 'failed'; readonly failure: string }

/** What must be known of a model that is tested on days like those it learned from: its card names no seeds. */
const IN_SAMPLE = `Trainings draw their sessions below seed ${UNSEEN_FROM}: the champion may have been trained on these very days, without the edge planted into them. From there on none is.`

/** The strategies that simulated sessions know, by the names of the page. */
const SIMULATED: Readonly<Record<string, Strategy | undefined>> = {
  doNothing: DO_NOTHING,
  fixedTimeCondor: FIXED_TIME[0],
  fixedTimePutVertical: FIXED_TIME[1],
  fixedTimeCallVertical: FIXED_TIME[2],
}

/** Every strategy that may be asked for, and over which data: simulated sessions know the baselines and the model in charge. */
export function offeredStrategies(): BacktestStrategy[] {
  const [simulated, mids] = [
    [...Object.keys(SIMULATED), CHAMPION],
    [...strategyNames(), CHAMPION],
  ]
  return [...new Set([...simulated, ...mids])].map(name => ({
    name,
    data: [
      ...(simulated.includes(name) ? (['simulated'] as const) : []),
      ...(mids.includes(name) ? (['mids'] as const) : []),
    ],
  }))
}

/** Runs a backtest to its end and tells how far it is. */
export async function runBacktest(
  job: BacktestJob,
  tell: (done: number, total: number) => void,
): Promise<Result<BacktestReport, string>> {
  const { id, strategy, data, champion, settings, startedAt } = job
  if (data.kind === 'simulated') return runSimulated({ ...job, data }, tell)
  const isChampion = strategy === CHAMPION
  const question = {
    id,
    strategy: isChampion ? `${CHAMPION} ${champion.version}` : strategy,
    policy: isChampion ? champion.folder : undefined,
    file: data.file,
    closes: data.closes,
    entry: data.entry ?? USUAL_ENTRY,
    lag: 0,
  }
  return runMids(question, settings, startedAt, tell)
}

async function runSimulated(
  job: BacktestJob & { readonly data: Extract<BacktestData, { kind: 'simulated' }> },
  tell: (done: number, total: number) => void,
): Promise<Result<BacktestReport, string>> {
  const { id, data, settings, startedAt } = job
  const strategy = await simulatedStrategy(job)
  if (!strategy.ok) return strategy
  const open = sessionTables()
  const tables: SessionTable[] = []
  tell(0, data.sessions)
  for (let session = 0; session < data.sessions; session += 1) {
    tables.push(await open(data.seed + session, FAIR_MARKET))
    tell(tables.length, data.sessions)
  }
  const peers = [DO_NOTHING, ...FIXED_TIME]
  const series = await testOnSimulated(tables, strategy.value, peers, TRAINING_LIMITS)
  const where = { time: startedAt, data: `simulated ${data.seed} ${data.sessions}` }
  const tried = series.peers.map(({ name, sharpe }) => ({ key: name, sharpe }))
  const trials = remember(settings.data.folder, where, tried)
  const about = { id, strategy: job.strategy, data, startedAt, total: data.sessions }
  const seen = job.strategy === CHAMPION && data.seed < UNSEEN_FROM ? [IN_SAMPLE] : []
  return success(withNotes(reportOn(series, about, trials), [...trials.notes, ...seen]))
}

async function simulatedStrategy({ strategy, champion }: BacktestJob): Promise<Result<Strategy, string>> {
  const known = SIMULATED[strategy]
  if (known) return success(known)
  if (strategy !== CHAMPION)
    return failure(
      `strategy over simulated sessions must be one of ${[...Object.keys(SIMULATED), CHAMPION].join(', ')}, is "${strategy}"`,
    )
  try {
    return success(greedy(`${CHAMPION} ${champion.version}`, await loadOnnxPolicy(champion.folder)))
  } catch (cause) {
    return failure(`champion: ${champion.folder} ${cause instanceof Error ? cause.message : String(cause)}`)
  }
}

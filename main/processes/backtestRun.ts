import { existsSync, statSync } from 'node:fs'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { readCloses, readMids } from '../adapters/history/mids.ts'
import { readStoredDays, type StoredDays } from '../adapters/history/storedDays.ts'
import { loadOnnxPolicy, policyPlace } from '../adapters/policy/onnxPolicy.ts'
import type { Settings } from '../adapters/settings/settings.ts'
import type { BacktestReport } from '../contract/backtest.ts'
import { failure, success, type Result } from '../core/base/result.ts'
import type { MinuteOfDay } from '../core/base/units.ts'
import { INDEX_SIZE, type PolicyRules } from '../research/backtestMoment.ts'
import { priceDays, testOnMids, type Tested } from '../research/backtestMids.ts'
import { reportOn, trialSharpe } from '../research/backtestReport.ts'
import { FIXED_STRATEGIES, fixedStrategy } from '../research/backtestStrategies.ts'
import { digestOf, remember, trialKey } from './backtestTrials.ts'
import { suggestionRules } from './rules.ts'

/** What is to be tested over a file of mids. */
export interface MidsQuestion {
  readonly id: string
  /** The name of a fixed strategy; with a policy, how it is called in the report. */
  readonly strategy: string
  /** A policy that decides instead: its folder, or a weight file in it. */
  readonly policy: string | undefined
  readonly file: string
  /** A file of official closes; without it the day ends at its last prices. */
  readonly closes: string | undefined
  readonly entry: MinuteOfDay
  readonly lag: number
}

/** When fixed strategies enter where nobody says otherwise: 10:00, as the published study does. */
export const USUAL_ENTRY: MinuteOfDay = 600

/** The names of all strategies that need no model. */
export function strategyNames(): string[] {
  return FIXED_STRATEGIES.map(({ name }) => name)
}

/**
 * Runs a strategy or a policy over a file of mids and remembers the trial, so that the deflated Sharpe ratio knows of it
 * from now on. What is wrong with a name, a file or a row is one line.
 */
export async function runMids(
  question: MidsQuestion,
  settings: Settings,
  startedAt: number,
  onDay: (done: number, total: number) => void,
): Promise<Result<BacktestReport, string>> {
  const tested = await testedOf(question)
  if (!tested.ok) return tested
  const mids = await readDays(question.file)
  if (!mids.ok) return mids
  const closes = question.closes === undefined ? undefined : await readCloses(question.closes)
  if (closes && !closes.ok) return closes
  const { days } = mids.value
  const priced = await priceDays(days, done => onDay(done, days.length), nextTurn)
  const closeOf: PolicyRules['closeOf'] = date => closes?.value.get(date)
  const result = await testOnMids(priced, tested.value, { ...rulesOf(question, settings), closeOf })
  const { id, file } = question
  if (result.dates.length === 0)
    return failure(`mids: no session of ${file} can be counted (${reasonsOf(result.leftOut)})`)
  const strategy = nameOf(tested.value)
  const data = await digestOf('mids', mids.value.files)
  const remembered = remember(settings.data.folder, {
    time: startedAt,
    data,
    key: await keyOf({ ...question, strategy }, settings),
    sharpe: trialSharpe(result),
  })
  const about = { id, strategy, data: { kind: 'mids', file }, startedAt, total: days.length } as const
  return success(withNotes(reportOn(result, about, remembered), remembered.notes))
}

/** A report that also says what must be known of its trials. */
export function withNotes(report: BacktestReport, notes: readonly string[]): BacktestReport {
  return { ...report, notes: [...report.notes, ...notes] }
}

/** Days of mids from a file of them, or from a folder of days that were imported. */
async function readDays(path: string): Promise<Result<StoredDays, string>> {
  if (existsSync(path) && statSync(path).isDirectory()) return readStoredDays(path)
  const read = await readMids(path)
  return read.ok ? success({ ...read.value, files: [path] }) : read
}

function nameOf(tested: Tested): string {
  return tested.kind === 'fixed' ? tested.strategy.name : tested.name
}

async function testedOf({ strategy, policy }: MidsQuestion): Promise<Result<Tested, string>> {
  if (policy === undefined) {
    const fixed = fixedStrategy(strategy)
    return fixed
      ? success({ kind: 'fixed', strategy: fixed })
      : failure(`strategy must be one of ${strategyNames().join(', ')}, is "${strategy}"`)
  }
  try {
    const { folder, weights } = policyPlace(policy)
    const loaded = await loadOnnxPolicy(folder, weights)
    return success({
      kind: 'policy',
      name: strategy,
      ask: observation => loaded.logits(observation, 1),
    })
  } catch (cause) {
    const message = cause instanceof Error ? (cause.message.split('\n')[0] ?? '') : String(cause)
    return failure(`policy: ${policy} must be a folder with a policy that fits this program (${message})`)
  }
}

/** The trading rules of the cockpit, prices and dollars as large as the index. */
function rulesOf({ entry, lag }: MidsQuestion, settings: Settings): Omit<PolicyRules, 'closeOf'> {
  const { plan } = suggestionRules(settings)
  const { risk } = settings
  return {
    plan: { ...plan, minimumCredit: plan.minimumCredit * INDEX_SIZE },
    entry,
    lag,
    size: INDEX_SIZE,
    limits: {
      ...risk,
      lotsPerOrder: 1,
      maximumLossPerTrade: risk.maximumLossPerTrade * INDEX_SIZE,
      dayLossLimit: risk.dayLossLimit * INDEX_SIZE,
      exposure: risk.exposure * INDEX_SIZE,
    },
  }
}

/** What makes a trial another one: who is asked, when, and by which rules. */
function keyOf(question: MidsQuestion, settings: Settings): Promise<string> {
  const { strategy, policy, entry, lag, closes } = question
  const { plan, limits } = rulesOf(question, settings)
  const words = `${strategy} entry ${entry} lag ${lag}${closes === undefined ? '' : ' settled'}`
  if (policy === undefined) return trialKey(words, { plan })
  const { folder, weights } = policyPlace(policy)
  return trialKey(words, { plan, limits }, `${folder}/${weights}`)
}

/** Why sessions were left out, in words: `noEntry 2, shut 1`. */
function reasonsOf(leftOut: Readonly<Record<string, number>>): string {
  return Object.entries(leftOut)
    .map(([reason, count]) => `${reason} ${count}`)
    .join(', ')
}

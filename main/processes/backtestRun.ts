import { existsSync, statSync } from 'node:fs'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { readCloses, readMids } from '../adapters/history/mids.ts'
import { readStoredDays, type StoredDays } from '../adapters/history/storedDays.ts'
import { loadOnnxPolicy, policyPlace } from '../adapters/policy/onnxPolicy.ts'
import type { Settings } from '../adapters/settings/settings.ts'
import type { BacktestData, BacktestReport } from '../contract/backtest.ts'
import { failure, success, type Result } from '../core/base/result.ts'
import type { MinuteOfDay } from '../core/base/units.ts'
import { INDEX_SIZE, type PolicyRules } from '../research/backtestMoment.ts'
import { nameOf, priceDays, testOnMids, type Tested } from '../research/backtestMids.ts'
import { reportOn, type Peer } from '../research/backtestReport.ts'
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
  const tried = await trialsOf(question, settings, result.peers)
  const where = { time: startedAt, data: await digestOf('mids', mids.value.files) }
  const remembered = remember(settings.data.folder, where, tried)
  const about = { id, strategy, data: dataOf(question), startedAt, total: days.length }
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

function dataOf({ file, closes, entry }: MidsQuestion): BacktestData {
  return {
    kind: 'mids',
    file,
    ...(closes !== undefined && { closes }),
    ...(entry !== USUAL_ENTRY && { entry }),
  }
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

/**
 * The trials of a run, the tested one first: each by what makes it another one, which is who is asked, when, by which rules, and
 * where what is held settles.
 */
async function trialsOf(
  question: MidsQuestion,
  settings: Settings,
  peers: readonly Peer[],
): Promise<{ readonly key: string; readonly sharpe: number }[]> {
  const { policy, entry, lag, closes } = question
  const { plan, limits } = rulesOf(question, settings)
  const asked = policy === undefined ? undefined : await digestOf('policy', [weightsOf(policy)])
  const settled = closes === undefined ? '' : ` ${await digestOf('settled', [closes])}`
  return peers.map(({ name, sharpe }, place) => {
    const words = `${name} entry ${entry} lag ${lag}${settled}`
    const isPolicy = place === 0 && asked !== undefined
    return {
      key: isPolicy ? `${asked} ${trialKey(words, { plan, limits })}` : trialKey(words, { plan }),
      sharpe,
    }
  })
}

function weightsOf(policy: string): string {
  const { folder, weights } = policyPlace(policy)
  return `${folder}/${weights}`
}

/** Why sessions were left out, in words: `noEntry 2, shut 1`. */
function reasonsOf(leftOut: Readonly<Record<string, number>>): string {
  return Object.entries(leftOut)
    .map(([reason, count]) => `${reason} ${count}`)
    .join(', ')
}

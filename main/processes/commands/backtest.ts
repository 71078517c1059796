import { writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { policyPlace, readPolicyCard } from '../../adapters/policy/onnxPolicy.ts'
import type { Settings } from '../../adapters/settings/settings.ts'
import type { BacktestReport } from '../../contract/backtest.ts'
import { failure, success, type Result } from '../../core/base/result.ts'
import { reportPage } from '../../research/reportPage.ts'
import { USUAL_ENTRY, runMids } from '../backtestRun.ts'
import { backtestFills } from './backtestFills.ts'

/** What a person typed after `zerodte backtest`, empty where nothing was. */
export interface BacktestWish {
  readonly fills: string
  readonly mids: string
  readonly strategy: string
  readonly policy: string
  readonly closes: string
  readonly entry: string
  readonly isLate: boolean
  /** A file to write the report to as a page. */
  readonly report: string
  /** Whether everything is wanted, or what a person reads at a glance. */
  readonly isWhole: boolean
}

/** Runs what was asked for, paths as they were typed. */
export async function backtest(wish: BacktestWish, settings: Settings): Promise<Result<unknown, string>> {
  if ((wish.fills === '') === (wish.mids === '')) return failure('backtest needs either --fills or --mids')
  return wish.fills === '' ? backtestMids(wish, settings) : backtestFills(wish, settings)
}

async function backtestMids(wish: BacktestWish, settings: Settings): Promise<Result<unknown, string>> {
  if ((wish.strategy === '') === (wish.policy === ''))
    return failure('backtest of mids needs either --strategy or --policy')
  const entry = minuteOf(wish.entry)
  if (entry === undefined) return failure(`entry must be a time written HH:MM, is "${wish.entry}"`)
  const policy = wish.policy === '' ? undefined : resolve(wish.policy)
  const name = policy === undefined ? success(wish.strategy) : await policyName(policy)
  if (!name.ok) return name
  const ran = await runMids(
    {
      id: 'command line',
      strategy: name.value,
      policy,
      file: resolve(wish.mids),
      closes: wish.closes === '' ? undefined : resolve(wish.closes),
      entry,
      lag: wish.isLate ? 1 : 0,
    },
    settings,
    Date.now(),
    () => undefined,
  )
  if (!ran.ok) return ran
  const written = wish.report === '' ? success(undefined) : writePage(resolve(wish.report), ran.value)
  if (!written.ok) return written
  const words = { entry: wish.entry === '' ? '10:00' : wish.entry, lag: wish.isLate ? 1 : 0 }
  return success(wish.isWhole ? plain(ran.value, words) : summaryOf(ran.value))
}

/** The report as plain data: what JSON can hold. */
function plain(report: BacktestReport, words: { readonly entry: string; readonly lag: number }) {
  const { dates, profit, drawdown } = report.equity
  return {
    ...report,
    ...words,
    count: report.afterCosts?.count ?? 0,
    equity: { dates, profit: Array.from(profit), drawdown: Array.from(drawdown) },
  }
}

function summaryOf(report: BacktestReport) {
  const { equity: _, trades, gates, notes, ...rest } = report
  return { ...rest, trades: trades.length, gates: gates.map(gateWords), notes }
}

function gateWords({ rule, value, isKept }: BacktestReport['gates'][number]): string {
  const figure = value === undefined ? '' : ` ${Number(value.toPrecision(3))}`
  return `${isKept ? 'kept' : 'not kept'}: ${rule}${figure}`
}

function writePage(file: string, report: BacktestReport): Result<undefined, string> {
  try {
    writeFileSync(file, reportPage(report))
    return success(undefined)
  } catch (cause) {
    return failure(`report: ${file} must be a file that can be written (${String(cause)})`)
  }
}

async function policyName(path: string): Promise<Result<string, string>> {
  const { folder } = policyPlace(path)
  try {
    const { name, version } = await readPolicyCard(folder)
    return success(`${name} ${version}`)
  } catch (cause) {
    const message = cause instanceof Error ? (cause.message.split('\n')[0] ?? '') : String(cause)
    return failure(`policy: ${folder} must be a folder with a policy that fits this program (${message})`)
  }
}

function minuteOf(text: string): number | undefined {
  if (text === '') return USUAL_ENTRY
  const [, hour, minute] = /^([01]\d|2[0-3]):([0-5]\d)$/.exec(text) ?? []
  return hour === undefined || minute === undefined ? undefined : Number(hour) * 60 + Number(minute)
}

import type { BacktestChoices } from '../../state/backtestChoices.ts'
import type { BacktestReport, BacktestStatistics, BacktestStrategy } from '../../../main/contract/backtest.ts'
import type { CallRequest } from '../../../main/contract/wire.ts'
import { intervalWords, type Interval } from '../../charts/whiskerScale.ts'
import { capitalised, plainWords } from '../../ui/words.ts'
import { UNKNOWN, number, percent, profit, signed } from '../../ui/format.ts'

export type BacktestData = CallRequest<'backtest/run'>['data']

/** How a figure of a backtest is written: dollars, or percent of the underlying. */
export function writerOf(unit: BacktestReport['unit']): (value: number | undefined) => string {
  return unit === 'dollars'
    ? profit
    : value => (value === undefined || !Number.isFinite(value) ? UNKNOWN : `${signed(value, 3)} %`)
}

/** The strategy that trades nothing; every other one is set beside it. */
const NOTHING = 'doNothing'

/** The names of the strategies that are known over a kind of data, in their order. */
export function strategiesOver(
  kind: BacktestData['kind'],
  strategies: readonly BacktestStrategy[],
): readonly string[] {
  return strategies.filter(({ data }) => data.includes(kind)).map(({ name }) => name)
}

/** The strategy that is run where none was chosen: the first that trades. */
export function usualStrategy(strategies: readonly string[]): string | undefined {
  return strategies.find(name => name !== NOTHING) ?? strategies[0]
}

/** A strategy in words: fixedTimeCondor is Fixed time condor, sell10 is Sell 10. */
export function strategyWords(name: string): string {
  return capitalised(plainWords(name))
}

/** What the data are: 60 simulated sessions from seed 1. */
export function dataWords(data: BacktestReport['data']): string {
  return data.kind === 'simulated'
    ? `${data.sessions} simulated ${data.sessions === 1 ? 'session' : 'sessions'} from seed ${data.seed}`
    : [
        data.file,
        ...(data.entry === undefined ? [] : [`entry ${clockOf(data.entry)}`]),
        ...(data.closes === undefined ? [] : [`closes of ${data.closes}`]),
      ].join(', ')
}

/** A figure as it is written, and its interval where it has one. */
export interface Written {
  readonly value: string
  readonly interval?: string
}

/** A row of the statistics, before costs and after. */
export interface StatisticRow {
  readonly name: string
  readonly before: Written
  readonly after: Written
}

/** The statistics of a report side by side; a dash where one is not known. */
export function statisticRows({ beforeCosts, afterCosts, unit }: BacktestReport): readonly StatisticRow[] {
  const write = writerOf(unit)
  const written = (name: string, of: (statistics: BacktestStatistics) => Written): StatisticRow => ({
    name,
    before: beforeCosts ? of(beforeCosts) : { value: UNKNOWN },
    after: afterCosts ? of(afterCosts) : { value: UNKNOWN },
  })
  const row = (name: string, of: (statistics: BacktestStatistics) => string) =>
    written(name, statistics => ({ value: of(statistics) }))
  const measured = (value: Interval, words: (value: number) => string) => ({
    value: words(value.value),
    interval: intervalWords(value, words),
  })
  return [
    row('Sessions', ({ count }) => number(count, 0)),
    written('Mean', ({ mean }) => measured(mean, write)),
    row('Volatility', ({ volatility }) => unsigned(write(volatility))),
    row('1st percentile', ({ quantiles }) => write(quantiles.p1)),
    row('25th percentile', ({ quantiles }) => write(quantiles.p25)),
    row('Median', ({ quantiles }) => write(quantiles.p50)),
    row('75th percentile', ({ quantiles }) => write(quantiles.p75)),
    row('99th percentile', ({ quantiles }) => write(quantiles.p99)),
    written('Sharpe a year', ({ sharpe }) => measured(sharpe, value => number(value))),
    row('Deepest fall', ({ drawdown }) => write(-Math.abs(drawdown))),
    row('Win rate', ({ winRate }) => percent(winRate)),
  ]
}

function unsigned(text: string): string {
  return text.replace(/^\+/, '')
}

/** A share of probability that an edge is there must be at least this to be called shown. */
const SHOWN_FROM = 0.95

/** The deflated Sharpe ratio in words, with what it would have to be. */
export function deflatedWords({ deflatedSharpe, trials }: BacktestReport): string {
  const over = `over ${number(trials, 0)} ${trials === 1 ? 'trial' : 'trials'}`
  if (deflatedSharpe === undefined) return `not known ${over}`
  return `${number(deflatedSharpe)} ${over}, ${deflatedSharpe >= SHOWN_FROM ? 'shown' : `needs ${SHOWN_FROM}`}`
}

/** What is typed as a request, or what is wrong with it. */
export function dataRequest(
  typed: Omit<BacktestChoices, 'strategy' | 'shown'>,
): { readonly data: BacktestData } | { readonly wrong: string } {
  if (typed.kind === 'mids') {
    const [file, closes] = [typed.file.trim(), typed.closes.trim()]
    const entry = minuteOf(typed.entry)
    if (file === '') return { wrong: 'Name a file of mids.' }
    if (entry === undefined) return { wrong: 'An entry is a time of the day, such as 10:00.' }
    return { data: { kind: 'mids', file, entry, ...(closes === '' ? {} : { closes }) } }
  }
  const [seed, sessions] = [wholeNumber(typed.seed), wholeNumber(typed.sessions)]
  if (seed === undefined || seed > LARGEST_SEED)
    return { wrong: `A seed is a whole number from 0 to ${LARGEST_SEED}.` }
  if (sessions === undefined || sessions < 1 || sessions > MOST_SESSIONS)
    return { wrong: `Sessions are 1 to ${MOST_SESSIONS}.` }
  return { data: { kind: 'simulated', seed, sessions } }
}

const LARGEST_SEED = 2_147_483_647
const MOST_SESSIONS = 1000

/** The minute of the day that a clock shows; undefined where the text is no clock. */
function minuteOf(text: string): number | undefined {
  const found = /^([01]?\d|2[0-3]):([0-5]\d)$/.exec(text.trim())
  return found ? Number(found[1]) * 60 + Number(found[2]) : undefined
}

/** A minute of the day as a clock shows it. */
function clockOf(minute: number): string {
  return [Math.floor(minute / 60), minute % 60].map(part => String(part).padStart(2, '0')).join(':')
}

function wholeNumber(text: string): number | undefined {
  return /^\d{1,10}$/.test(text.trim()) ? Number(text) : undefined
}

import { join } from 'node:path'
import type { ClientRequest } from '../contract/commands.ts'
import type { BacktestReport } from '../contract/backtest.ts'
import { unfinishedReport } from '../research/backtestReport.ts'
import type { RequestHandlers } from './contractServer.ts'
import { offeredStrategies, type BacktestNews } from './backtestJob.ts'
import { BacktestShelf } from './backtestShelf.ts'
import type { Parts } from './requests.ts'

type Handlers = Pick<RequestHandlers, 'backtest/strategies' | 'backtest/run' | 'backtest/get'>

/** What the Backtest page asks. One backtest runs at a time, on its thread. */
export function backtestHandlers({
  settings,
  policy,
  testing,
}: Pick<Parts, 'settings' | 'policy' | 'testing'>): Handlers {
  const shelf = new BacktestShelf(join(settings.data.folder, 'backtests'))
  let latest: BacktestReport | undefined
  return {
    'backtest/strategies': async () => offeredStrategies(),
    async 'backtest/run'({ strategy, data }) {
      if (latest?.status === 'running') throw new Error(`${latest.strategy} is being tested, one at a time`)
      const names = offeredStrategies().map(({ name }) => name)
      if (!names.includes(strategy))
        throw new Error(`strategy must be one of ${names.join(', ')}, is "${strategy}"`)
      const startedAt = Date.now()
      const id = shelf.newId(startedAt)
      const champion = { folder: policy.folder, version: policy.policy.card.version }
      latest = unfinishedReport(aboutOf(id, { strategy, data }, startedAt), undefined)
      testing.run({ id, strategy, data, champion, settings, startedAt }, news => {
        if (latest?.id !== id || latest.status !== 'running') return
        latest = after(latest, news)
        if (latest.status !== 'running') keep(shelf, latest)
      })
      return { id }
    },
    async 'backtest/get'({ id }) {
      if (latest && (id === undefined || id === latest.id)) return latest
      return (id === undefined ? shelf.newest() : shelf.read(id)) ?? null
    },
  }
}

function after(report: BacktestReport, news: BacktestNews): BacktestReport {
  if (news.kind === 'progress') return { ...report, done: news.done, total: news.total }
  return news.kind === 'finished' ? news.report : unfinishedReport(report, news.failure)
}

/** A report that cannot be kept is shown all the same, and says so. */
function keep(shelf: BacktestShelf, report: BacktestReport): void {
  try {
    shelf.keep(report)
  } catch (cause) {
    process.stderr.write(`backtest ${report.id} could not be kept: ${String(cause)}\n`)
  }
}

function aboutOf(
  id: string,
  { strategy, data }: ClientRequest<'backtest/run'>,
  startedAt: number,
): Parameters<typeof unfinishedReport>[0] {
  const isSimulated = data.kind === 'simulated'
  return {
    id,
    strategy,
    data,
    startedAt,
    unit: isSimulated ? 'dollars' : 'percentOfUnderlying',
    done: 0,
    total: isSimulated ? data.sessions : 0,
  }
}

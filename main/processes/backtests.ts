import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import type { ClientRequest } from '../contract/commands.ts'
import type { BacktestReport } from '../contract/backtest.ts'
import { unfinishedReport } from '../research/backtestReport.ts'
import type { RequestHandlers } from './contractServer.ts'
import { offeredStrategies, type BacktestJob, type BacktestNews } from './backtestJob.ts'
import { BacktestShelf } from './backtestShelf.ts'
import type { Parts } from './requests.ts'

type Handlers = Pick<RequestHandlers, 'backtest/strategies' | 'backtest/run' | 'backtest/get'>

/** What the Backtest page asks. One backtest runs at a time, on a thread of its own that dies with the program. */
export function backtestHandlers({
  settings,
  places,
  policy,
}: Pick<Parts, 'settings' | 'places' | 'policy'>): Handlers {
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
      const file = join(places.processes, `backtestWorker${places.suffix}`)
      runOnThread(file, { id, strategy, data, champion, settings, startedAt }, news => {
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

/** Starts a thread for one job; whatever ends it without a word is a failure. */
function runOnThread(file: string, job: BacktestJob, hear: (news: BacktestNews) => void): void {
  const thread = new Worker(file)
  // A program that ends does not wait for a backtest
  thread.unref()
  thread.on('message', (news: BacktestNews) => {
    hear(news)
    if (news.kind !== 'progress') void thread.terminate()
  })
  thread.on('error', cause =>
    hear({ kind: 'failed', failure: cause instanceof Error ? cause.message : String(cause) }),
  )
  thread.on('exit', () => hear({ kind: 'failed', failure: 'its thread ended without an answer' }))
  thread.postMessage(job)
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

import { join } from 'node:path'
import type { BacktestJob, BacktestNews } from './backtestJob.ts'
import { threadHost, type Hosted } from './host.ts'
import type { Places } from './services.ts'

/** Backtests, one after the other, each on a thread of its own. */
export interface BacktestThread {
  /** Begins a job. The first report or failure that is heard is its end, and one comes whatever ends it. */
  run(job: BacktestJob, hear: (news: BacktestNews) => void): void
  /** Ends the one that runs; its failure says so. */
  close(): Promise<void>
}

/** A place for backtests to run, with no thread yet. */
export function backtestThread({ processes, suffix }: Pick<Places, 'processes' | 'suffix'>): BacktestThread {
  let latest: Hosted | undefined
  return {
    run(job, hear) {
      const thread = threadHost(join(processes, `backtestWorker${suffix}`))
      latest = thread
      thread.onMessage(message => {
        // What its thread sends has this shape
        const news = message as BacktestNews
        hear(news)
        if (news.kind !== 'progress') void thread.kill()
      })
      thread.onExit(reason => hear({ kind: 'failed', failure: reason ?? 'the program was closed' }))
      thread.send(job)
    },
    async close() {
      await latest?.kill()
    },
  }
}

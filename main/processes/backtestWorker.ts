import { hostPort } from './hostPort.ts'
import { runBacktest, type BacktestJob, type BacktestNews } from './backtestJob.ts'

// One backtest a thread: it hears its job once, tells how far it is, and ends with a report or with what was wrong
const port = hostPort()
const tell = (news: BacktestNews) => port.send(news)
port.onMessage(job => {
  // What its host sends has this shape
  void run(job as BacktestJob)
})

async function run(job: BacktestJob): Promise<void> {
  try {
    const ran = await runBacktest(job, (done, total) => tell({ kind: 'progress', done, total }))
    tell(ran.ok ? { kind: 'finished', report: ran.value } : { kind: 'failed', failure: ran.failure })
  } catch (cause) {
    tell({ kind: 'failed', failure: cause instanceof Error ? cause.message : String(cause) })
  }
}

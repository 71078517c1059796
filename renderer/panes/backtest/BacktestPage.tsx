import './backtest.css'
import { useState } from 'react'
import type { BacktestReport } from '../../../main/contract/backtest.ts'
import { useDesk } from '../../state/deskStore.ts'
import { useRepeated } from '../../state/repeatedly.ts'
import { Card } from '../../ui/Card.tsx'
import { clock, day, percent } from '../../ui/format.ts'
import { BacktestFigures } from './BacktestFigures.tsx'
import { BacktestForm } from './BacktestForm.tsx'
import { DoubtCard } from './DoubtCard.tsx'
import { EquityPlot } from './EquityPlot.tsx'
import { TradeTable } from './TradeTable.tsx'
import { useBacktestChoices } from '../../state/backtestChoices.ts'
import { dataWords, strategyWords } from './backtestWords.ts'

/** Milliseconds between two looks: while one runs, and else. */
const EVERY = { running: 400, finished: 3000 } as const

/** A strategy over many sessions: what it made, how sure that is, and every trade. */
export function BacktestPage() {
  const isConnected = useDesk(state => state.isConnected)
  const shown = useBacktestChoices(choices => choices.shown)
  const [isRunning, setRunning] = useState(false)
  const { value: report, refusal } = useRepeated('backtest/get', {
    request: shown === undefined ? {} : { id: shown },
    key: shown ?? '',
    pause: isRunning ? EVERY.running : EVERY.finished,
  })
  const runs = report?.status === 'running'
  if (runs !== isRunning) setRunning(runs)
  if (!isConnected) return <p className="empty">The window lost the engine. Trying again.</p>
  return (
    <div className="sheet scroll backtest">
      <div className="backtest-column">
        <BacktestForm isRunning={runs} />
        {report && <State report={report} />}
        {report?.status === 'finished' && <BacktestFigures report={report} />}
        {report?.status === 'finished' && <DoubtCard report={report} />}
      </div>
      <div className="backtest-column">
        {report ? (
          <Results report={report} />
        ) : (
          <Card title="Equity">
            <p className="t3">
              {refusal !== undefined
                ? `No backtest: ${refusal}.`
                : report === null
                  ? 'No backtest yet. Choose a strategy and what it runs over; profit, fall and trades stand here.'
                  : 'Asking.'}
            </p>
          </Card>
        )}
      </div>
    </div>
  )
}

function State({ report }: { readonly report: BacktestReport }) {
  const { strategy, data, status, done, total, failure, sentence, startedAt } = report
  return (
    <Card title={strategyWords(strategy)} note={dataWords(data)}>
      {status === 'running' && (
        <>
          <progress
            aria-label={`Backtest of ${strategyWords(strategy)}`}
            value={total > 0 ? done / total : 0}
            max={1}
          />
          <p className="t2">
            {total > 0
              ? `${done} of ${total} sessions, ${percent(done / total)}`
              : 'Reading what it runs over.'}
          </p>
        </>
      )}
      {status === 'failed' && (
        <p role="alert">
          <span className="tag bad">✕ failed</span> {failure ?? 'It did not say why.'}
        </p>
      )}
      {status === 'finished' && <p data-testid="sentence">{sentence}</p>}
      <p className="t3">
        Began {day(startedAt)} {clock(startedAt)} ET.
      </p>
    </Card>
  )
}

const NOTHING_DRAWN = {
  running: 'The curve comes with the figures at the end.',
  failed: 'It failed: there is no curve.',
  finished: 'No trade was made.',
} as const satisfies Record<BacktestReport['status'], string>

const NO_TRADES = {
  running: 'The trades come with the figures at the end.',
  failed: 'It failed: there are no trades.',
  finished: 'No trade was made.',
} as const satisfies Record<BacktestReport['status'], string>

function Results({ report }: { readonly report: BacktestReport }) {
  const { equity, trades, unit } = report
  return (
    <>
      <Card
        title="Equity"
        note={`cumulated after costs, ${unit === 'dollars' ? 'dollars' : 'percent of the underlying'}`}
      >
        {equity.dates.length > 0 ? (
          <EquityPlot equity={equity} unit={unit} />
        ) : (
          <p className="t3">{NOTHING_DRAWN[report.status]}</p>
        )}
      </Card>
      <Card
        title="Trades"
        note={`${trades.length > 0 ? `${trades.length}, ` : ''}in $, credit a share, under the exit fixed beforehand`}
        className="rest"
      >
        {trades.length > 0 ? (
          <TradeTable trades={trades} />
        ) : (
          <p className="t3">{NO_TRADES[report.status]}</p>
        )}
      </Card>
    </>
  )
}

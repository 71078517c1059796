import type { BacktestReport } from '../../../main/contract/backtest.ts'
import { WhiskerTable, type WhiskerRow } from '../../charts/WhiskerTable.tsx'
import { Card, Figure } from '../../ui/Card.tsx'
import { number, tone } from '../../ui/format.ts'
import { deflatedWords, statisticRows, writerOf } from './backtestWords.ts'

/** The figures of a backtest, before costs and after, with their intervals and what speaks against them. */
export function BacktestFigures({ report }: { readonly report: BacktestReport }) {
  const write = writerOf(report.unit)
  const leftOut = Object.entries(report.leftOut)
  return (
    <>
      <Card title="Statistics" note="in brackets the 95 % interval">
        <table className="grid">
          <thead>
            <tr>
              <th className="l" scope="col">
                A trade
              </th>
              <th scope="col">Before costs</th>
              <th scope="col">After costs</th>
            </tr>
          </thead>
          <tbody>
            {statisticRows(report).map(({ name, before, after }) => (
              <tr key={name}>
                <th className="l t2" scope="row">
                  {name}
                </th>
                <td className="t2">{before}</td>
                <td>{after}</td>
              </tr>
            ))}
          </tbody>
        </table>
        <Means report={report} />
      </Card>
      <Card title="Against luck" note="what would have to hold">
        <dl className="figures">
          <Figure name="Deflated Sharpe" value={deflatedWords(report)} />
          <Figure name="Mean, one bar late" value={write(report.oneBarLag)} tone={tone(report.oneBarLag)} />
        </dl>
        {leftOut.length > 0 ? (
          <table className="grid">
            <caption className="sr">Rows of the data that were left out</caption>
            <tbody>
              {leftOut.map(([reason, rows]) => (
                <tr key={reason}>
                  <th className="l t2" scope="row">
                    Left out: {reason}
                  </th>
                  <td>{number(rows, 0)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        ) : (
          <p className="t3">No row of the data was left out.</p>
        )}
      </Card>
    </>
  )
}

function Means({ report }: { readonly report: BacktestReport }) {
  const { beforeCosts, afterCosts, oneBarLag, unit } = report
  const rows: WhiskerRow[] = []
  if (beforeCosts) rows.push({ name: 'Before costs', measured: beforeCosts.mean })
  if (afterCosts) rows.push({ name: 'After costs', measured: afterCosts.mean, rank: 'strong' })
  if (oneBarLag !== undefined)
    rows.push({ name: 'One bar late', measured: { value: oneBarLag, low: Number.NaN, high: Number.NaN } })
  if (rows.length === 0) return null
  return (
    <WhiskerTable
      caption="Mean of a trade"
      heads={['Mean of a trade']}
      figure={unit === 'dollars' ? '$' : '%'}
      rows={rows}
      write={value => writerOf(unit)(value)}
    />
  )
}

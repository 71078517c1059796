import type { BacktestReport } from '../../../main/contract/backtest.ts'
import { WhiskerTable, type WhiskerRow } from '../../charts/WhiskerTable.tsx'
import { Card } from '../../ui/Card.tsx'
import { signed } from '../../ui/format.ts'
import { statisticRows, writerOf, type Written } from './backtestWords.ts'
import { TableHead } from '../../ui/TableHead.tsx'

/** The figures of a backtest, before costs and after, each with its interval where it has one. */
export function BacktestFigures({ report }: { readonly report: BacktestReport }) {
  return (
    <Card title="Statistics" note="below a figure its 95 % interval">
      <table className="grid">
        <TableHead heads={['A session', 'Before costs', 'After costs']} />
        <tbody>
          {statisticRows(report).map(({ name, before, after }) => (
            <tr key={name}>
              <th className="l t2" scope="row">
                {name}
              </th>
              <td className="t2">
                <FigureCell written={before} />
              </td>
              <td>
                <FigureCell written={after} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      <Means report={report} />
    </Card>
  )
}

function FigureCell({ written: { value, interval } }: { readonly written: Written }) {
  return (
    <>
      {value}
      {interval !== undefined && <div className="micro">{interval}</div>}
    </>
  )
}

function Means({ report }: { readonly report: BacktestReport }) {
  const { beforeCosts, afterCosts, walkForward, oneBarLag, unit } = report
  const rows: WhiskerRow[] = []
  if (beforeCosts) rows.push({ name: 'Before costs', measured: beforeCosts.mean })
  if (afterCosts) rows.push({ name: 'After costs', measured: afterCosts.mean, rank: 'strong' })
  if (walkForward) rows.push({ name: 'Walk-forward', measured: walkForward })
  if (oneBarLag !== undefined)
    rows.push({ name: 'One bar late', measured: { value: oneBarLag, low: Number.NaN, high: Number.NaN } })
  if (rows.length === 0) return null
  return (
    <WhiskerTable
      caption="Mean of a session"
      heads={['Mean of a session']}
      figure={unit === 'dollars' ? '$' : '%'}
      rows={rows}
      write={value => (unit === 'dollars' ? writerOf(unit)(value) : signed(value, 3))}
    />
  )
}

import type { BacktestReport } from '../../../main/contract/backtest.ts'
import { Card, Facts } from '../../ui/Card.tsx'
import { UNKNOWN, number, percent } from '../../ui/format.ts'
import { plainWords } from '../../ui/words.ts'
import { deflatedWords } from './backtestWords.ts'
import { TableHead } from '../../ui/TableHead.tsx'

/** What speaks against a result: luck, tuning, rules it does not keep, sessions that are not in it. */
export function DoubtCard({ report }: { readonly report: BacktestReport }) {
  const { gates, notes } = report
  return (
    <Card title="Against luck" note="what must hold before it counts as shown">
      {gates.length > 0 && <Gates gates={gates} />}
      <Facts
        rows={[
          ['Deflated Sharpe', deflatedWords(report)],
          ...luckRows(report),
          ...countRows('Left out', report.leftOut),
          ...countRows('No trade', report.untraded),
        ]}
      />
      {notes.length > 0 && (
        <ul className="notes t3">
          {notes.map(note => (
            <li key={note}>{note}</li>
          ))}
        </ul>
      )}
    </Card>
  )
}

function Gates({ gates }: Pick<BacktestReport, 'gates'>) {
  return (
    <table className="grid">
      <caption className="sr">Rules</caption>
      <TableHead heads={['Rule', 'Is', 'Limit']} />
      <tbody>
        {gates.map(({ rule, value, limit, bound, isKept }) => (
          <tr key={rule} data-testid="gate" data-kept={isKept}>
            <th className="l" scope="row">
              <span className={isKept ? 'up' : 'down'}>{isKept ? '✓' : '✕'}</span>{' '}
              <span className="sr">{isKept ? 'kept:' : 'not kept:'}</span> {rule}
            </th>
            <td>{value === undefined ? UNKNOWN : number(value, decimals(value))}</td>
            <td className="t3">
              {bound === 'atMost' ? '≤' : '≥'} {number(limit)}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

/** A mean in percent of the underlying is small: two digits of it would say 0. */
function decimals(value: number): number {
  return value !== 0 && Math.abs(value) < 0.1 ? 4 : 2
}

/** Luck is only a question where something was won. Where it cannot be told, a note says why. */
function luckRows({ afterCosts, overfitting }: BacktestReport): (readonly [string, string])[] {
  if (afterCosts && afterCosts.mean.value <= 0) return [['Luck', 'it loses: nothing to be lucky about']]
  return overfitting === undefined ? [] : [['Chance that the best is luck', percent(overfitting)]]
}

function countRows(name: string, counts: Readonly<Record<string, number>>): (readonly [string, string])[] {
  const found = Object.entries(counts)
  if (found.length === 0) return [[name, 'none']]
  return found.map(([reason, sessions]) => [`${name}: ${plainWords(reason)}`, number(sessions, 0)])
}

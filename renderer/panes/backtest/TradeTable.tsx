import { useVirtualizer } from '@tanstack/react-virtual'
import { useRef } from 'react'
import type { BacktestTrade } from '../../../main/contract/backtest.ts'
import { ScrollRegion } from '../../ui/ScrollRegion.tsx'
import { date, minute, number, profit, tone } from '../../ui/format.ts'
import { plainWords } from '../../ui/words.ts'

/** The columns; those that are words stand left. */
const HEADS = [
  { head: 'Day', isWords: true },
  { head: 'Time', isWords: true },
  { head: 'Trade', isWords: true },
  { head: 'Credit', isWords: false },
  { head: 'Exit', isWords: true },
  { head: 'Gross', isWords: false },
  { head: 'Costs', isWords: false },
  { head: 'Net', isWords: false },
] as const

/** A first guess of what is in sight, until it is measured. */
const ROOM = { width: 800, height: 400 } as const

/** Every trade in dollars, oldest first; only those in sight are on the page. */
export function TradeTable({ trades }: { readonly trades: readonly BacktestTrade[] }) {
  const host = useRef<HTMLDivElement>(null)
  const height =
    Number.parseInt(getComputedStyle(document.documentElement).getPropertyValue('--row'), 10) || 20
  const virtual = useVirtualizer({
    count: trades.length,
    getScrollElement: () => host.current,
    estimateSize: () => height,
    initialRect: ROOM,
    overscan: 12,
  })
  const items = virtual.getVirtualItems()
  const above = items[0]?.start ?? 0
  const below = virtual.getTotalSize() - (items.at(-1)?.end ?? 0)
  return (
    <ScrollRegion host={host} className="trades" label="Trades, oldest first">
      <table className="grid" aria-rowcount={trades.length + 1}>
        <thead>
          <tr aria-rowindex={1}>
            {HEADS.map(({ head, isWords }) => (
              <th key={head} className={isWords ? 'l' : ''} scope="col">
                {head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {above > 0 && <tr aria-hidden="true" style={{ height: above }} />}
          {items.map(({ index }) => {
            const trade = trades[index]
            return trade && <TradeRow key={index} trade={trade} index={index} />
          })}
          {below > 0 && <tr aria-hidden="true" style={{ height: below }} />}
        </tbody>
      </table>
    </ScrollRegion>
  )
}

function TradeRow({
  trade: { date: day, time, structure, credit, exit, gross, net },
  index,
}: {
  readonly trade: BacktestTrade
  readonly index: number
}) {
  return (
    <tr aria-rowindex={index + 2} data-testid="trade">
      <td className="l">
        {date(day)} <span className="t3">{day.slice(0, 4)}</span>
      </td>
      <td className="l t2">{minute(time)}</td>
      <td className="l">{structure}</td>
      <td>{number(credit)}</td>
      <td className="l t2">{plainWords(exit)}</td>
      <td className="t2">{profit(gross)}</td>
      <td className="t3">{profit(net - gross)}</td>
      <td className={`b ${tone(net)}`}>{profit(net)}</td>
    </tr>
  )
}

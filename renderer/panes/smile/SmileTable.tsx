import { SpokenTable, thinned } from '../../charts/SpokenTable.tsx'
import { number, points } from '../../ui/format.ts'
import { smilePoint, type Curves } from './smileFigures.ts'

/** Strikes that are read aloud. */
const SPOKEN_STRIKES = 15

/** The smile strike by strike, for whoever has it read aloud. */
export function SmileTable({ curves }: { readonly curves: Curves }) {
  const { contractStrikes } = curves
  const strikes = thinned(contractStrikes.length, SPOKEN_STRIKES).map(place => contractStrikes[place] ?? 0)
  return (
    <SpokenTable
      caption="Implied volatility by strike, points a calendar year"
      heads={['Strike', 'Fit', 'Band from', 'Band to', 'Bid', 'Ask', 'Earlier today']}
      rows={strikes.map(strike => {
        const { fit, low, high, earlier, quote } = smilePoint(curves, strike)
        return [
          number(strike, strike % 1 === 0 ? 0 : 1),
          ...[fit, low, high, quote?.bid, quote?.ask, earlier].map(points),
        ]
      })}
    />
  )
}

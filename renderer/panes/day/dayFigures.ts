import type { DeskState } from '../../state/deskStore.ts'

/** The statistics of the trades that are closed. */
export interface DayFigures {
  readonly trades: number
  readonly net: number
  readonly fees: number
  readonly winRate: number
  readonly profitFactor: number
  readonly sharpe: number
  readonly drawdown: number
}

/** The figures of closed positions, in the order they closed; NaN where there is nothing to divide by. */
export function dayFigures(positions: DeskState['positions']): DayFigures {
  const closed = positions
    .filter(position => position.closedAt !== undefined)
    .toSorted((one, other) => (one.closedAt ?? 0) - (other.closedAt ?? 0))
  const nets = closed.map(position => position.realised - position.fees)
  const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0)
  const net = sum(nets)
  const mean = nets.length > 0 ? net / nets.length : Number.NaN
  const variance = sum(nets.map(value => (value - mean) ** 2)) / Math.max(1, nets.length - 1)
  let [running, peak, drawdown] = [0, 0, 0]
  for (const value of nets) {
    running += value
    peak = Math.max(peak, running)
    drawdown = Math.max(drawdown, peak - running)
  }
  return {
    trades: nets.length,
    net,
    fees: sum(closed.map(position => position.fees)),
    winRate: nets.length > 0 ? nets.filter(value => value > 0).length / nets.length : Number.NaN,
    profitFactor: ratio(sum(nets.filter(value => value > 0)), -sum(nets.filter(value => value < 0))),
    sharpe: ratio(mean, Math.sqrt(variance)),
    drawdown,
  }
}

function ratio(part: number, whole: number): number {
  return whole > 0 ? part / whole : Number.NaN
}

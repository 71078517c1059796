import type { ScenarioFrame } from '../../../main/contract/frames.ts'
import type { ScenarioOutput } from '../../state/viewStore.ts'

const HOURS_PER_YEAR = 8760
const POINTS = 100

/** What brings an output of a grid into the units of the screen: theta an hour, vega a point. */
const SCALES: Readonly<Record<ScenarioOutput, number>> = {
  profit: 1,
  delta: 1,
  gamma: 1,
  theta: 1 / HOURS_PER_YEAR,
  vega: 1 / POINTS,
}

/** One cut through a grid: rows of volatilities or of times over columns of prices, in the units of the screen. */
export interface HeatMatrix {
  readonly across: 'volatility' | 'time'
  /** Prices of the underlying, rising. */
  readonly spots: Float64Array
  /** Factors on volatility falling from the top, or minutes from now rising from the top. */
  readonly rows: Float64Array
  /** The figures, row by row from the top; NaN where nobody knows. */
  readonly values: Float64Array
}

/** The cut of a grid at a time or at a volatility, by whichever does not run down the rows. */
export function heatMatrix(
  frame: ScenarioFrame,
  shows: ScenarioOutput,
  across: 'volatility' | 'time',
  at: { readonly minutes: number; readonly factor: number },
): HeatMatrix {
  const { spots, volatilityFactors, minutes } = frame
  const isByTime = across === 'time'
  const rows = isByTime ? minutes : volatilityFactors.toReversed()
  const fixed = isByTime ? nearest(volatilityFactors, at.factor) : nearest(minutes, at.minutes)
  const column = frame[shows]
  const values = new Float64Array(rows.length * spots.length)
  for (let row = 0; row < rows.length; row += 1) {
    const factor = isByTime ? fixed : rows.length - 1 - row
    const time = isByTime ? row : fixed
    const first = (time * volatilityFactors.length + factor) * spots.length
    for (let spot = 0; spot < spots.length; spot += 1) {
      values[row * spots.length + spot] = (column[first + spot] ?? Number.NaN) * SCALES[shows]
    }
  }
  return { across, spots, rows, values }
}

/** The smallest and the largest figure of a whole grid, in the units of the screen; 0 where nothing is beyond it. */
export function gridRange(frame: ScenarioFrame, shows: ScenarioOutput): readonly [number, number] {
  let [low, high] = [0, 0]
  for (const value of frame[shows]) {
    if (value < low) low = value
    if (value > high) high = value
  }
  return [low * SCALES[shows], high * SCALES[shows]]
}

/** The place of the figure nearest to another. */
export function nearest(figures: Float64Array, wanted: number): number {
  let best = 0
  figures.forEach((figure, place) => {
    if (Math.abs(figure - wanted) < Math.abs((figures[best] ?? Number.NaN) - wanted)) best = place
  })
  return best
}

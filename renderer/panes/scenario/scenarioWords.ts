import type { ScenarioFrame } from '../../../main/contract/frames.ts'
import { factorWords } from '../../charts/LaterSliders.tsx'
import type { ScenarioOutput } from '../../state/viewStore.ts'
import { dollars, minute, number, points, profit, signed } from '../../ui/format.ts'
import type { HeatMatrix } from './heatMatrix.ts'

/** What an output is called on a switch, in a sentence, and how a figure of it is written. */
interface OutputWords {
  readonly label: string
  readonly name: string
  readonly unit: string
  readonly write: (value: number | undefined) => string
  /** The same without a sign, short. */
  readonly size: (value: number) => string
}

const oneDecimal = (value: number | undefined) => signed(value, 1)

export const OUTPUTS: Readonly<Record<ScenarioOutput, OutputWords>> = {
  profit: {
    label: 'P&L',
    name: 'Profit',
    unit: '',
    write: profit,
    size: value => dollars(Math.round(value)),
  },
  delta: { label: 'Δ', name: 'Delta', unit: 'shares', write: oneDecimal, size: value => number(value, 1) },
  gamma: {
    label: 'Γ',
    name: 'Gamma',
    unit: 'shares a dollar',
    write: oneDecimal,
    size: value => number(value, 1),
  },
  theta: { label: 'Θ', name: 'Theta', unit: '$ an hour', write: oneDecimal, size: value => number(value, 1) },
  vega: { label: 'V', name: 'Vega', unit: '$ a point', write: oneDecimal, size: value => number(value, 1) },
}

/** What a row stands for: a change of volatility with what it makes of it at the money, or a time of the clock. */
export function rowWords(matrix: HeatMatrix, row: number, frame: ScenarioFrame, atTheMoney?: number): string {
  const value = matrix.rows[row] ?? Number.NaN
  if (matrix.across === 'time') return value === 0 ? 'now' : minute(frame.time + value * 60_000)
  const change = factorWords(value)
  return atTheMoney === undefined ? change : `${change}, ${points(atTheMoney * value)}`
}

/** A figure with where it stands, as the crosshair reads it. */
export function cellWords(
  matrix: HeatMatrix,
  shows: ScenarioOutput,
  place: { readonly column: number; readonly row: number },
  frame: ScenarioFrame,
  atTheMoney?: number,
): string {
  const value = matrix.values[place.row * matrix.spots.length + place.column]
  const { write, unit } = OUTPUTS[shows]
  const where = `${number(matrix.spots[place.column])}, ${rowWords(matrix, place.row, frame, atTheMoney)}`
  return `${write(value)}${unit === '' ? '' : ` ${unit}`} at ${where}`
}

import type { DeskState } from '../../state/deskStore.ts'

type Taste = DeskState['preference']['tastes'][number]

const SIDES = { put: 'put verticals', call: 'call verticals', both: 'condors', none: 'trades' } as const

/** What was learned, in a sentence: fewer call verticals from 09:30 to 11:00. */
export function tasteWords({ side, from, to, delta, trend, shift }: Taste): string {
  const trades = delta === undefined ? SIDES[side] : `${Math.round(delta * 100)}-delta ${SIDES[side]}`
  const start = `${shift < 0 ? 'Fewer' : 'More'} ${trades}`
  if (trend !== undefined) return `${start} ${trend === 'in' ? 'in a' : `${trend} the`} trend`
  return delta === undefined ? `${start} from ${clockAfterOpen(from)} to ${clockAfterOpen(to)}` : start
}

function clockAfterOpen(minutes: number): string {
  const total = 570 + minutes
  return `${String(Math.floor(total / 60)).padStart(2, '0')}:${String(total % 60).padStart(2, '0')}`
}

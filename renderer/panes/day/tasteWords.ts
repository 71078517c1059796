import type { DeskState } from '../../state/deskStore.ts'

type Taste = DeskState['preference']['tastes'][number]

const SIDES = { put: 'put verticals', call: 'call verticals', both: 'condors', none: 'trades' } as const

/** What was learned, in a sentence: fewer call verticals from 09:30 to 11:00. */
export function tasteWords(taste: Taste): string {
  return `${taste.shift < 0 ? 'Fewer' : 'More'} ${SIDES[taste.side]} from ${clockAfterOpen(taste.from)} to ${clockAfterOpen(taste.to)}`
}

function clockAfterOpen(minutes: number): string {
  const total = 570 + minutes
  return `${String(Math.floor(total / 60)).padStart(2, '0')}:${String(total % 60).padStart(2, '0')}`
}

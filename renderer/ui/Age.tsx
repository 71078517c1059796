import { useDesk } from '../state/deskStore.ts'
import { age } from './format.ts'

interface AgeProps {
  readonly milliseconds: number | undefined
  /** From when on it is late. */
  readonly lateAfter?: number | undefined
}

/** How old the oldest figure of a panel is. */
export function Age({ milliseconds, lateAfter = 1000 }: AgeProps) {
  const isLost = useDesk(state => state.isReady && !state.isConnected)
  if (isLost) return <span className="age late">lost</span>
  const isLate = milliseconds === undefined || !(milliseconds <= lateAfter)
  return <span className={isLate ? 'age late' : 'age'}>{age(milliseconds)}</span>
}

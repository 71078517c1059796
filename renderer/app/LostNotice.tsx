import { useDesk } from '../state/deskStore.ts'
import { usePulse } from '../state/frames.ts'
import { clock } from '../ui/format.ts'

/** Whether the window had the engine and lost it: what it shows is old, and nothing can be sent. */
export function useIsLost(): boolean {
  return useDesk(state => state.isReady && !state.isConnected)
}

/** Says over everything that the numbers are old, since when, and what to do. */
export function LostNotice() {
  const isLost = useIsLost()
  const since = usePulse(pulse => pulse.time)
  const shell = useDesk(state => state.shell)
  if (!isLost) return null
  const remedy =
    shell === 'web'
      ? 'If Zerodte was ended, start it again and open its new address.'
      : 'Start Zerodte again if it stays so.'
  return (
    <div className="lost-notice" role="alert">
      <b>
        Zerodte does not answer. Every number is from {since === undefined ? 'before' : clock(since)} and may
        be wrong.
      </b>{' '}
      Orders at the broker work on. The window tries again by itself. {remedy}
    </div>
  )
}

import { call } from '../state/actions.ts'
import { useDesk } from '../state/deskStore.ts'
import { usePulse } from '../state/frames.ts'
import { PLAYBACK_SPEEDS } from './playbackSpeeds.ts'

const SPEEDS: readonly number[] = PLAYBACK_SPEEDS

/** For a session that is not live: what it is, how fast it runs, and pause. */
export function PlaybackControl() {
  const playback = usePulse(pulse => pulse.playback)
  const source = useDesk(state => state.session?.source)
  if (!playback || playback.isLive || source === undefined) return null
  const setSpeed = (text: string) => void call('playback/set', { speed: Number(text) })
  const known = typeof playback.pace === 'number' && !SPEEDS.includes(playback.pace) ? [playback.pace] : []
  return (
    <div className="playback">
      <span className="micro ell source" title={source}>
        {source}
      </span>
      <button
        type="button"
        className="chip"
        aria-pressed={playback.isPaused}
        onClick={() => void call('playback/set', { isPaused: !playback.isPaused })}
      >
        {playback.isPaused ? 'Go on' : 'Pause'}
      </button>
      <select
        className="chip"
        aria-label="Speed of the session"
        value={String(playback.pace)}
        onChange={event => setSpeed(event.target.value)}
      >
        {[...SPEEDS, ...known].map(speed => (
          <option key={speed} value={speed}>
            ×{speed}
          </option>
        ))}
      </select>
    </div>
  )
}

import { useDesk, type DeskState } from '../state/deskStore.ts'
import { usePulse } from '../state/frames.ts'
import { countdown, minute } from '../ui/format.ts'

type SessionTimes = NonNullable<DeskState['times']>

interface Stage {
  readonly name: string
  /** Words of the name that a narrow strip leaves to screen readers. */
  readonly rest?: string
  /** When it begins, where its name says so. */
  readonly at?: number
  readonly from: number
  readonly to: number
  readonly isNow: boolean
}

/** Where the day stands: the session, the guard, the close, the last trade and the watch, each with the time to it. */
export function PhaseTimeline() {
  const times = useDesk(state => state.times)
  const now = usePulse(pulse => Math.floor(pulse.time / 1000) * 1000)
  const phase = usePulse(pulse => pulse.phase)
  if (!times || now === undefined) return <div className="phase" />
  const stages = stagesOf(times, phase, now)
  return (
    <div className="phase" role="timer" aria-label="Session phases">
      {stages.map(stage => (
        <span key={stage.name} className={stage.isNow ? 'now' : ''}>
          {stage.name}
          {stage.rest !== undefined && <span className="rest"> {stage.rest}</span>}
          {stage.at !== undefined && ` ${minute(stage.at)}`}
        </span>
      ))}
      {stages.map(stage => (
        <i key={stage.name}>
          {now > stage.from && stage.to > stage.from && (
            <u style={{ width: `${Math.min(1, (now - stage.from) / (stage.to - stage.from)) * 100}%` }} />
          )}
        </i>
      ))}
      <span className="ell">
        {times.isEarlyClose ? <b className="warn">▲ early close</b> : phaseWords(phase)}
      </span>
      {stages.slice(1).map((stage, index) => {
        const mark = index === 3 ? times.watchEnd : stage.from
        return (
          <b key={stage.name} className={index === 0 ? 'tx' : ''}>
            {now >= mark ? 'past' : countdown(mark - now)}
          </b>
        )
      })}
    </div>
  )
}

function stagesOf(
  { open, guard, close, lastTrade, watchEnd }: SessionTimes,
  phase: string | undefined,
  now: number,
): readonly Stage[] {
  const name = phase === 'preflight' ? 'Pre-flight' : 'Session'
  return [
    { name, from: open, to: guard, isNow: phase === 'session' },
    { name: 'Guard', at: guard, from: guard, to: close, isNow: phase === 'guard' },
    { name: 'Close', at: close, from: close, to: lastTrade, isNow: phase === 'lastTrades' },
    { name: 'Last', rest: 'trade', at: lastTrade, from: lastTrade, to: watchEnd, isNow: phase === 'watch' },
    { name: 'Watch', rest: 'to', at: watchEnd, from: watchEnd, to: watchEnd, isNow: now >= watchEnd },
  ]
}

function phaseWords(phase: string | undefined): string {
  switch (phase) {
    case 'session':
      return 'new risk allowed'
    case 'guard':
      return 'closing only'
    case 'lastTrades':
      return 'closing price is set'
    case 'watch':
      return 'no more trades'
    default:
      return 'closed'
  }
}

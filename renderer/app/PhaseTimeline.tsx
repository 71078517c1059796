import { useDesk } from '../state/deskStore.ts'
import { usePulse } from '../state/frames.ts'
import { countdown, minute } from '../ui/format.ts'

/** Where the day stands: the session, the guard, the close, the last trade and the watch, each with the time to it. */
export function PhaseTimeline() {
  const times = useDesk(state => state.times)
  const now = usePulse(pulse => Math.floor(pulse.time / 1000) * 1000)
  const phase = usePulse(pulse => pulse.phase)
  if (!times || now === undefined) return <div className="phase" />
  const stages = [
    {
      name: phase === 'preflight' ? 'Pre-flight' : 'Session',
      from: times.open,
      to: times.guard,
      isNow: phase === 'session',
    },
    { name: `Guard ${minute(times.guard)}`, from: times.guard, to: times.close, isNow: phase === 'guard' },
    {
      name: `Close ${minute(times.close)}`,
      from: times.close,
      to: times.lastTrade,
      isNow: phase === 'lastTrades',
    },
    {
      name: `Last trade ${minute(times.lastTrade)}`,
      from: times.lastTrade,
      to: times.watchEnd,
      isNow: phase === 'watch',
    },
    {
      name: `Watch to ${minute(times.watchEnd)}`,
      from: times.watchEnd,
      to: times.watchEnd,
      isNow: now >= times.watchEnd,
    },
  ]
  return (
    <div className="phase" role="timer" aria-label="Session phases">
      {stages.map(stage => (
        <span key={stage.name} className={stage.isNow ? 'now' : ''}>
          {stage.name}
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

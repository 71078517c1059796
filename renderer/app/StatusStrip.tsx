import type { ReactNode } from 'react'
import type { Heartbeat } from '../../main/contract/frames.ts'
import { useDesk } from '../state/deskStore.ts'
import { usePulse } from '../state/frames.ts'
import { setView } from '../state/viewStore.ts'
import { age, duration, number, percent, points, signed, tone } from '../ui/format.ts'
import { PhaseTimeline } from './PhaseTimeline.tsx'

/** The status strip: price, volatility, what is left of the day, and whether everything is alive. */
export function StatusStrip() {
  return (
    <section className="strip" aria-label="Market and connections">
      <SpotCells />
      <VolatilityCells />
      <WideCells />
      <div className="fillw only-w" />
      <PhaseTimeline />
      <Heartbeats />
    </section>
  )
}

function Cell({
  label,
  className = '',
  children,
}: {
  readonly label: string
  readonly className?: string
  readonly children: ReactNode
}) {
  return (
    <div className={`cell ${className}`}>
      <span className="label">{label}</span>
      <span className="v">{children}</span>
    </div>
  )
}

function SpotCells() {
  const underlying = useDesk(state => state.session?.underlying ?? '')
  const spot = usePulse(pulse => pulse.spot)
  const before = usePulse(pulse => pulse.previousClose)
  const change = spot && before !== undefined ? spot.last - before : undefined
  return (
    <>
      <div className="spy">
        <span className="label">{underlying}</span>
        <span className="px" data-testid="spot">
          {number(spot?.last)}
        </span>
        <div className={`ch ${tone(change)}`}>
          <span>
            {change === undefined ? '' : change >= 0 ? '▲ ' : '▼ '}
            {signed(change)}
          </span>
          <span>{change === undefined || !before ? '' : `${signed((change / before) * 100)} %`}</span>
        </div>
      </div>
      <Cell label="Bid × ask" className="hide-m fixed-10">
        <span className="small">
          {number(spot?.bid)}
          <span className="t3"> × </span>
          {number(spot?.ask)}
        </span>
      </Cell>
    </>
  )
}

function VolatilityCells() {
  const vix = usePulse(pulse => pulse.volatilityIndex)
  const move = usePulse(pulse => pulse.expectedMove)
  const last = usePulse(pulse => pulse.spot?.last)
  const implied = usePulse(pulse => pulse.impliedVolatility)
  const realised = usePulse(pulse => pulse.realisedVolatility)
  const change = vix && vix.value - vix.previousClose
  return (
    <>
      <Cell label="VIX" className="fixed-7">
        {number(vix?.value)}
        {change !== undefined && (
          <small className={tone(change)}>
            {change >= 0 ? '▲ ' : '▼ '}
            {number(Math.abs(change))}
          </small>
        )}
      </Cell>
      <Cell label="Move left to close" className="fixed-8">
        {move ? `±${number(move.move)}` : '–'}
        <small className="t2">{move && last ? percent(move.move / last, 2) : ''}</small>
      </Cell>
      <Cell label="IV / realised, same clock" className="hide-s fixed-9">
        {points(implied)}
        <small className="t2">/ {points(realised)}</small>
      </Cell>
    </>
  )
}

function WideCells() {
  const regime = usePulse(pulse => pulse.regime)
  const opening = usePulse(pulse => pulse.openingMove)
  const vwap = usePulse(pulse => pulse.volumeWeightedAveragePrice)
  return (
    <>
      <Cell label="Move expected at the start" className="only-w">
        {opening === undefined ? '–' : `±${number(opening)}`}
      </Cell>
      <Cell label="VWAP" className="only-w">
        {number(vwap)}
      </Cell>
      <Cell label="Trend, half an hour" className="only-w">
        {regime === undefined ? '–' : trendWords(regime)}
        <small className="t2">{regime === undefined ? '' : number(Math.abs(regime))}</small>
      </Cell>
    </>
  )
}

function trendWords(regime: number): string {
  if (Math.abs(regime) < 0.3) return 'Choppy'
  return regime > 0 ? 'Rising' : 'Falling'
}

function Heartbeats() {
  const beats = usePulse(pulse => pulse.heartbeats)
  const pricer = usePulse(pulse => pulse.pricer)
  const isConnected = useDesk(state => state.isConnected)
  const lost: Heartbeat = { state: 'gone', age: Number.NaN, note: 'the window lost the engine; trying again' }
  const shown = (name: 'feed' | 'broker' | 'database' | 'ai') => (isConnected ? beats?.[name] : lost)
  return (
    <div className="beats">
      <Beat name="Feed" beat={shown('feed')} />
      <Beat name="Broker" beat={shown('broker')} />
      <Beat name="Database" beat={shown('database')} />
      <Beat name="AI" beat={shown('ai')} />
      <Pricing beat={isConnected ? pricer : lost} />
    </div>
  )
}

const DOTS = { alive: 'dot', late: 'dot late', gone: 'dot dead', off: 'dot off' } as const
const STATES = { alive: '', late: 'late ', gone: 'gone ', off: 'off' } as const

function Beat({ name, beat }: { readonly name: string; readonly beat: Heartbeat | undefined }) {
  const state = beat?.state ?? 'off'
  const tone = state === 'gone' ? 'down' : state === 'late' ? 'warn' : ''
  return (
    <div className="beat" title={beat?.note} data-testid={`beat-${name.toLowerCase()}`} data-state={state}>
      <span className="label">
        <i className={DOTS[state]} />
        {name}
      </span>
      <span className={`v ${tone}`}>
        {STATES[state]}
        {state === 'off' || beat === undefined || Number.isNaN(beat.age) ? '' : age(beat.age)}
      </span>
    </div>
  )
}

/** What computes the chain, with the way to its page; where it is not the fast one, that is said in its place. */
function Pricing({ beat }: { readonly beat: Heartbeat | undefined }) {
  if (!beat) return null
  const isSlow = beat.state === 'late'
  return (
    <button
      type="button"
      className="beat pricing"
      title={beat.note}
      data-testid="beat-pricing"
      data-state={beat.state}
      onClick={() => setView({ page: 'machine' })}
    >
      <span className="label">
        <i className={DOTS[beat.state]} />
        Pricing
      </span>
      <span className={`v ${isSlow ? 'warn' : beat.state === 'gone' ? 'down' : ''}`}>
        {isSlow ? (
          <>
            <span className="only-s">see page</span>
            <span className="hide-s">{beat.note}</span>
          </>
        ) : Number.isNaN(beat.age) ? (
          STATES[beat.state]
        ) : (
          duration(beat.age * 1000)
        )}
      </span>
    </button>
  )
}

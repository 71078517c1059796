import type { ReactNode } from 'react'
import type { DeskState } from '../state/deskStore.ts'
import { flattenAll, keepPositions, toggleKeys } from '../state/actions.ts'
import { openDecision, useDesk } from '../state/deskStore.ts'
import { usePulse } from '../state/frames.ts'
import { Icon } from '../ui/Icon.tsx'
import { Meter } from '../ui/Meter.tsx'
import { UNKNOWN, countdown, date, dollars, percent, profit, tone } from '../ui/format.ts'
import { killSwitchKeys } from '../ui/keys.ts'

const WARNING_SHARES = [0.5, 0.7, 0.85]

/** The bar that never moves: what the day made, how near its limits are, and the way out. */
export function RiskBar() {
  const lockout = useDesk(state => state.lockout)
  return (
    <footer className="risk" aria-label="Risk">
      <DayProfit />
      {lockout ? <LockedOut state={lockout} /> : <DayLossLimit />}
      <Exposure />
      <Trades />
      <TailRisk />
      {!lockout && <LockoutState />}
      <OrderKeys />
      <KillSwitch />
    </footer>
  )
}

function Figure({
  label,
  children,
  className = '',
}: {
  readonly label: string
  readonly children: ReactNode
  readonly className?: string
}) {
  return (
    <div className={className}>
      <span className="label">{label}</span>
      <span className="v">{children}</span>
    </div>
  )
}

function DayProfit() {
  const risk = usePulse(pulse => pulse.risk)
  return (
    <>
      <Figure label="Day P&L, after fees" className="fixed-day">
        <span className={tone(risk?.dayProfit)} data-testid="day-profit">
          {profit(risk?.dayProfit)}
        </span>
      </Figure>
      <Figure label="Realised / open" className="hide-s fixed-day2">
        <span className={tone(risk?.realised)}>{profit(risk?.realised)}</span>
        <span className="t3"> / </span>
        <span className={tone(risk?.open)}>{profit(risk?.open)}</span>
      </Figure>
    </>
  )
}

function DayLossLimit() {
  const limit = useDesk(state => state.limits.dayLossLimit)
  const added = useDesk(addedAtStop)
  const number = useDesk(state => openDecision(state)?.number)
  const risk = usePulse(pulse => pulse.risk)
  const isKnown = limit > 0 && risk !== undefined
  const used = isKnown ? Math.max(0, -risk.dayProfit) / limit : 0
  const atStops = isKnown ? Math.max(used, Math.max(0, -risk.atStops) / limit) : 0
  const withIt = isKnown ? atStops + added / limit : 0
  return (
    <div className="wide">
      <div className="row">
        <span className="label">
          Day loss limit <span className="hide-s">{dollars(limit)}</span>
        </span>
        <span className="label">
          {used >= 0.5 && <b className="warn">{used >= 0.7 ? '▲▲ ' : '▲ '}</b>}
          <b className="b tx">{percent(isKnown ? used : undefined)}</b> used,{' '}
          <b className="b tx">{percent(isKnown ? atStops : undefined)}</b> at stops
          {isKnown && added > 0 && (
            <>
              , <b className="b model">{percent(withIt)}</b> with no. {number}
            </>
          )}
        </span>
      </div>
      <Meter
        label="Day loss limit, used if every stop is hit"
        value={used}
        ghost={atStops}
        added={Math.max(0, withIt - atStops)}
        ticks={WARNING_SHARES}
        isHot={used >= 0.5}
      />
    </div>
  )
}

function Exposure() {
  const limit = useDesk(state => state.limits.exposure)
  const margin = useDesk(state => openDecision(state)?.proposal?.margin ?? 0)
  const number = useDesk(state => openDecision(state)?.number)
  const used = usePulse(pulse => pulse.risk.exposure)
  const share = limit > 0 && used !== undefined ? used / limit : undefined
  const added = limit > 0 ? margin / limit : 0
  return (
    <div className="wide">
      <div className="row">
        <span className="label">
          Exposure <span className="hide-s">of {dollars(limit)}</span>
        </span>
        <span className="label">
          <b className="b tx">{percent(share)}</b>
          {added > 0 && share !== undefined && (
            <>
              , <b className="b model">{percent(share + added)}</b> with no. {number}
            </>
          )}
          <span className="hide-s">, alert at 80 %</span>
        </span>
      </div>
      <Meter label="Exposure" value={share ?? 0} added={added} ticks={EXPOSURE_TICKS} />
    </div>
  )
}

const EXPOSURE_TICKS = [0.8]

function Trades() {
  const opened = usePulse(pulse => pulse.risk.tradesOpened)
  const allowed = useDesk(state => state.limits.tradesPerSession)
  return (
    <Figure label="Trades">
      {opened ?? UNKNOWN} <span className="t3">of {allowed}</span>
    </Figure>
  )
}

function TailRisk() {
  const risk = usePulse(pulse => pulse.risk)
  return (
    <Figure label="VaR 95 / ES" className="hide-s fixed-var">
      {dollars(risk?.valueAtRisk)} <span className="t3">/</span> {dollars(risk?.expectedShortfall)}
    </Figure>
  )
}

function LockoutState() {
  const limit = useDesk(state => state.limits.dayLossLimit)
  return (
    <Figure label="Lockout">
      <span className="state">
        <Icon name="unlock" />
        Off <span className="t3 hide-s thin">locks at {dollars(-limit)}</span>
      </span>
    </Figure>
  )
}

function LockedOut({ state }: { readonly state: NonNullable<DeskState['lockout']> }) {
  return (
    <div className="wide locked" role="alert" data-testid="locked-out">
      <span className="b">LOCKED OUT</span>
      <span>
        until the session after {date(state.session)}. Day loss {dollars(-state.dayLoss)}. Closing still
        works.
      </span>
    </div>
  )
}

function OrderKeys() {
  const until = useDesk(state => state.keysArmedUntil)
  const isLocked = useDesk(state => state.lockout !== undefined)
  const now = usePulse(pulse => Math.floor(pulse.time / 1000) * 1000)
  const isArmed = until !== undefined && now !== undefined && now < until
  const state = isLocked ? 'Blocked' : isArmed ? 'Armed' : 'Safe'
  return (
    <div className="fixed-keys">
      <span className="label">Order keys</span>
      <button
        type="button"
        className="v state plain"
        onClick={() => void toggleKeys()}
        disabled={isLocked}
        data-testid="order-keys"
      >
        <span className="sr">Order keys: </span>
        <i className={isLocked ? 'dot dead' : isArmed ? 'dot' : 'dot off'} />
        {state}{' '}
        <span className="t2 thin">
          {isArmed ? countdown(until - now, true) : isLocked ? '' : 'click to arm'}
        </span>
      </button>
    </div>
  )
}

function KillSwitch() {
  const flattening = useDesk(state => state.flattening)
  const now = usePulse(pulse => pulse.time)
  const left = flattening && now !== undefined ? flattening.closesAt - now : undefined
  if (left !== undefined && left > 0) {
    return (
      <div className="end">
        <button
          className="kill active"
          type="button"
          onClick={() => void keepPositions('click')}
          data-testid="keep"
        >
          Closing in {(left / 1000).toFixed(1)} s, Esc keeps
        </button>
      </div>
    )
  }
  return (
    <div className="end">
      <button
        className={flattening ? 'kill active' : 'kill'}
        type="button"
        onClick={() => void flattenAll('click')}
        title="Cancels every order at once, then closes every position. Asks nothing."
        data-testid="kill-switch"
      >
        {flattening ? 'Flattening' : 'Flatten all'} <kbd className="hide-s">{killSwitchKeys().printed}</kbd>
      </button>
    </div>
  )
}

function addedAtStop(state: DeskState): number {
  return Math.max(0, -(openDecision(state)?.proposal?.atStop ?? 0))
}

import { useDesk, type DeskState } from '../../state/deskStore.ts'
import { framesStore } from '../../state/frames.ts'
import { useStore } from 'zustand'
import { Icon } from '../../ui/Icon.tsx'
import { dollars, minute, number, profit } from '../../ui/format.ts'

type Decision = DeskState['decisions'][number]
type Proposal = NonNullable<Decision['proposal']>

/** The price and the figures that matter before any reason: size, credit, loss at the stop, worst loss, margin, exit. */
export function Terms({ decision, proposal }: { readonly decision: Decision; readonly proposal: Proposal }) {
  const lots = useDesk(state => state.limits.lotsPerOrder)
  const isOpening = proposal.purpose === 'open'
  return (
    <>
      <LimitLine proposal={proposal} />
      <div className="block tight">
        <div className="terms">
          <Term label="Size" value={`${proposal.quantity}`} small={isOpening ? `of ${lots}` : ''} />
          <Term
            label={isOpening ? 'Credit' : 'Cash'}
            value={isOpening ? dollars(proposal.cash) : profit(proposal.cash)}
          />
          {isOpening && <Term label="At stop" value={dollars(proposal.atStop)} />}
          {isOpening && <Term label="Max loss" value={dollars(proposal.atWorst)} />}
          {isOpening && <Term label="Margin" value={dollars(proposal.margin)} />}
        </div>
        {isOpening && (
          <div className="exit">
            <Icon name="lock" />
            <span className="ell">
              Exit<span className="sr-s"> fixed: buy back</span> at{' '}
              <b className="b">{number(proposal.exit.takeProfit)}</b>,{' '}
              <b className="b">{number(proposal.exit.stop)}</b> or{' '}
              <b className="b">{minute(proposal.exit.time)}</b>
            </span>
            <span className="nw t2 push">
              {decision.refusal === undefined ? '✓ ' : <b className="down">✕ </b>}
              {decision.checks.passed}/{decision.checks.of}
              <span className="hide-s"> limits</span>
            </span>
          </div>
        )}
      </div>
    </>
  )
}

function Term({
  label,
  value,
  small = '',
}: {
  readonly label: string
  readonly value: string
  readonly small?: string
}) {
  return (
    <div>
      <span className="label">{label}</span>
      <b>
        {value} {small !== '' && <span className="t3">{small}</span>}
      </b>
    </div>
  )
}

/** Where the limit lies between what the market pays and what it asks, as the chain stands now. */
function LimitLine({ proposal }: { readonly proposal: Proposal }) {
  const [natural, best] = useComboNow(proposal)
  const place =
    best > natural ? Math.max(0, Math.min(1, (proposal.walk.start - natural) / (best - natural))) : 0.5
  const seconds = Math.round((proposal.walk.steps * proposal.walk.stepEvery) / 1000)
  return (
    <div className="limit">
      <span>bid {number(natural)}</span>
      <span className="slider" aria-hidden="true">
        <i />
        <b style={{ transform: `translateX(${(place * 100).toFixed(2)}cqw)` }} />
      </span>
      <span>{number(best)} ask</span>
      <span className="t3 hide-s">
        {proposal.walk.end === proposal.walk.start
          ? 'rests there'
          : `walks to ${number(proposal.walk.end)} in ${seconds} s`}
      </span>
    </div>
  )
}

/** Natural and best price of the legs, from the chain that is on the screen. */
function useComboNow(proposal: Proposal): readonly [number, number] {
  const text = useStore(framesStore, ({ chain }) => {
    if (!chain) return `${proposal.quote.natural}|${proposal.quote.best}`
    let [natural, best] = [0, 0]
    for (const leg of proposal.legs) {
      const place = chain.strikes.indexOf(leg.strike)
      const row = place + (leg.right === 'put' ? chain.strikes.length : 0)
      // An ask of nothing is no price at all
      const isQuoted = place >= 0 && (chain.ask[row] ?? 0) > 0
      const [bid, ask] = isQuoted ? [chain.bid[row] ?? 0, chain.ask[row] ?? 0] : [Number.NaN, Number.NaN]
      natural += leg.ratio > 0 ? -ask : bid
      best += leg.ratio > 0 ? -bid : ask
    }
    return `${natural.toFixed(4)}|${best.toFixed(4)}`
  })
  const [natural = Number.NaN, best = Number.NaN] = text.split('|').map(Number)
  return [natural, best]
}

/** The two estimates, apart: whether it is good, and whether he would accept. */
export function Estimates({ decision }: { readonly decision: Decision }) {
  const isWait = !decision.proposal
  const about = isWait && decision.passedOver ? ' the trade passed over' : ''
  return (
    <div className="heads">
      <EstimateLine
        name={isWait ? `Good after costs${about === '' ? '' : ', passed over'}` : 'Good after costs'}
        testId="would-be-good"
        estimate={decision.wouldBeGood}
      />
      <EstimateLine name="You would accept" testId="would-accept" estimate={decision.wouldAccept} />
    </div>
  )
}

function EstimateLine({
  name,
  testId,
  estimate,
}: {
  readonly name: string
  readonly testId: string
  readonly estimate: Decision['wouldAccept']
}) {
  const { mean, low, high } = estimate
  return (
    <div>
      <div className="row">
        <span className="label ell">{name}</span>
        <span className="micro">
          {number(low)}–{number(high)}
        </span>
      </div>
      <div className="at-row">
        <span className="v model" data-testid={testId}>
          {number(mean)}
        </span>
        <div
          className="meter"
          role="meter"
          aria-label={name}
          aria-valuemin={0}
          aria-valuemax={1}
          aria-valuenow={Number(mean.toFixed(2))}
        >
          <span className="range" style={{ left: `${low * 100}%`, width: `${(high - low) * 100}%` }} />
          <span className="tick" style={{ left: '50%' }} />
          <span className="at" style={{ left: `${mean * 100}%` }} />
        </div>
      </div>
    </div>
  )
}

import { useRef, type KeyboardEvent, type PointerEvent } from 'react'
import { MARGIN, type PriceScale } from '../../charts/PriceAxis.tsx'
import { forgetStrikes, possibleStrikes, tryStrikes, useDraft } from '../../state/draft.ts'
import { openDecision, useDesk, type DeskState } from '../../state/deskStore.ts'
import { framesStore } from '../../state/frames.ts'

type Decision = DeskState['decisions'][number]
type Leg = NonNullable<Decision['proposal']>['structure']['legs'][number]

/**
 * The strikes of the open suggestion under the payoff, to be moved over the listed ones: by pointer, by arrow keys, back
 * to what was suggested by Escape.
 */
export function StrikeHandles({ x, height }: { readonly x: PriceScale; readonly height: number }) {
  const decision = useDesk(openDecision)
  const draft = useDraft(decision?.id)
  const legs = decision?.proposal?.purpose === 'open' ? decision.proposal.structure.legs : []
  if (!decision || legs.length === 0) return null
  const suggested = legs.map(leg => leg.strike)
  const strikes = draft ?? suggested
  return (
    <div className="strike-handles" role="group" aria-label="Strikes of the trade">
      {legs.map((leg, index) => (
        <StrikeHandle
          key={`${leg.right}${leg.ratio}`}
          leg={leg}
          suggested={leg.strike}
          strike={strikes[index] ?? leg.strike}
          possible={() =>
            possibleStrikes(suggested, strikes, index, framesStore.getState().chain?.strikes ?? suggested)
          }
          onMove={strike => tryStrikes(decision.id, strikes.with(index, strike))}
          x={x}
          top={height - MARGIN.bottom}
        />
      ))}
    </div>
  )
}

interface HandleProps {
  readonly leg: Leg
  readonly suggested: number
  readonly strike: number
  readonly possible: () => number[]
  readonly onMove: (strike: number) => void
  readonly x: PriceScale
  readonly top: number
}

function StrikeHandle({ leg, suggested, strike, possible, onMove, x, top }: HandleProps) {
  const grip = useRef<{ readonly left: number } | undefined>(undefined)
  const strikes = possible()
  const follow = (event: PointerEvent) => {
    if (!grip.current) return
    const price = x.invert(event.clientX - grip.current.left)
    const next = nearestOf(possible(), price)
    if (next !== undefined && next !== strike) onMove(next)
  }
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Escape') {
      event.preventDefault()
      return forgetStrikes()
    }
    const next = strikeByKey(event.key, strikes, strike)
    if (next === undefined) return
    event.preventDefault()
    if (next !== strike) onMove(next)
  }
  const side = `${leg.ratio < 0 ? 'Short' : 'Long'} ${leg.right}`
  return (
    <div
      className={strike === suggested ? 'strike-handle' : 'strike-handle moved'}
      style={{ transform: `translate(${x(strike)}px, ${top}px)` }}
      role="slider"
      tabIndex={0}
      aria-label={`${side} strike`}
      aria-valuemin={strikes[0] ?? strike}
      aria-valuemax={strikes.at(-1) ?? strike}
      aria-valuenow={strike}
      aria-valuetext={strike === suggested ? `${strike}` : `${strike}, suggested ${suggested}`}
      title={`${side} ${strike}: drag, or arrow keys; Escape takes it back`}
      onPointerDown={event => {
        const plot = event.currentTarget.parentElement?.getBoundingClientRect()
        grip.current = { left: plot?.left ?? 0 }
        event.currentTarget.setPointerCapture(event.pointerId)
      }}
      onPointerMove={follow}
      onPointerUp={() => (grip.current = undefined)}
      onPointerCancel={() => (grip.current = undefined)}
      onKeyDown={onKeyDown}
    >
      <svg width="12" height="9" viewBox="0 0 12 9" aria-hidden="true">
        <path d="M1 8.5h10v-4.5l-5-4l-5 4z" />
      </svg>
      <span aria-hidden="true">{leg.ratio < 0 ? 'S' : 'B'}</span>
    </div>
  )
}

/** The strike that a key leads to from another: the next one up or down, or the end; undefined for any other key. */
export function strikeByKey(key: string, strikes: readonly number[], from: number): number | undefined {
  switch (key) {
    case 'ArrowRight':
    case 'ArrowUp':
      return strikes.find(strike => strike > from) ?? from
    case 'ArrowLeft':
    case 'ArrowDown':
      return strikes.findLast(strike => strike < from) ?? from
    case 'Home':
      return strikes[0] ?? from
    case 'End':
      return strikes.at(-1) ?? from
    default:
      return undefined
  }
}

function nearestOf(strikes: readonly number[], price: number): number | undefined {
  let best: number | undefined
  for (const strike of strikes)
    if (best === undefined || Math.abs(strike - price) < Math.abs(best - price)) best = strike
  return best
}

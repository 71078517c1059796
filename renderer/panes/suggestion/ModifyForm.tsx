import { Slider } from 'radix-ui'
import { useEffect, useState } from 'react'
import type { CallRequest } from '../../../main/contract/wire.ts'
import { call, modify } from '../../state/actions.ts'
import { useDesk, type DeskState } from '../../state/deskStore.ts'
import { framesStore } from '../../state/frames.ts'
import { setView } from '../../state/viewStore.ts'
import { dollars, number } from '../../ui/format.ts'

type Decision = DeskState['decisions'][number]
type Proposal = NonNullable<Decision['proposal']>
type Edits = CallRequest<'suggestion/modify'>['edits']

/** Changes within bounds: strikes, size, limit. What it would mean is asked of the engine with every change. */
export function ModifyForm({
  decision,
  proposal,
}: {
  readonly decision: Decision
  readonly proposal: Proposal
}) {
  const [edits, setEdits] = useState<Edits>({})
  const [preview, setPreview] = useState<{ readonly proposal: Proposal; readonly refusal: string | null }>({
    proposal,
    refusal: null,
  })
  const [problem, setProblem] = useState<string | undefined>(undefined)
  const lots = useDesk(state => state.limits.lotsPerOrder)
  useEffect(() => {
    let isLate = false
    void call('suggestion/preview', { id: decision.id, edits }).then(answer => {
      if (isLate) return
      setProblem(answer.ok ? undefined : answer.message)
      if (answer.ok) setPreview(answer.value)
    })
    return () => {
      isLate = true
    }
  }, [decision.id, edits])
  const shown = preview.proposal
  const isOpening = proposal.purpose === 'open'
  return (
    <form
      className="actions modify"
      data-testid="modify"
      onSubmit={event => {
        event.preventDefault()
        void modify(decision.id, edits, 'click')
      }}
    >
      {isOpening && (
        <Bounded
          label="Size"
          value={shown.quantity}
          low={1}
          high={lots}
          step={1}
          text={`${shown.quantity} of ${lots}`}
          onChange={quantity => setEdits({ ...edits, quantity })}
        />
      )}
      {isOpening &&
        shown.structure.legs.map((leg, index) => (
          <Bounded
            key={`${leg.right}${leg.ratio}`}
            label={`${leg.ratio < 0 ? 'Short' : 'Long'} ${leg.right}`}
            {...strikeBounds(leg.strike)}
            value={leg.strike}
            text={String(leg.strike)}
            onChange={strike =>
              setEdits({
                ...edits,
                strikes: shown.structure.legs.map((entry, position) =>
                  position === index ? strike : entry.strike,
                ),
              })
            }
          />
        ))}
      <Bounded
        label="Limit"
        value={shown.walk.start}
        low={Math.ceil(shown.quote.natural * 100 - 1e-6) / 100}
        high={Math.floor(shown.quote.best * 100 + 1e-6) / 100}
        step={0.01}
        text={number(Math.abs(shown.walk.start))}
        onChange={limit => setEdits({ ...edits, limit: Math.round(limit * 100) / 100 })}
      />
      <p className={(problem ?? preview.refusal) ? 'warn' : 't2'}>
        {problem ?? (preview.refusal === null ? meaning(shown) : `Risk: ${preview.refusal}.`)}
      </p>
      <div className="act two">
        <button
          type="submit"
          className="btn big order"
          disabled={problem !== undefined || preview.refusal !== null}
        >
          Accept as changed
        </button>
        <button type="button" className="btn big" onClick={() => setView({ modifying: undefined })}>
          Back
        </button>
      </div>
    </form>
  )
}

interface BoundedProps {
  readonly label: string
  readonly value: number
  readonly low: number
  readonly high: number
  readonly step: number
  readonly text: string
  readonly onChange: (value: number) => void
}

function Bounded({ label, value, low, high, step, text, onChange }: BoundedProps) {
  return (
    <div className="bounded">
      <span className="label">{label}</span>
      <Slider.Root
        className="slide"
        value={[value]}
        min={low}
        max={Math.max(high, low + step)}
        step={step}
        onValueChange={([next]) => next !== undefined && onChange(next)}
      >
        <Slider.Track className="slide-track">
          <Slider.Range className="slide-range" />
        </Slider.Track>
        <Slider.Thumb className="slide-thumb" aria-label={label} />
      </Slider.Root>
      <b className="r">{text}</b>
    </div>
  )
}

/** A strike may move by one percent of itself, on the grid of the chain. */
function strikeBounds(strike: number): {
  readonly low: number
  readonly high: number
  readonly step: number
} {
  const { chain } = framesStore.getState()
  const reach = strike * 0.01
  const near = chain ? [...chain.strikes].filter(entry => Math.abs(entry - strike) <= reach) : [strike]
  const step = near.length > 1 ? Math.abs((near[1] ?? strike) - (near[0] ?? strike)) : 1
  return { low: near[0] ?? strike, high: near.at(-1) ?? strike, step }
}

function meaning(proposal: Proposal): string {
  if (proposal.purpose === 'close') return `Pays ${dollars(-proposal.cash)}.`
  return `Credit ${dollars(proposal.cash)}, at stop ${dollars(proposal.atStop)}, at worst ${dollars(proposal.atWorst)}, break-even ${proposal.breakEvens.map(price => number(price)).join(' and ')}.`
}

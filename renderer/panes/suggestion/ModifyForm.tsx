import { useEffect, useMemo, useState } from 'react'
import type { CallRequest } from '../../../main/contract/wire.ts'
import { call, modify } from '../../state/actions.ts'
import { tryStrikes, useDraft } from '../../state/draft.ts'
import { useDesk, type DeskState } from '../../state/deskStore.ts'
import { framesStore } from '../../state/frames.ts'
import { setView } from '../../state/viewStore.ts'
import { BoundedSlider } from '../../ui/BoundedSlider.tsx'
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
  const [edits, setEdits] = useEdits(decision)
  const { shown, refusal, problem } = usePreview(decision.id, edits, proposal)
  const fields = { proposal: shown, edits, onEdit: setEdits }
  return (
    <form
      className="actions modify"
      data-testid="modify"
      onSubmit={event => {
        event.preventDefault()
        void modify(decision.id, edits, 'click')
      }}
    >
      {proposal.purpose === 'open' && <SizeAndStrikes {...fields} suggested={proposal} />}
      <LimitField {...fields} />
      <p className={(problem ?? refusal) ? 'warn' : 't2'}>
        {problem ?? (refusal === null ? meaning(shown) : `Risk: ${refusal}.`)}
      </p>
      <div className="act two">
        <button type="submit" className="btn big order" disabled={problem !== undefined || refusal !== null}>
          Accept as changed
        </button>
        <button
          type="button"
          className="btn big"
          onClick={() => setView({ modifying: undefined, draft: undefined })}
        >
          Back
        </button>
      </div>
    </form>
  )
}

/** Strikes are tried out here and in the payoff alike, so they are kept where both find them. */
function useEdits({ id }: Decision): readonly [Edits, (edits: Edits) => void] {
  const draft = useDraft(id)
  const [own, setOwn] = useState<OwnEdits>({})
  const { quantity, limit, limitOf } = own
  const edits = useMemo((): Edits => {
    return {
      ...(quantity !== undefined && { quantity }),
      ...(draft && { strikes: [...draft] }),
      // Other strikes have another market: a limit that was entered for others does not hold for these
      ...(limit !== undefined && limitOf === draft && { limit }),
    }
  }, [quantity, draft, limit, limitOf])
  const edit = ({ strikes, ...rest }: Edits) => {
    if (strikes && strikes.join() !== edits.strikes?.join()) tryStrikes(id, strikes)
    setOwn({ ...rest, limitOf: draft })
  }
  return [edits, edit]
}

interface OwnEdits {
  readonly quantity?: number | undefined
  readonly limit?: number | undefined
  /** The strikes that the limit was entered for. */
  readonly limitOf?: readonly number[] | undefined
}

interface Preview {
  /** The trade as it would be; the last possible one while what was entered is not. */
  readonly shown: Proposal
  /** Why risk would refuse it. */
  readonly refusal: string | null
  /** Why it cannot be entered at all. */
  readonly problem: string | undefined
}

function usePreview(id: string, edits: Edits, proposal: Proposal): Preview {
  const [preview, setPreview] = useState<Preview>({ shown: proposal, refusal: null, problem: undefined })
  useEffect(() => {
    let isLate = false
    void call('suggestion/preview', { id, edits }).then(answer => {
      if (isLate) return
      setPreview(before =>
        answer.ok
          ? { shown: answer.value.proposal, refusal: answer.value.refusal, problem: undefined }
          : { ...before, problem: answer.message },
      )
    })
    return () => {
      isLate = true
    }
  }, [id, edits])
  return preview
}

interface FieldsProps {
  readonly proposal: Proposal
  readonly edits: Edits
  readonly onEdit: (edits: Edits) => void
}

function SizeAndStrikes({
  proposal,
  suggested,
  edits,
  onEdit,
}: FieldsProps & { readonly suggested: Proposal }) {
  const lots = useDesk(state => state.limits.lotsPerOrder)
  const { legs } = proposal.structure
  return (
    <>
      <BoundedSlider
        label="Size"
        value={proposal.quantity}
        low={1}
        high={lots}
        step={1}
        text={`${proposal.quantity} of ${lots}`}
        onChange={quantity => onEdit({ ...edits, quantity })}
      />
      {legs.map((leg, index) => (
        <BoundedSlider
          key={`${leg.right}${leg.ratio}`}
          label={`${leg.ratio < 0 ? 'Short' : 'Long'} ${leg.right}`}
          {...strikeBounds(suggested.structure.legs[index]?.strike ?? leg.strike)}
          value={leg.strike}
          text={String(leg.strike)}
          onChange={strike =>
            onEdit({ ...edits, strikes: legs.map(entry => entry.strike).with(index, strike) })
          }
        />
      ))}
    </>
  )
}

function LimitField({ proposal, edits, onEdit }: FieldsProps) {
  return (
    <BoundedSlider
      label="Limit"
      value={proposal.walk.start}
      low={Math.ceil(proposal.quote.natural * 100 - 1e-6) / 100}
      high={Math.floor(proposal.quote.best * 100 + 1e-6) / 100}
      step={0.01}
      text={number(Math.abs(proposal.walk.start))}
      onChange={limit => onEdit({ ...edits, limit: Math.round(limit * 100) / 100 })}
    />
  )
}

/** A strike may move by one percent of what was suggested, on the grid of the chain. */
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

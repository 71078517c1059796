import { useState, type FormEvent } from 'react'
import { call } from '../state/actions.ts'
import { useDesk } from '../state/deskStore.ts'
import { setView } from '../state/viewStore.ts'
import { Segmented } from '../ui/Segmented.tsx'
import { FormButtons } from './LimitsForm.tsx'

const WAYS = [
  { value: 'limits', label: 'By the limits' },
  { value: 'kelly', label: 'By Kelly, within the limits' },
] as const

/** What makes the number of lots, with what it knows and what it does not. */
export function SizingForm() {
  const sizing = useDesk(state => state.sizing)
  const [by, setBy] = useState(sizing.by)
  const [bankroll, setBankroll] = useState(String(sizing.bankroll))
  const [target, setTarget] = useState(String(Number((sizing.volatilityTarget * 100).toFixed(4))))
  const save = async (event: FormEvent) => {
    event.preventDefault()
    const wanted = { by, bankroll: Number(bankroll), volatilityTarget: Number(target) / 100 }
    const answer = await call('sizing/set', wanted)
    if (answer.ok) setView({ dialog: undefined })
  }
  return (
    <form className="form" onSubmit={event => void save(event)}>
      <Segmented label="Size of a trade" choices={WAYS} value={by} onChoose={setBy} />
      {by === 'limits' ? (
        <p className="t2">As many lots as the limits allow, whatever the odds. No odds are needed.</p>
      ) : (
        <>
          <p className="t2">
            The stake at which the bankroll would grow fastest by the odds of a good outcome: less the less
            they are sure, at most half of it, and less where implied volatility is above its target. One lot
            is the least, and the limits come last.
          </p>
          <p className="t3">
            It does not know whether the odds are right: until many outcomes are scored they are little more
            than what prices imply. It takes a trade as won or stopped, with nothing between, and knows of no
            gap through a stop and of nothing else that is held.
          </p>
          <label>
            <span>Bankroll, the money that is to grow</span>
            <span className="unit">$</span>
            <input inputMode="decimal" value={bankroll} onChange={event => setBankroll(event.target.value)} />
          </label>
          <label>
            <span>Implied volatility up to which nothing is taken off</span>
            <span className="unit">%</span>
            <input inputMode="decimal" value={target} onChange={event => setTarget(event.target.value)} />
          </label>
        </>
      )}
      <FormButtons />
    </form>
  )
}

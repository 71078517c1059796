import { useState, type FormEvent } from 'react'
import { call } from '../state/actions.ts'
import { useDesk } from '../state/deskStore.ts'
import { setView } from '../state/viewStore.ts'

const FIELDS = [
  { name: 'maximumLossPerTrade', label: 'Worst loss of one trade', unit: '$' },
  { name: 'dayLossLimit', label: 'Day loss that locks trading', unit: '$' },
  { name: 'lotsPerOrder', label: 'Lots of one order', unit: '' },
  { name: 'openContracts', label: 'Contracts held at once', unit: '' },
  { name: 'openStructures', label: 'Structures held at once', unit: '' },
  { name: 'exposure', label: 'Margin held at once', unit: '$' },
  { name: 'tradesPerSession', label: 'Trades of a session', unit: '' },
  { name: 'maximumQuoteAge', label: 'Oldest quote of an order', unit: 'ms' },
] as const

/** The limits of the gate, each with its figure. */
export function LimitsForm() {
  const limits = useDesk(state => state.limits)
  const [values, setValues] = useState<Record<string, string>>(() =>
    Object.fromEntries(FIELDS.map(field => [field.name, String(limits[field.name])])),
  )
  const save = async (event: FormEvent) => {
    event.preventDefault()
    const number = (name: (typeof FIELDS)[number]['name']) => Number(values[name])
    const answer = await call('limits/set', {
      maximumLossPerTrade: number('maximumLossPerTrade'),
      dayLossLimit: number('dayLossLimit'),
      lotsPerOrder: number('lotsPerOrder'),
      openContracts: number('openContracts'),
      openStructures: number('openStructures'),
      exposure: number('exposure'),
      tradesPerSession: number('tradesPerSession'),
      maximumQuoteAge: number('maximumQuoteAge'),
    })
    if (answer.ok) setView({ dialog: undefined })
  }
  return (
    <form className="form" onSubmit={event => void save(event)}>
      {FIELDS.map(field => (
        <label key={field.name}>
          <span>{field.label}</span>
          <span className="unit">{field.unit}</span>
          <input
            inputMode="decimal"
            value={values[field.name]}
            onChange={event => setValues({ ...values, [field.name]: event.target.value })}
          />
        </label>
      ))}
      <FormButtons />
    </form>
  )
}

/** Save and leave, at the foot of every form. */
export function FormButtons() {
  return (
    <div className="form-buttons">
      <button type="button" className="btn" onClick={() => setView({ dialog: undefined })}>
        Cancel
      </button>
      <button type="submit" className="btn solid">
        Save
      </button>
    </div>
  )
}

import { useState, type FormEvent } from 'react'
import { call } from '../state/actions.ts'
import { useDesk } from '../state/deskStore.ts'
import { setView } from '../state/viewStore.ts'
import { FormButtons } from './LimitsForm.tsx'

const MOST = 9

/** The reasons that stand under every suggestion, in their order. */
export function ReasonsForm() {
  const reasons = useDesk(state => state.reasons)
  const [values, setValues] = useState(() => Array.from({ length: MOST }, (_, index) => reasons[index] ?? ''))
  const save = async (event: FormEvent) => {
    event.preventDefault()
    const answer = await call('reasons/set', {
      reasons: values.map(value => value.trim()).filter(value => value !== ''),
    })
    if (answer.ok) setView({ dialog: undefined })
  }
  return (
    <form className="form" onSubmit={event => void save(event)}>
      {values.map((value, index) => (
        // Reasons have no name but their place
        // eslint-disable-next-line react/no-array-index-key
        <label key={index}>
          <span>
            <kbd>{index + 1}</kbd>
          </span>
          <span className="unit" />
          <input
            maxLength={40}
            value={value}
            aria-label={`Reason ${index + 1}`}
            onChange={event => setValues(values.with(index, event.target.value))}
          />
        </label>
      ))}
      <FormButtons />
    </form>
  )
}

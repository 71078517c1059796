import { useState, type FormEvent } from 'react'
import { call } from '../state/actions.ts'
import { useDesk, type DeskState } from '../state/deskStore.ts'
import { setView } from '../state/viewStore.ts'
import { FormButtons } from './LimitsForm.tsx'

type AlertKind = DeskState['alertRules'][number]['kind']

const WORDS: Record<AlertKind, readonly [label: string, unit: string]> = {
  dayLoss: ['Day loss at 50, 70 and 85 % of its limit', ''],
  loss: ['Open loss of a position from', '$'],
  exposure: ['Exposure over this share of its limit', ''],
  shortStrike: ['Short strike nearer than expected moves', ''],
  shortDelta: ['Short leg over delta', ''],
  guard: ['Short legs held into the guard', ''],
  lateData: ['Feed silent for longer than', 'ms'],
  latency: ['A decision slower than', 'ms'],
  lockout: ['Lockout', ''],
  flatten: ['Flatten all', ''],
  feed: ['Feed gone', ''],
  broker: ['Broker gone', ''],
  memory: ['Database gone', ''],
  policy: ['AI gone', ''],
  halt: ['Trading halted', ''],
}

/** Which alerts are told, and from which figure on. */
export function AlertRulesForm() {
  const rules = useDesk(state => state.alertRules)
  const [edited, setEdited] = useState(rules)
  const change = (index: number, next: Partial<(typeof rules)[number]>) => {
    const rule = edited[index]
    if (rule) setEdited(edited.with(index, { ...rule, ...next }))
  }
  const save = async (event: FormEvent) => {
    event.preventDefault()
    const answer = await call('alerts/setRules', { rules: edited.map(rule => ({ ...rule })) })
    if (answer.ok) setView({ dialog: undefined })
  }
  return (
    <form className="form" onSubmit={event => void save(event)}>
      {edited.map((rule, index) => (
        <div key={rule.kind} className="form-row">
          <label className="check">
            <input
              type="checkbox"
              checked={rule.isOn}
              onChange={event => change(index, { isOn: event.target.checked })}
            />
            <span>{WORDS[rule.kind][0]}</span>
          </label>
          <span className="unit">{WORDS[rule.kind][1]}</span>
          {rule.threshold !== undefined && (
            <input
              inputMode="decimal"
              defaultValue={rule.threshold}
              aria-label={WORDS[rule.kind][0]}
              // What is no number stays one that is refused, with the field and the rule
              onChange={event => change(index, { threshold: numberOf(event.target.value) })}
            />
          )}
        </div>
      ))}
      <FormButtons />
    </form>
  )
}

function numberOf(text: string): number {
  return text.trim() === '' ? Number.NaN : Number(text)
}

import { useState, type FormEvent } from 'react'
import { call } from '../../state/actions.ts'
import { useRepeated } from '../../state/repeatedly.ts'
import { Card } from '../../ui/Card.tsx'
import { Segmented } from '../../ui/Segmented.tsx'
import { chooseBacktest, useBacktestChoices } from '../../state/backtestChoices.ts'
import { dataRequest, strategiesOver, strategyWords, usualStrategy } from './backtestWords.ts'

const KINDS = [
  { value: 'simulated', label: 'Simulated' },
  { value: 'mids', label: 'File of mids' },
] as const

/** Milliseconds until the strategies are asked for again: a new model is one. */
const EVERY = 10_000

/** Which strategy runs over what. */
export function BacktestForm({ isRunning }: { readonly isRunning: boolean }) {
  const choices = useBacktestChoices()
  const { value: strategies, refusal } = useRepeated('backtest/strategies', {
    request: {},
    key: '',
    pause: EVERY,
  })
  const [isStarting, setStarting] = useState(false)
  const offered = strategiesOver(choices.kind, strategies ?? [])
  // What was chosen for other data may not be known over these
  const strategy = offered.find(name => name === choices.strategy) ?? usualStrategy(offered)
  const asked = dataRequest(choices)
  const run = async (event: FormEvent) => {
    event.preventDefault()
    if (strategy === undefined || 'wrong' in asked) return
    setStarting(true)
    const answer = await call('backtest/run', { strategy, data: asked.data })
    setStarting(false)
    if (answer.ok) chooseBacktest({ shown: answer.value.id })
  }
  return (
    <Card title="Backtest" note="walks forward; costs by minute and moneyness">
      <form className="backtest-form" onSubmit={event => void run(event)}>
        <label>
          <span className="t2">Strategy</span>
          <select value={strategy ?? ''} onChange={event => chooseBacktest({ strategy: event.target.value })}>
            {offered.map(name => (
              <option key={name} value={name}>
                {strategyWords(name)}
              </option>
            ))}
          </select>
        </label>
        <div className="backtest-kind">
          <span className="t2">Over</span>
          <Segmented
            label="Data"
            choices={KINDS}
            value={choices.kind}
            onChoose={kind => chooseBacktest({ kind })}
          />
        </div>
        {choices.kind === 'simulated' ? <SimulatedFields /> : <FileFields />}
        <button
          type="submit"
          className="btn"
          disabled={strategy === undefined || 'wrong' in asked || isRunning || isStarting}
        >
          {isRunning || isStarting ? 'Running' : 'Run'}
        </button>
        {'wrong' in asked && <p className="t3">{asked.wrong}</p>}
        {refusal !== undefined && <p className="t3">No strategies: {refusal}.</p>}
      </form>
    </Card>
  )
}

const LABELS = {
  seed: 'First seed',
  sessions: 'Sessions',
  file: 'File',
  closes: 'Closes',
  entry: 'Entry, ET',
} as const

function SimulatedFields() {
  return (
    <>
      <Field name="seed" />
      <Field name="sessions" />
    </>
  )
}

function FileFields() {
  return (
    <>
      <Field name="file" hint="a file in the layout of options_0dte" />
      <Field name="closes" hint="none: days end at their last prices" />
      <Field name="entry" />
    </>
  )
}

function Field({ name, hint }: { readonly name: keyof typeof LABELS; readonly hint?: string }) {
  const value = useBacktestChoices(choices => choices[name])
  return (
    <label className={hint === undefined ? '' : 'file'}>
      <span className="t2">{LABELS[name]}</span>
      <input
        value={value}
        placeholder={hint}
        onChange={event => chooseBacktest({ [name]: event.target.value })}
      />
    </label>
  )
}

import { useState, type FormEvent } from 'react'
import { call } from '../../state/actions.ts'
import { useRepeated } from '../../state/repeatedly.ts'
import { Card } from '../../ui/Card.tsx'
import { Segmented } from '../../ui/Segmented.tsx'
import { chooseBacktest, useBacktestChoices } from './backtestChoices.ts'
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
        {choices.kind === 'simulated' ? <SimulatedFields /> : <FileField />}
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

function SimulatedFields() {
  const { seed, sessions } = useBacktestChoices()
  return (
    <>
      <label>
        <span className="t2">First seed</span>
        <input
          inputMode="numeric"
          value={seed}
          onChange={event => chooseBacktest({ seed: event.target.value })}
        />
      </label>
      <label>
        <span className="t2">Sessions</span>
        <input
          inputMode="numeric"
          value={sessions}
          onChange={event => chooseBacktest({ sessions: event.target.value })}
        />
      </label>
    </>
  )
}

function FileField() {
  const file = useBacktestChoices(choices => choices.file)
  return (
    <label className="file">
      <span className="t2">File</span>
      <input
        value={file}
        placeholder="a file in the layout of options_0dte"
        onChange={event => chooseBacktest({ file: event.target.value })}
      />
    </label>
  )
}

import { useEffect, useState, type KeyboardEvent } from 'react'
import './scenario.css'
import { useLaterMarket } from '../../charts/laterMarket.ts'
import { useSize } from '../../charts/useSize.ts'
import { useSessionTime, usePulse } from '../../state/frames.ts'
import { setView, useView } from '../../state/viewStore.ts'
import { Age } from '../../ui/Age.tsx'
import { Segmented } from '../../ui/Segmented.tsx'
import { ScenarioFoot } from './ScenarioFoot.tsx'
import { ScenarioView } from './ScenarioView.tsx'
import { scenarioStore, useShownScenario } from './scenarioStore.ts'
import { useScenarios } from './useScenarios.ts'

const SUBJECTS = [
  { value: 'book', label: 'Book' },
  { value: 'suggestion', label: 'Trade' },
] as const

/** Whose scenarios they are. */
export function ScenarioMeta() {
  const frame = useShownScenario()
  return frame ? <b>{frame.label}</b> : null
}

/** What the scenarios are of, and how old they are. */
export function ScenarioControls() {
  const frame = useShownScenario()
  const subject = useView(view => view.scenarioOf)
  const now = usePulse(pulse => pulse.time)
  const lateAfter = useSessionTime(4000)
  const age = frame && now !== undefined ? Math.max(0, now - frame.time) : undefined
  return (
    <>
      {frame && <Age milliseconds={age} lateAfter={lateAfter} />}
      <Segmented
        label="Scenarios of"
        choices={SUBJECTS}
        value={subject}
        onChoose={scenarioOf => setView({ scenarioOf })}
      />
    </>
  )
}

/**
 * What is held or suggested in other markets: prices of the underlying across, volatilities or times down, profit or a
 * Greek as colour around zero. The same figures stand in a table for whoever reads rather than looks.
 */
export function ScenarioPane() {
  const [host, { width, height }] = useSize<HTMLDivElement>()
  const [isTable, setTable] = useState(false)
  const later = useLaterMarket()
  const answer = useScenarios(later, width > 60)
  const frame = answer?.kind === 'grid' ? answer : undefined
  useEffect(() => scenarioStore.setState({ frame }), [frame])
  const onKeyDown = (event: KeyboardEvent) => {
    const isPlain = !event.ctrlKey && !event.metaKey && !event.altKey
    if (isPlain && event.key.toLowerCase() === 't') setTable(!isTable)
  }
  return (
    // What is pressed bubbles up from the map and the switches: T is the key of every chart
    // oxlint-disable-next-line jsx-a11y/no-static-element-interactions
    <div className="scenario-body" onKeyDown={onKeyDown}>
      <div ref={host} className="plot">
        {frame && later && width > 60 && height > 60 ? (
          <ScenarioView frame={frame} later={later} width={width} height={height} isTable={isTable} />
        ) : (
          <p className="empty">{emptyWords(answer)}</p>
        )}
      </div>
      {frame && later && <ScenarioFoot frame={frame} later={later} isTable={isTable} onTable={setTable} />}
    </div>
  )
}

function emptyWords(answer: ReturnType<typeof useScenarios>): string {
  const what = 'Its profit in other markets stands here: price by volatility by time.'
  return answer?.kind === 'nothing' ? `${answer.reason} ${what}` : 'Asking for the first grid.'
}

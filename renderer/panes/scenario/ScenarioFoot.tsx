import type { ScenarioFrame } from '../../../main/contract/frames.ts'
import { LaterSliders } from '../../charts/LaterSliders.tsx'
import type { LaterMarket } from '../../charts/laterMarket.ts'
import { setView, useView, type ScenarioOutput } from '../../state/viewStore.ts'
import { Segmented } from '../../ui/Segmented.tsx'
import { duration } from '../../ui/format.ts'
import { OUTPUTS } from './scenarioWords.ts'

const SHOWN: readonly { readonly value: ScenarioOutput; readonly label: string }[] = (
  ['profit', 'delta', 'gamma', 'theta', 'vega'] as const
).map(value => ({ value, label: OUTPUTS[value].label }))

const ACROSS = [
  { value: 'volatility', label: 'By IV' },
  { value: 'time', label: 'By time' },
] as const

/** What the colour shows, what runs down the rows, the slider of whichever is held still, and who computed it all. */
export function ScenarioFoot({
  frame,
  later,
  isTable,
  onTable,
}: {
  readonly frame: ScenarioFrame
  readonly later: LaterMarket
  readonly isTable: boolean
  readonly onTable: (isTable: boolean) => void
}) {
  const shows = useView(view => view.scenarioShows)
  const across = useView(view => view.scenarioAcross)
  const isOver = later.times.length === 1
  return (
    <div className="scenario-foot">
      <div className="scenario-switches">
        <Segmented
          label="Colour shows"
          choices={SHOWN}
          value={shows}
          onChoose={scenarioShows => setView({ scenarioShows })}
        />
        <Segmented
          label="Rows"
          choices={ACROSS}
          value={across}
          onChoose={scenarioAcross => setView({ scenarioAcross })}
        />
        <button type="button" className="chip low" aria-pressed={isTable} onClick={() => onTable(!isTable)}>
          Table
        </button>
      </div>
      <div className="scenario-moment">
        {!(isOver && across === 'volatility') && (
          <LaterSliders later={later} shows={across === 'volatility' ? 'time' : 'volatility'} />
        )}
        <span className="micro ell" title="Who computed it, and in what time">
          {servedWords(frame)}
        </span>
      </div>
    </div>
  )
}

function servedWords({ backend, microseconds, precision }: ScenarioFrame): string {
  return `${backend}, ${duration(microseconds)}${precision === 'f32' ? ', single precision' : ''}`
}

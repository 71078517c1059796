import { useId, useMemo, useState, type KeyboardEvent, type PointerEvent } from 'react'
import type { ScenarioFrame } from '../../../main/contract/frames.ts'
import type { ScenarioOutput } from '../../state/viewStore.ts'
import { HeatCanvas } from './HeatCanvas.tsx'
import { HeatLegend } from './HeatLegend.tsx'
import { HeatMarks } from './HeatMarks.tsx'
import type { HeatMatrix } from './heatMatrix.ts'
import { heatPlace } from './heatPlace.ts'
import { OUTPUTS, cellWords } from './scenarioWords.ts'
import { cellByKey, useCrosshair } from './useCrosshair.ts'

interface HeatMapProps {
  readonly frame: ScenarioFrame
  readonly matrix: HeatMatrix
  readonly shows: ScenarioOutput
  /** The smallest and the largest figure of the whole grid. */
  readonly range: readonly [number, number]
  readonly atTheMoney: number | undefined
  readonly width: number
  readonly height: number
}

/** The row of figures above the map. */
const READOUT = 22

/**
 * Figures as colours around zero, with the line on which they are zero. The crosshair is moved by pointer or by arrow
 * keys; what it stands on is read in words above the map.
 */
export function HeatMap({ frame, matrix, shows, range, atTheMoney, width, height }: HeatMapProps) {
  const place = useMemo(() => heatPlace(matrix, width, height - READOUT), [matrix, width, height])
  const { cell, isShown, point, leave } = useCrosshair(matrix, frame.spot)
  // Figures change all the time; only what the trader moved to is said aloud
  const [spoken, setSpoken] = useState('')
  const readout = useId()
  const onPointerMove = ({ nativeEvent }: PointerEvent) =>
    point(place.cellAt(nativeEvent.offsetX, nativeEvent.offsetY))
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Escape') return leave()
    const next = cellByKey(event.key, cell, matrix)
    if (!next) return
    event.preventDefault()
    point(next)
    setSpoken(cellWords(matrix, shows, next, frame, atTheMoney))
  }
  return (
    <>
      <div className="heat-readout">
        <span id={readout} className="ell">
          {cellWords(matrix, shows, cell, frame, atTheMoney)}
        </span>
        <span className="sr" role="status">
          {spoken}
        </span>
        <HeatLegend range={range} write={OUTPUTS[shows].size} />
      </div>
      {/* Arrow keys move the crosshair over prices and rows */}
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions */}
      <div
        className="heat-map"
        style={{ height: height - READOUT }}
        role="group"
        aria-roledescription="heat map"
        aria-label={`${OUTPUTS[shows].name} by price of the underlying and ${matrix.across}`}
        aria-describedby={readout}
        // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
        tabIndex={0}
        onKeyDown={onKeyDown}
        onPointerMove={onPointerMove}
        onPointerLeave={leave}
        onBlur={leave}
      >
        <HeatCanvas matrix={matrix} largest={Math.max(-range[0], range[1])} place={place} />
        <HeatMarks frame={frame} matrix={matrix} place={place} cell={isShown ? cell : undefined} />
      </div>
    </>
  )
}

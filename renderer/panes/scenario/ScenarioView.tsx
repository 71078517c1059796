import { useMemo } from 'react'
import type { ScenarioFrame } from '../../../main/contract/frames.ts'
import type { LaterMarket } from '../../charts/laterMarket.ts'
import { usePulse } from '../../state/frames.ts'
import { useView } from '../../state/viewStore.ts'
import { HeatMap } from './HeatMap.tsx'
import { ScenarioTable } from './ScenarioTable.tsx'
import { gridRange, heatMatrix } from './heatMatrix.ts'

interface ViewProps {
  readonly frame: ScenarioFrame
  readonly later: LaterMarket
  readonly width: number
  readonly height: number
  readonly isTable: boolean
}

/** The chosen cut through a grid, as a map or as a table. */
export function ScenarioView({ frame, later, width, height, isTable }: ViewProps) {
  const shows = useView(view => view.scenarioShows)
  const across = useView(view => view.scenarioAcross)
  const atTheMoney = usePulse(pulse => pulse.impliedVolatility)
  const { minutes, factor } = later
  const matrix = useMemo(
    () => heatMatrix(frame, shows, across, { minutes, factor }),
    [frame, shows, across, minutes, factor],
  )
  // Colours mean the same at every time and volatility, so that moving the slider shows what moves
  const range = useMemo(() => gridRange(frame, shows), [frame, shows])
  const given = { frame, matrix, shows, atTheMoney, width }
  return isTable ? <ScenarioTable {...given} /> : <HeatMap {...given} range={range} height={height} />
}

import { useState } from 'react'
import { setView, useView } from '../../state/viewStore.ts'
import { nearest, type HeatMatrix } from './heatMatrix.ts'

/** A cell of a heat map. */
export interface Cell {
  readonly column: number
  readonly row: number
}

/** Where the crosshair of a heat map stands, and how it is moved. */
interface Crosshair {
  /** The cell that is read: the market as it is where nothing is pointed at. */
  readonly cell: Cell
  readonly isShown: boolean
  readonly point: (to: Cell) => void
  readonly leave: () => void
}

/** The crosshair of a matrix. Its price is that of all charts: pointing in one of them points here too. */
export function useCrosshair(matrix: HeatMatrix, spot: number): Crosshair {
  const pointed = useView(view => view.pointedPrice)
  const [row, setRow] = useState<number | undefined>(undefined)
  return {
    cell: {
      column: nearest(matrix.spots, pointed ?? spot),
      row: Math.min(row ?? unchangedRow(matrix), matrix.rows.length - 1),
    },
    isShown: row !== undefined || pointed !== undefined,
    point: to => {
      setRow(to.row)
      setView({ pointedPrice: matrix.spots[to.column] })
    },
    leave: () => {
      setRow(undefined)
      setView({ pointedPrice: undefined })
    },
  }
}

/** The row of the market as it is: volatility unchanged, or now. */
function unchangedRow({ across, rows }: HeatMatrix): number {
  return nearest(rows, across === 'time' ? 0 : 1)
}

/** The cell that an arrow key leads to; undefined for any other key. */
export function cellByKey(
  key: string,
  { column, row }: Cell,
  { spots, rows }: Pick<HeatMatrix, 'spots' | 'rows'>,
): Cell | undefined {
  switch (key) {
    case 'ArrowLeft':
      return { column: Math.max(0, column - 1), row }
    case 'ArrowRight':
      return { column: Math.min(spots.length - 1, column + 1), row }
    case 'ArrowUp':
      return { column, row: Math.max(0, row - 1) }
    case 'ArrowDown':
      return { column, row: Math.min(rows.length - 1, row + 1) }
    case 'Home':
      return { column: 0, row }
    case 'End':
      return { column: spots.length - 1, row }
    default:
      return undefined
  }
}

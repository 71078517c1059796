import type { HeatMatrix } from './heatMatrix.ts'

/** A stretch between two points, each as a column and a row, in parts of a cell. */
export type Segment = readonly [readonly [number, number], readonly [number, number]]

/**
 * Where the figures of a matrix cross zero, as stretches within the squares between four neighbours (marching squares
 * with straight interpolation). A square with two opposite corners above zero is parted along its middle.
 */
export function zeroLine({ values, spots, rows }: Pick<HeatMatrix, 'values' | 'spots' | 'rows'>): Segment[] {
  const found: Segment[] = []
  for (let row = 0; row + 1 < rows.length; row += 1) {
    for (let column = 0; column + 1 < spots.length; column += 1) {
      const at = (down: number, right: number) => values[(row + down) * spots.length + column + right]
      const [topLeft = 0, topRight = 0, bottomLeft = 0, bottomRight = 0] = [
        at(0, 0),
        at(0, 1),
        at(1, 0),
        at(1, 1),
      ]
      const crossings = [
        crossing(topLeft, topRight, share => [column + share, row]),
        crossing(topRight, bottomRight, share => [column + 1, row + share]),
        crossing(bottomLeft, bottomRight, share => [column + share, row + 1]),
        crossing(topLeft, bottomLeft, share => [column, row + share]),
      ].filter(point => point !== undefined)
      for (let pair = 0; pair + 1 < crossings.length; pair += 2) {
        const [from, to] = [crossings[pair], crossings[pair + 1]]
        if (from && to) found.push([from, to])
      }
    }
  }
  return found
}

function crossing(
  one: number,
  other: number,
  point: (share: number) => readonly [number, number],
): readonly [number, number] | undefined {
  // What is not known is on no side of zero
  const isCrossed = (one < 0 && other >= 0) || (one >= 0 && other < 0)
  return isCrossed ? point(one / (one - other)) : undefined
}

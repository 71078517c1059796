import { useEffect, useRef } from 'react'
import type { ThemeColours } from '../../charts/themeColours.ts'
import { useThemeColours } from '../../charts/useThemeColours.ts'
import { divergingColour, parseColour } from './divergingScale.ts'
import type { HeatMatrix } from './heatMatrix.ts'
import type { HeatPlace } from './heatPlace.ts'

interface HeatProps {
  readonly matrix: HeatMatrix
  /** The figure that has the full colour. */
  readonly largest: number
  readonly place: HeatPlace
}

/** The figures of a matrix as colours, blended between the middles of their cells. */
export function HeatCanvas({ matrix, largest, place }: HeatProps) {
  const canvas = useRef<HTMLCanvasElement>(null)
  const theme = useThemeColours()
  useEffect(() => {
    const context = canvas.current?.getContext('2d')
    if (context) paint(context, { matrix, largest, place }, theme)
  }, [matrix, largest, place, theme])
  const { width, height } = place
  const density = window.devicePixelRatio
  return (
    <canvas
      ref={canvas}
      aria-hidden="true"
      width={Math.round(width * density)}
      height={Math.round(height * density)}
      style={{ width, height }}
    />
  )
}

/** One pixel a cell, drawn large: the canvas blends between them, and what reaches over the edge is cut off. */
function paint(
  context: CanvasRenderingContext2D,
  { matrix, largest, place }: HeatProps,
  theme: ThemeColours,
): void {
  const { left, right, top, bottom, width, height } = place
  const columns = matrix.spots.length
  const cellWidth = place.x(1) - place.x(0)
  const density = window.devicePixelRatio
  context.setTransform(density, 0, 0, density, 0, 0)
  context.clearRect(0, 0, width, height)
  context.imageSmoothingQuality = 'high'
  context.save()
  context.beginPath()
  context.rect(left, top, right - left, bottom - top)
  context.clip()
  context.drawImage(
    cellPicture(matrix, largest, theme),
    left - cellWidth / 2,
    top,
    cellWidth * columns,
    bottom - top,
  )
  context.restore()
}

function cellPicture(
  { values, spots, rows }: HeatMatrix,
  largest: number,
  theme: ThemeColours,
): OffscreenCanvas {
  const colours = {
    loss: parseColour(theme.loss),
    nothing: parseColour(theme.panel),
    gain: parseColour(theme.gain),
  }
  const picture = new OffscreenCanvas(spots.length, rows.length)
  const cells = new ImageData(spots.length, rows.length)
  values.forEach((value, cell) => {
    cells.data.set([...divergingColour(value, largest, colours), 255], cell * 4)
  })
  picture.getContext('2d')?.putImageData(cells, 0, 0)
  return picture
}

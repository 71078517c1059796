import { useEffect, useRef } from 'react'
import { useThemeColours } from '../../charts/useThemeColours.ts'
import { divergingColour, parseColour } from './divergingScale.ts'
import type { HeatMatrix } from './heatMatrix.ts'
import type { HeatPlace } from './heatPlace.ts'

/** The figures of a matrix as colours, blended between the middles of their cells. */
export function HeatCanvas({
  matrix,
  largest,
  place,
}: {
  readonly matrix: HeatMatrix
  readonly largest: number
  readonly place: HeatPlace
}) {
  const canvas = useRef<HTMLCanvasElement>(null)
  const theme = useThemeColours()
  const { width, height } = place
  useEffect(() => {
    const context = canvas.current?.getContext('2d')
    if (!context) return
    const colours = {
      loss: parseColour(theme.loss),
      nothing: parseColour(theme.panel),
      gain: parseColour(theme.gain),
    }
    const [columns, rows] = [matrix.spots.length, matrix.rows.length]
    const cells = new ImageData(columns, rows)
    matrix.values.forEach((value, cell) => {
      cells.data.set([...divergingColour(value, largest, colours), 255], cell * 4)
    })
    const small = new OffscreenCanvas(columns, rows)
    small.getContext('2d')?.putImageData(cells, 0, 0)
    const density = window.devicePixelRatio
    context.setTransform(density, 0, 0, density, 0, 0)
    context.clearRect(0, 0, width, height)
    context.imageSmoothingQuality = 'high'
    context.beginPath()
    context.rect(place.left, place.top, place.right - place.left, place.bottom - place.top)
    context.save()
    context.clip()
    const cellWidth = place.x(1) - place.x(0)
    context.drawImage(
      small,
      place.x(0) - cellWidth / 2,
      place.top,
      cellWidth * columns,
      place.bottom - place.top,
    )
    context.restore()
  }, [matrix, largest, place, theme, width, height])
  const density = typeof window === 'undefined' ? 1 : window.devicePixelRatio
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

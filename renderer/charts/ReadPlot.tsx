import { useId, useState, type KeyboardEvent, type PointerEvent, type ReactNode } from 'react'
import './charts.css'
import './read.css'
import { useSize } from './useSize.ts'

/** What a plot is drawn into. */
export interface PlotRoom {
  readonly width: number
  readonly height: number
  /** The point that is read; undefined where none is. */
  readonly place: number | undefined
}

interface ReadPlotProps {
  readonly label: string
  /** Points along the plot. */
  readonly count: number
  /** The point nearest to a place across the plot, in pixels. */
  readonly placeAt: (x: number, width: number) => number
  /** What stands at a point. */
  readonly words: (place: number) => string
  /** What is told while no point is read. */
  readonly rest: string
  readonly className: string
  readonly children: (room: PlotRoom) => ReactNode
}

/** A plot whose points are read one by one, by pointer or by arrow keys, in words above it. */
export function ReadPlot({ label, count, placeAt, words, rest, className, children }: ReadPlotProps) {
  const [host, { width, height }] = useSize<HTMLDivElement>()
  const [read, setRead] = useState<number | undefined>(undefined)
  // Only what was moved to by key is said aloud
  const [spoken, setSpoken] = useState('')
  const readout = useId()
  const last = count - 1
  const place = read === undefined ? undefined : Math.max(0, Math.min(last, read))
  const onPointerMove = ({ nativeEvent }: PointerEvent) => setRead(placeAt(nativeEvent.offsetX, width))
  const onKeyDown = (event: KeyboardEvent) => {
    const next = nextPlace(event.key, place ?? last, last)
    if (next === undefined) return
    event.preventDefault()
    setRead(next)
    setSpoken(words(next))
  }
  const leave = () => setRead(undefined)
  return (
    <>
      <div className="readout" id={readout}>
        {place === undefined ? rest : words(place)}
        <span className="sr" role="status">
          {spoken}
        </span>
      </div>
      {/* Arrow keys move along the points */}
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions */}
      <div
        ref={host}
        className={`plot read-plot ${className}`}
        role="group"
        aria-roledescription="plot"
        aria-label={label}
        aria-describedby={readout}
        // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
        tabIndex={0}
        onPointerMove={onPointerMove}
        onPointerLeave={leave}
        onBlur={leave}
        onKeyDown={onKeyDown}
      >
        {width > 120 && height > 50 && children({ width, height, place })}
      </div>
    </>
  )
}

/** Where a key leads along so many points; undefined where it leads nowhere. */
export function nextPlace(key: string, from: number, last: number): number | undefined {
  const steps: Readonly<Record<string, number>> = {
    ArrowLeft: -1,
    ArrowRight: 1,
    PageUp: -10,
    PageDown: 10,
    Home: -Infinity,
    End: Infinity,
  }
  const step = steps[key]
  return step === undefined ? undefined : Math.max(0, Math.min(last, from + step))
}

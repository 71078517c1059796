import { scaleLog } from 'd3-scale'
import { line } from 'd3-shape'
import type { BackendReport, JobReport } from '../../../main/contract/machine.ts'
import '../../charts/charts.css'
import { spread } from '../../charts/lineNames.ts'
import { useSize } from '../../charts/useSize.ts'
import { count, duration } from '../../ui/format.ts'
import { JOB_WORDS, labelOf } from './machineWords.ts'

const MARGIN = { top: 10, right: 124, bottom: 22, left: 52 } as const

interface ChartProps {
  readonly job: JobReport
  readonly backends: readonly BackendReport[]
}

/** Time by size for every backend that can do a job, both on logarithmic axes; dots are where it serves. */
export function SpeedChart({ job, backends }: ChartProps) {
  const [host, { width, height }] = useSize<HTMLDivElement>()
  return (
    <div ref={host} className="plot speed-plot">
      {width > 160 && height > 60 && (
        <SpeedPlot job={job} backends={backends} width={width} height={height} />
      )}
    </div>
  )
}

function SpeedPlot({
  job,
  backends,
  width,
  height,
}: ChartProps & { readonly width: number; readonly height: number }) {
  const known = job.microseconds.flatMap(({ times }) => times.filter(time => time > 0))
  if (known.length === 0) return <p className="empty">Not measured yet.</p>
  const x = scaleLog(
    [job.sizes[0] ?? 1, Math.max(2, job.sizes.at(-1) ?? 10)],
    [MARGIN.left, width - MARGIN.right],
  )
  const y = scaleLog(
    [Math.min(...known) / 1.5, Math.max(...known) * 1.5],
    [height - MARGIN.bottom, MARGIN.top],
  )
  const path = line<number>()
    .defined(time => time > 0)
    .x((_, index) => x(job.sizes[index] ?? 1))
    .y(time => y(time))
  const names = lineNames(job, x, y, height - MARGIN.bottom)
  return (
    <svg
      width={width}
      height={height}
      role="img"
      aria-label={`${JOB_WORDS[job.job]}: time by size; the figures stand in the table below`}
    >
      <LogAxes x={x} y={y} width={width} height={height} />
      {job.crossovers.map(({ size }) => (
        <path key={size} d={`M${x(size)} ${MARGIN.top}V${height - MARGIN.bottom}`} className="crossover" />
      ))}
      {job.microseconds.map(({ backend, times }, index) => (
        <g key={backend}>
          <path d={path([...times]) ?? ''} className={`curve speed ${backend}`} />
          {times.map((time, place) =>
            job.serves[place] === backend && time > 0 ? (
              <circle
                key={job.sizes[place]}
                cx={x(job.sizes[place] ?? 1)}
                cy={y(time)}
                r="2.75"
                className="dot-mark"
              />
            ) : null,
          )}
          <text x={(names[index]?.x ?? 0) + 8} y={(names[index]?.y ?? 0) + 4} className="ink2">
            {labelOf(backends, backend)}
          </text>
        </g>
      ))}
    </svg>
  )
}

type LogScale = ReturnType<typeof scaleLog<number, number>>

/** Whole powers of ten along both axes. */
function LogAxes({
  x,
  y,
  width,
  height,
}: {
  readonly x: LogScale
  readonly y: LogScale
  readonly width: number
  readonly height: number
}) {
  return (
    <g>
      {powersWithin(x.domain()).map(size => (
        <g key={size}>
          <path d={`M${x(size)} ${MARGIN.top}V${height - MARGIN.bottom}`} className="grid-line" />
          <text x={x(size)} y={height - 6} textAnchor="middle">
            {count(size)}
          </text>
        </g>
      ))}
      {powersWithin(y.domain()).map(time => (
        <g key={time}>
          <path d={`M${MARGIN.left} ${y(time)}H${width - MARGIN.right}`} className="grid-line" />
          <text x={MARGIN.left - 6} y={y(time) + 4} textAnchor="end">
            {duration(time).replace(/\.0+ /, ' ')}
          </text>
        </g>
      ))}
    </g>
  )
}

/** Where the lines of a job are named: at their ends; those that end at the largest size keep out of each other's way. */
function lineNames(job: JobReport, x: LogScale, y: LogScale, bottom: number): readonly Place[] {
  const last = job.sizes.length - 1
  const ends = job.microseconds.map(({ times }) => times.findLastIndex(time => time > 0))
  const places = job.microseconds.map(({ times }, index): Place => {
    const end = ends[index] ?? 0
    return { x: x(job.sizes[end] ?? 1), y: y(times[end] ?? 1) }
  })
  const atEdge = places.filter((_, index) => ends[index] === last)
  const apart = spread(
    atEdge.map(place => place.y),
    bottom,
  )
  return places.map(place => ({ ...place, y: apart[atEdge.indexOf(place)] ?? place.y }))
}

interface Place {
  readonly x: number
  readonly y: number
}

/** The powers of ten within bounds. */
export function powersWithin([low = 1, high = 1]: readonly number[]): number[] {
  const found: number[] = []
  for (let power = Math.ceil(Math.log10(low) - 1e-9); 10 ** power <= high * (1 + 1e-9); power += 1)
    found.push(10 ** power)
  return found
}

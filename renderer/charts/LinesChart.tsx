import { scaleLinear } from 'd3-scale'
import { line } from 'd3-shape'
import { MARGIN as ROOM, ValueAxis, type PriceScale } from './PriceAxis.tsx'
import { ReadPlot, type PlotRoom } from './ReadPlot.tsx'
import { SpokenTable, thinned } from './SpokenTable.tsx'
import { spread } from './lineNames.ts'
import { commonSteps, extent, valueAt, type NamedLine } from './namedLines.ts'

interface LinesChartProps {
  readonly label: string
  /** What the steps are. */
  readonly across: string
  readonly lines: readonly NamedLine[]
  readonly writeStep: (step: number) => string
  readonly write: (value: number) => string
  readonly className: string
}

/** Room around the lines, on the right for the longest of their names. */
function marginFor(lines: readonly NamedLine[], width: number) {
  const longest = Math.max(0, ...lines.map(({ name }) => name.length))
  return { ...ROOM, right: Math.min(width / 3, 36 + longest * LETTER) }
}

/** The usual width of a letter on an axis. */
const LETTER = 6.2

/** Lines over the same steps, named beside the height of their ends, each in its own stroke; their figures are read point by point. */
export function LinesChart(props: LinesChartProps) {
  const { label, across, lines, writeStep, write, className } = props
  const steps = commonSteps(lines)
  const [first = 0, last = 1] = [steps[0], steps.at(-1)]
  const words = (place: number) => {
    const step = steps[place] ?? Number.NaN
    const values = lines.map(({ name, ...points }) => `${name} ${write(valueAt(points, step))}`)
    return `${across} ${writeStep(step)}: ${values.join(', ')}`
  }
  const rest = lines.map(({ name, values }) => `${name} ${write(values.at(-1) ?? Number.NaN)}`)
  const placeAt = (x: number, width: number) => {
    const { left, right } = marginFor(lines, width)
    const share = (x - left) / Math.max(1, width - left - right)
    return nearest(steps, first + share * (last - first))
  }
  return (
    <>
      <ReadPlot
        label={label}
        count={steps.length}
        placeAt={placeAt}
        words={words}
        rest={`last: ${rest.join(', ')}`}
        className={className}
      >
        {room => <Lines {...props} room={room} steps={steps} />}
      </ReadPlot>
      <SpokenTable
        caption={label}
        heads={[across, ...lines.map(({ name }) => name)]}
        rows={thinned(steps.length, MOST_SPOKEN).map(place => {
          const step = steps[place] ?? Number.NaN
          return [writeStep(step), ...lines.map(points => write(valueAt(points, step)))]
        })}
      />
    </>
  )
}

const MOST_SPOKEN = 12

interface LinesProps extends LinesChartProps {
  readonly room: PlotRoom
  readonly steps: readonly number[]
}

function Lines({ lines, writeStep, write, steps, room: { width, height, place } }: LinesProps) {
  const margin = marginFor(lines, width)
  const bottom = height - margin.bottom
  const [firstStep = 0, lastStep = 1] = [steps[0], steps.at(-1)]
  const x = scaleLinear(
    [firstStep, Math.max(lastStep, firstStep + 1e-9)],
    [margin.left, width - margin.right],
  )
  const y = scaleLinear(extent(lines), [bottom, margin.top]).nice(4)
  const ends = spread(
    lines.map(({ values }) => y(values.at(-1) ?? 0)),
    bottom,
  )
  const nameLeft = width - margin.right + 8
  const read = place === undefined ? undefined : steps[place]
  return (
    <svg width={width} height={height} aria-hidden="true">
      <ValueAxis y={y} width={width - margin.right + ROOM.right} format={write} lines={4} />
      <StepAxis x={x} height={height} write={writeStep} />
      {lines.map((drawn, index) => (
        <g key={drawn.name} className={`line-${index % STROKES}`}>
          <path d={pathOf(drawn, x, y)} className="curve line" data-line={drawn.name} />
          <path d={`M${nameLeft} ${ends[index] ?? 0}h14`} className="curve line" />
          <text x={nameLeft + 18} y={(ends[index] ?? 0) + 4} className={index === 0 ? 'ink' : 'ink2'}>
            {drawn.name}
          </text>
        </g>
      ))}
      {read !== undefined && (
        <g>
          <path d={`M${x(read)} ${margin.top}V${bottom}`} className="pointer-line" />
          {lines.map(drawn => {
            const value = valueAt(drawn, read)
            return (
              Number.isFinite(value) && (
                <circle key={drawn.name} cx={x(read)} cy={y(value)} r="2.75" className="dot-mark" />
              )
            )
          })}
        </g>
      )}
    </svg>
  )
}

/** Strokes that tell lines apart without hue. */
export const STROKES = 6

function pathOf({ steps, values }: NamedLine, x: PriceScale, y: PriceScale): string {
  const points = Array.from(values, (value, index) => [steps[index] ?? 0, value] as const)
  const draw = line<readonly [number, number]>()
    .defined(([, value]) => Number.isFinite(value))
    .x(([step]) => x(step))
    .y(([, value]) => y(value))
  return draw(points) ?? ''
}

function StepAxis({
  x,
  height,
  write,
}: {
  readonly x: PriceScale
  readonly height: number
  readonly write: (step: number) => string
}) {
  return (
    <g>
      {x.ticks(5).map(tick => (
        <text key={tick} x={x(tick)} y={height - 6} textAnchor="middle">
          {write(tick)}
        </text>
      ))}
    </g>
  )
}

/** The place of the step nearest to a figure. */
function nearest(steps: readonly number[], wanted: number): number {
  let found = 0
  steps.forEach((step, place) => {
    if (Math.abs(step - wanted) < Math.abs((steps[found] ?? 0) - wanted)) found = place
  })
  return found
}

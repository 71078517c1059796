import { scaleLog } from 'd3-scale'
import type { Interval } from '../../../main/contract/assistant.ts'
import { rangeWords, timesWords } from './assistantWords.ts'

const TICKS = [1, 2, 5, 10, 20, 50, 100] as const
const HEIGHT = 18

/** A speed-up on one scale for all, from half to two hundred times; what lies outside stands at its end. */
const place = scaleLog().domain([0.5, 200]).range([2, 98]).clamp(true)

/** A speed-up with its interval, on a scale that is the same for every variant; hollow where it is not shown. */
export function SpeedWhisker({
  speedUp,
  isShown,
}: {
  readonly speedUp: Interval
  readonly isShown: boolean
}) {
  const at = (value: number) => `${place(Math.max(value, 1e-9))}%`
  const middle = HEIGHT / 2
  const { value, low, high } = speedUp
  return (
    <svg
      className={isShown ? 'speed-whisker' : 'speed-whisker hollow'}
      width="100%"
      height={HEIGHT}
      role="img"
      aria-label={`speed-up ${timesWords(value)}, ${rangeWords(speedUp)}`}
    >
      <line x1="2%" x2="98%" y1={middle} y2={middle} className="rail" />
      {TICKS.map(tick => (
        <line
          key={tick}
          x1={at(tick)}
          x2={at(tick)}
          y1={tick === 1 ? 2 : middle - 3}
          y2={tick === 1 ? HEIGHT - 2 : middle + 3}
          className="tick"
        />
      ))}
      {Number.isFinite(low) && Number.isFinite(high) && (
        <line x1={at(low)} x2={at(high)} y1={middle} y2={middle} className="reach" />
      )}
      {Number.isFinite(value) && <circle cx={at(value)} cy={middle} r="4" />}
    </svg>
  )
}

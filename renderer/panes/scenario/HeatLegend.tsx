import { shareOfColour } from './divergingScale.ts'

/** Stops of the scale, as shares of its length on one side. */
const STOPS = [1, 0.75, 0.5, 0.25, 0.1, 0.03, 0] as const

/** The scale of the colours with its ends; it is as long below zero as above. */
export function HeatLegend({
  range: [low, high],
  write,
}: {
  readonly range: readonly [number, number]
  readonly write: (value: number) => string
}) {
  const largest = Math.max(-low, high)
  const stop = (colour: string, share: number, place: number) =>
    `color-mix(in srgb, var(${colour}) ${Math.round(shareOfColour(share, 1) * 100)}%, var(--panel)) ${place}%`
  const stops = [
    ...STOPS.map(share => stop('--loss', share, 50 - 50 * share)),
    ...STOPS.toReversed().map(share => stop('--gain', share, 50 + 50 * share)),
  ]
  return (
    <span className="heat-legend" title="As strong below zero as above; colour grows with the square root">
      <i aria-hidden="true" style={{ background: `linear-gradient(90deg, ${stops.join(', ')})` }} />±
      {write(largest)}
    </span>
  )
}

interface MeterProps {
  readonly label: string
  /** Shares from 0 to 1. */
  readonly value: number
  readonly ghost?: number
  readonly added?: number
  readonly ticks?: readonly number[]
  readonly isHot?: boolean
}

const NO_TICKS: readonly number[] = []

/** A share of a limit: what is used, what stops would use, what the suggestion would add. The figure stands beside it. */
export function Meter({ label, value, ghost = 0, added = 0, ticks = NO_TICKS, isHot = false }: MeterProps) {
  const width = (share: number) => `${Math.max(0, Math.min(1, share)) * 100}%`
  const base = Math.max(value, ghost)
  return (
    <div
      className="meter"
      role="meter"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={Math.round(Math.min(1, base) * 100)}
    >
      <span className={isHot ? 'fill hot' : 'fill'} style={{ width: width(value) }} />
      {ghost > value && (
        <span className="ghost" style={{ left: width(value), width: width(Math.min(1, ghost) - value) }} />
      )}
      {added > 0 && base < 1 && (
        <span className="ghost add" style={{ left: width(base), width: width(Math.min(1 - base, added)) }} />
      )}
      {ticks.map(tick => (
        <span key={tick} className="tick" style={{ left: width(tick) }} />
      ))}
    </div>
  )
}

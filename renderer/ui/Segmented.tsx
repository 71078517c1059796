interface Choice<Value extends string | number> {
  readonly value: Value
  readonly label: string
}

interface SegmentedProps<Value extends string | number> {
  readonly label: string
  readonly choices: readonly Choice<Value>[]
  readonly value: Value
  readonly onChoose: (value: Value) => void
  /** Hidden in small windows, where its choices are found in the palette. */
  readonly isWide?: boolean
}

/** A few choices of which one holds. */
export function Segmented<Value extends string | number>({
  label,
  choices,
  value,
  onChoose,
  isWide = false,
}: SegmentedProps<Value>) {
  return (
    <span className={isWide ? 'seg hide-s' : 'seg'} role="group" aria-label={label}>
      {choices.map(choice => (
        <button
          key={choice.value}
          type="button"
          aria-pressed={choice.value === value}
          onClick={() => onChoose(choice.value)}
        >
          {choice.label}
        </button>
      ))}
    </span>
  )
}

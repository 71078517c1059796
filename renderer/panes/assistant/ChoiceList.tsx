import { useRef, type KeyboardEvent, type ReactNode } from 'react'

interface ChoiceListProps<Entry> {
  readonly label: string
  readonly entries: readonly Entry[]
  readonly idOf: (entry: Entry) => string
  readonly chosen: string | undefined
  readonly onChoose: (entry: Entry) => void
  /** What Enter does with what is chosen, beside choosing it. */
  readonly onEnter?: (entry: Entry) => void
  /** Hears whether somebody is in the list, with the pointer or the keyboard. */
  readonly onStay?: (isInside: boolean) => void
  readonly children: (entry: Entry, index: number) => ReactNode
}

const STEPS: Readonly<Record<string, (at: number, last: number) => number>> = {
  ArrowDown: (at, last) => Math.min(last, at + 1),
  ArrowUp: at => Math.max(0, at - 1),
  Home: () => 0,
  End: (_, last) => last,
}

/** Entries one below the other of which one is looked at; arrows move, and what is looked at is shown beside. */
export function ChoiceList<Entry>({
  label,
  entries,
  idOf,
  chosen,
  onChoose,
  onEnter,
  onStay,
  children,
}: ChoiceListProps<Entry>) {
  const host = useRef<HTMLDivElement>(null)
  const at = entries.findIndex(entry => idOf(entry) === chosen)
  const choose = (index: number) => {
    const entry = entries[index]
    if (!entry) return
    onChoose(entry)
    host.current?.children[index]?.scrollIntoView?.({ block: 'nearest' })
  }
  const onKeyDown = (event: KeyboardEvent) => {
    const step = STEPS[event.key]
    const entry = entries[at]
    if (event.ctrlKey || event.metaKey || event.altKey) return
    if (step) choose(step(at, entries.length - 1))
    else if (event.key === 'Enter' && entry) onEnter?.(entry)
    else return
    event.preventDefault()
  }
  return (
    <div
      ref={host}
      className="scroll code-list"
      role="listbox"
      aria-label={label}
      tabIndex={0}
      aria-activedescendant={at < 0 ? undefined : `${label} ${at}`.replaceAll(' ', '-')}
      onKeyDown={onKeyDown}
      onPointerEnter={() => onStay?.(true)}
      onPointerLeave={() => onStay?.(false)}
      onFocus={() => onStay?.(true)}
      onBlur={() => onStay?.(false)}
    >
      {entries.map((entry, index) => (
        // The list holds the focus and hears the keys for all of them
        // oxlint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/interactive-supports-focus
        <div
          key={idOf(entry)}
          id={`${label} ${index}`.replaceAll(' ', '-')}
          className="code-entry"
          role="option"
          aria-selected={index === at}
          onClick={() => choose(index)}
        >
          {children(entry, index)}
        </div>
      ))}
    </div>
  )
}

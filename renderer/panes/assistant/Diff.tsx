import { lazy, Suspense } from 'react'
import { chooseAssistant, useAssistantChoices } from '../../state/assistantChoices.ts'
import { Segmented } from '../../ui/Segmented.tsx'
import { useWide } from '../../ui/useWide.ts'
import type { DiffOptions } from './diffEditor.ts'

/** The editor comes when a difference is first looked at; the cockpit starts without it. */
const DiffView = lazy(async () => ({ default: (await import('./DiffView.tsx')).DiffView }))

/** From which width on two texts fit beside each other. */
const WIDE = 1440

/** Two texts with what changed between them, in the way that was chosen. */
export function Diff(options: Omit<DiffOptions, 'shows'>) {
  const shows = useShows()
  return (
    <Suspense fallback={<p className="empty">Opening the difference.</p>}>
      <DiffView {...options} shows={shows} />
    </Suspense>
  )
}

/** The switch between the two ways to look at a difference. */
export function DiffChoice() {
  return (
    <Segmented
      label="Difference"
      choices={[
        { value: 'side', label: 'Side by side' },
        { value: 'inline', label: 'Inline' },
      ]}
      value={useShows()}
      onChoose={diff => chooseAssistant({ diff })}
    />
  )
}

function useShows(): DiffOptions['shows'] {
  const chosen = useAssistantChoices(choices => choices.diff)
  const isWide = useWide(WIDE)
  return chosen ?? (isWide ? 'side' : 'inline')
}

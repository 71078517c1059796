import { useEffect } from 'react'
import { ask } from '../../state/actions.ts'
import { knowAssistant, takeReport, useAssistant } from '../../state/assistantStore.ts'
import { useDesk } from '../../state/deskStore.ts'
import { useRepeated } from '../../state/repeatedly.ts'

/** Milliseconds between two looks: while something runs, and else. */
const EVERY = { working: 1000, waiting: 5000 } as const

/** Keeps what the page shows as new as the program has it; gives why it has nothing, where that is so. */
export function useAssistantReports(): string | undefined {
  const revision = useAssistant(state => state.revision)
  const isWorking = useAssistant(state => state.tasks.length > 0)
  const { value, refusal } = useRepeated('assistant/get', {
    request: {},
    key: String(revision),
    pause: isWorking ? EVERY.working : EVERY.waiting,
  })
  useEffect(() => {
    if (value) takeReport(value)
  }, [value])
  const isConnected = useDesk(state => state.isConnected)
  useEffect(() => {
    if (isConnected) void askForReports()
    // What is asked is the same; the revision says that the answer may be another
    // oxlint-disable-next-line react/exhaustive-effect-dependencies
  }, [revision, isConnected])
  return refusal
}

/** The variants that are shown, in their newest order, the last review, and the report of the night. What was told meanwhile wins. */
async function askForReports(): Promise<void> {
  const { optimised, review, tasks } = useAssistant.getState()
  // While a search for variants runs it tells its own
  const isSearching = tasks.some(({ kind }) => kind === 'optimise')
  const isReviewing = tasks.some(({ kind }) => kind === 'review')
  const [variants, findings, night] = await Promise.all([
    isSearching ? undefined : ask('assistant/optimised', optimised ? { id: optimised.id } : {}),
    // What was found in a review does not change
    isReviewing || review ? undefined : ask('assistant/reviewed', {}),
    ask('assistant/nightReport', {}),
  ])
  const isSame = useAssistant.getState().optimised === optimised
  if (variants?.ok && variants.value && isSame) knowAssistant({ optimised: variants.value })
  const isUnknown = useAssistant.getState().review === undefined
  if (findings?.ok && findings.value && isUnknown) knowAssistant({ review: findings.value })
  if (night.ok && night.value) knowAssistant({ night: night.value })
}

import { useEffect, useRef } from 'react'
import type { LearningReport } from '../../../main/contract/learning.ts'
import { showToast } from '../../state/toasts.ts'

/** Tells when a training that was watched is over, and how it ended. */
export function useEndOfTraining({ progress, runs }: LearningReport): void {
  const watched = useRef<string | undefined>(undefined)
  const running = progress?.run
  useEffect(() => {
    const ended = running === undefined && runs.find(({ id }) => id === watched.current)
    watched.current = running
    if (!ended || ended.status === 'running') return
    const isGood = ended.status === 'finished'
    showToast({
      kind: isGood ? 'done' : 'refused',
      title: `${ended.name}: training ${ended.status}`,
      body: ended.model === undefined ? '' : `It made ${ended.model}.`,
    })
  }, [running, runs])
}

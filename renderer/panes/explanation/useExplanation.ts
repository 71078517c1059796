import { useEffect, useState } from 'react'
import type { ExplanationReport } from '../../../main/contract/explanation.ts'
import { ask } from '../../state/actions.ts'

/** What is known of a decision's explanation. */
export interface Explaining {
  readonly report: ExplanationReport | undefined
  /** Why there is none, or why it is not exact. */
  readonly refusal: string | undefined
  readonly isRefining: boolean
}

/** The explanation of a decision: the sampled one as soon as it is there, then the exact one in its place. */
export function useExplanation(id: string): Explaining {
  const [known, setKnown] = useState<Explaining & { readonly of: string }>(() => unknown(id))
  useEffect(() => {
    let isOver = false
    const explain = async () => {
      const sampled = await ask('explanation/get', { id, method: 'sampled' })
      if (isOver) return
      if (!sampled.ok) {
        setKnown({ of: id, report: undefined, refusal: sampled.message, isRefining: false })
        return
      }
      const isDone = sampled.value.method === 'exact'
      setKnown({ of: id, report: sampled.value, refusal: undefined, isRefining: !isDone })
      if (isDone) return
      const exact = await ask('explanation/get', { id, method: 'exact' })
      if (isOver) return
      setKnown({
        of: id,
        report: exact.ok ? exact.value : sampled.value,
        refusal: exact.ok ? undefined : exact.message,
        isRefining: false,
      })
    }
    void explain()
    return () => {
      isOver = true
    }
  }, [id])
  return known.of === id ? known : unknown(id)
}

function unknown(id: string): Explaining & { readonly of: string } {
  return { of: id, report: undefined, refusal: undefined, isRefining: false }
}

import { useEffect, useRef, useState } from 'react'
import type { CallName, CallReply, CallRequest } from '../../main/contract/wire.ts'
import { ask } from './actions.ts'
import { useDesk } from './deskStore.ts'

/** What is asked, and how often. */
interface Asking<Name extends CallName> {
  /** Undefined asks nothing. */
  readonly request: CallRequest<Name> | undefined
  /** What makes it another question, to be asked at once; the clock that goes on does not. */
  readonly key: string
  /** Milliseconds from an answer to the next time. */
  readonly pause: number
}

/**
 * The newest answer to what is asked again and again, one call at a time, as long as there is a request. A refusal leaves
 * the last answer, and so does a new question until it is answered; undefined before the first, and while nothing is asked.
 */
export function useRepeatedly<Name extends CallName>(
  name: Name,
  { request, key, pause }: Asking<Name>,
): CallReply<Name> | undefined {
  const [answer, setAnswer] = useState<CallReply<Name> | undefined>(undefined)
  const isConnected = useDesk(state => state.isConnected)
  const latest = useRef(request)
  const isAsking = request !== undefined && isConnected
  useEffect(() => {
    latest.current = request
  })
  useEffect(() => {
    if (!isAsking) return undefined
    let timer: ReturnType<typeof setTimeout> | undefined
    let isOver = false
    const askOnce = async () => {
      const reply = latest.current && (await ask(name, latest.current))
      if (isOver) return
      if (reply?.ok) setAnswer(reply.value)
      timer = setTimeout(() => void askOnce(), pause)
    }
    void askOnce()
    return () => {
      isOver = true
      clearTimeout(timer)
    }
    // The key is what makes it another question
    // oxlint-disable-next-line react/exhaustive-effect-dependencies
  }, [name, key, pause, isAsking])
  return request === undefined ? undefined : answer
}

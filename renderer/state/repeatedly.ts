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

/** What is known of a question that is asked again and again. */
export interface Repeated<Reply> {
  /** The newest answer; undefined before the first, and while nothing is asked. */
  readonly value: Reply | undefined
  /** Why the last time brought none. */
  readonly refusal: string | undefined
}

const NOTHING = { value: undefined, refusal: undefined } as const

/**
 * The newest answer to what is asked again and again, one call at a time, as long as there is a request. A refusal leaves
 * the last answer and is told beside it; a new question leaves it too until it is answered.
 */
export function useRepeated<Name extends CallName>(
  name: Name,
  { request, key, pause }: Asking<Name>,
): Repeated<CallReply<Name>> {
  const [known, setKnown] = useState<Repeated<CallReply<Name>>>(NOTHING)
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
      if (reply?.ok) setKnown({ value: reply.value, refusal: undefined })
      else if (reply) setKnown(({ value }) => ({ value, refusal: reply.message }))
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
  return request === undefined ? NOTHING : known
}

/** The newest answer alone, for whom a refusal means that the last one still holds. */
export function useRepeatedly<Name extends CallName>(
  name: Name,
  asking: Asking<Name>,
): CallReply<Name> | undefined {
  return useRepeated(name, asking).value
}

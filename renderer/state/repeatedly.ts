import { useEffect, useState } from 'react'
import type { CallName, CallReply, CallRequest } from '../../main/contract/wire.ts'
import { ask } from './actions.ts'
import { useDesk } from './deskStore.ts'

/** The newest answer to a request; what it answers to is told with it, as the request may have changed since. */
export interface Repeated<Name extends CallName> {
  readonly request: CallRequest<Name>
  readonly reply: CallReply<Name>
}

/**
 * Asks the same thing again and again, one call at a time and `pause` milliseconds apart, as long as there is a request;
 * another request is asked at once. A refusal leaves the last answer; undefined before the first.
 */
export function useRepeatedly<Name extends CallName>(
  name: Name,
  request: CallRequest<Name> | undefined,
  pause: number,
): Repeated<Name> | undefined {
  const [answer, setAnswer] = useState<Repeated<Name> | undefined>(undefined)
  const isConnected = useDesk(state => state.isConnected)
  // Requests are made anew with every painting; the same words are the same request
  const text = request === undefined ? undefined : JSON.stringify(request)
  useEffect(() => {
    if (request === undefined || !isConnected) return undefined
    let timer: ReturnType<typeof setTimeout> | undefined
    let isOver = false
    const askOnce = async () => {
      const reply = await ask(name, request)
      if (isOver) return
      if (reply.ok) setAnswer({ request, reply: reply.value })
      timer = setTimeout(() => void askOnce(), pause)
    }
    void askOnce()
    return () => {
      isOver = true
      clearTimeout(timer)
    }
    // oxlint-disable-next-line react-hooks/exhaustive-deps
  }, [name, text, pause, isConnected])
  return answer
}

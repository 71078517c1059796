import { useEffect, useRef, useState } from 'react'
import type { Answer } from '../../../main/contract/client.ts'
import type { CallName, CallRequest } from '../../../main/contract/wire.ts'
import { call } from '../../state/actions.ts'

/** Asks for something to be done; what stands on the page is asked anew at once. */
export type Act = <Name extends CallName>(name: Name, request: CallRequest<Name>) => Promise<Answer<Name>>

/** All that is being done at the moment, how to do something, and how often something was done. */
export function useActing(): {
  readonly busy: readonly CallName[]
  readonly act: Act
  readonly acts: number
} {
  const [busy, setBusy] = useState<readonly CallName[]>([])
  const [acts, setActs] = useState(0)
  const begunAt = useRef<Element | null>(null)
  useEffect(() => {
    // A button that was disabled meanwhile has lost the keyboard
    if (
      busy.length === 0 &&
      document.activeElement === document.body &&
      begunAt.current instanceof HTMLElement
    )
      begunAt.current.focus({ preventScroll: true })
  }, [busy])
  const act: Act = async (name, request) => {
    begunAt.current = document.activeElement
    setBusy(names => [...names, name])
    const answer = await call(name, request)
    setBusy(names => names.toSpliced(names.indexOf(name), 1))
    setActs(count => count + 1)
    return answer
  }
  return { busy, act, acts }
}

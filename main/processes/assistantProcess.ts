import type { AssistantNews } from '../contract/assistant.ts'
import type { AssistantRequestName } from '../contract/assistantRequests.ts'
import type { ClientRequest } from '../contract/commands.ts'
import { isReadOnly, type ReadOnlyEngine } from '../contract/readOnly.ts'
import type { CallReply } from '../contract/wire.ts'
import {
  isAssistantSaying,
  type AssistantCall,
  type AssistantOpening,
  type AssistantSaying,
} from './assistantMessages.ts'
import type { Host, Hosted } from './host.ts'

/** How long the assistant may take to put its things in order when the program closes. */
const LAST_WORDS = 2000

/** The code assistant in a process of its own: begun by the first question, and again where it died. */
export interface AssistantProcess {
  call<Name extends AssistantRequestName>(name: Name, request: ClientRequest<Name>): Promise<CallReply<Name>>
  /** Hears what is told while something long runs. */
  onNews(listener: (news: AssistantNews) => void): void
  close(): Promise<void>
}

interface Waiting {
  resolve(value: unknown): void
  reject(cause: Error): void
}

/** `engine` answers what the assistant may read of it; everything else that it asks is refused. */
export function assistantProcess(
  host: Host,
  file: string,
  opening: AssistantOpening,
  engine: ReadOnlyEngine,
): AssistantProcess {
  const listeners = new Set<(news: AssistantNews) => void>()
  const waiting = new Map<number, Waiting>()
  let hosted: Hosted | undefined
  let onClosed: () => void = () => undefined
  let next = 0

  function begin(): Hosted {
    const started = host(file)
    const say = (call: AssistantCall) => started.send(call)
    started.onMessage(message => {
      if (isAssistantSaying(message)) hear(message, say)
    })
    started.onExit(reason => {
      if (hosted === started) hosted = undefined
      onClosed()
      const cause = new Error(`the code assistant ended: ${reason ?? 'it was closed'}. Ask again.`)
      for (const { reject } of waiting.values()) reject(cause)
      waiting.clear()
    })
    say({ kind: 'open', opening })
    return started
  }

  function hear(message: AssistantSaying, say: (call: AssistantCall) => void): void {
    if (message.kind === 'closed') return onClosed()
    if (message.kind === 'news') return listeners.forEach(listener => listener(message.news))
    if (message.kind === 'ask') {
      const { id, name, request } = message
      void readOf(engine, name, request).then(answer => say({ kind: 'answer', id, answer }))
      return
    }
    const asked = waiting.get(message.id)
    waiting.delete(message.id)
    if (message.kind === 'reply') asked?.resolve(message.value)
    else asked?.reject(new Error(message.message))
  }

  return {
    call(name, request) {
      hosted ??= begin()
      next += 1
      const id = next
      const answer = new Promise<unknown>((resolve, reject) => waiting.set(id, { resolve, reject }))
      hosted.send({ kind: 'call', id, name, request } satisfies AssistantCall)
      // What it answers to a name has the shape of that name by contract
      return answer as Promise<CallReply<typeof name>>
    },
    onNews: listener => void listeners.add(listener),
    async close() {
      const ending = hosted
      if (!ending) return
      await new Promise<void>(resolve => {
        const patience = setTimeout(resolve, LAST_WORDS)
        onClosed = () => {
          clearTimeout(patience)
          resolve()
        }
        ending.send({ kind: 'close' } satisfies AssistantCall)
      })
      await ending.kill()
    },
  }
}

async function readOf(engine: ReadOnlyEngine, name: string, request: unknown): Promise<unknown> {
  if (!isReadOnly(name))
    return { ok: false, code: 'refused', message: `the code assistant may not ask for "${name}"` }
  // The contract's server checks the request of every name by its schema
  return engine.ask(name, request as never)
}

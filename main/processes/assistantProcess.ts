import type { AssistantNews } from '../contract/assistant.ts'
import type { AssistantRequestName } from '../contract/assistantRequests.ts'
import { requests, type ClientRequest } from '../contract/commands.ts'
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
  return new LiveAssistant(() => host(file), opening, engine)
}

class LiveAssistant implements AssistantProcess {
  readonly #start: () => Hosted
  readonly #opening: AssistantOpening
  readonly #engine: ReadOnlyEngine
  readonly #listeners = new Set<(news: AssistantNews) => void>()
  readonly #waiting = new Map<number, Waiting>()
  #hosted: Hosted | undefined
  #onClosed: () => void = () => undefined
  #next = 0
  #isClosed = false

  constructor(start: () => Hosted, opening: AssistantOpening, engine: ReadOnlyEngine) {
    this.#start = start
    this.#opening = opening
    this.#engine = engine
  }

  call<Name extends AssistantRequestName>(
    name: Name,
    request: ClientRequest<Name>,
  ): Promise<CallReply<Name>> {
    if (this.#isClosed) return Promise.reject(new Error('the program is being closed'))
    this.#hosted ??= this.#begin()
    this.#next += 1
    const id = this.#next
    const answer = new Promise<unknown>((resolve, reject) => this.#waiting.set(id, { resolve, reject }))
    this.#hosted.send({ kind: 'call', id, name, request } satisfies AssistantCall)
    // What it answers to a name has the shape of that name by contract
    return answer as Promise<CallReply<Name>>
  }

  onNews(listener: (news: AssistantNews) => void): void {
    this.#listeners.add(listener)
  }

  async close(): Promise<void> {
    const ending = this.#hosted
    this.#isClosed = true
    if (!ending) return
    await new Promise<void>(resolve => {
      const patience = setTimeout(resolve, LAST_WORDS)
      this.#onClosed = () => {
        clearTimeout(patience)
        resolve()
      }
      ending.send({ kind: 'close' } satisfies AssistantCall)
    })
    await ending.kill()
  }

  #begin(): Hosted {
    const started = this.#start()
    started.onMessage(message => {
      if (isAssistantSaying(message)) this.#hear(message, started)
    })
    started.onExit(reason => {
      if (this.#hosted === started) this.#hosted = undefined
      this.#onClosed()
      const cause = new Error(`the code assistant ended: ${reason ?? 'it was closed'}. Ask again.`)
      for (const { reject } of this.#waiting.values()) reject(cause)
      this.#waiting.clear()
    })
    started.send({ kind: 'open', opening: this.#opening } satisfies AssistantCall)
    return started
  }

  #hear(message: AssistantSaying, from: Hosted): void {
    if (message.kind === 'closed') return this.#onClosed()
    if (message.kind === 'news') return this.#listeners.forEach(listener => listener(message.news))
    if (message.kind === 'ask') {
      const { id, name, request } = message
      void readOf(this.#engine, name, request).then(answer =>
        from.send({ kind: 'answer', id, answer } satisfies AssistantCall),
      )
      return
    }
    const asked = this.#waiting.get(message.id)
    this.#waiting.delete(message.id)
    if (message.kind === 'reply') asked?.resolve(message.value)
    else asked?.reject(new Error(message.message))
  }
}

async function readOf(engine: ReadOnlyEngine, name: string, request: unknown): Promise<unknown> {
  if (!isReadOnly(name))
    return { ok: false, code: 'refused', message: `the code assistant may not ask for "${name}"` }
  const parsed = requests[name].safeParse(request)
  return parsed.success
    ? engine.ask(name, parsed.data)
    : { ok: false, code: 'badRequest', message: `the code assistant asked for "${name}" in another form` }
}

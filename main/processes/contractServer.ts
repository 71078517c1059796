import {
  commands,
  requests,
  type ClientRequest,
  type Command,
  type CommandName,
  type RequestName,
} from '../contract/commands.ts'
import { WireError, decode, encode } from '../contract/codec.ts'
import type { CallReply, PushTarget, TopicName, Topics, WireCall, WireReply } from '../contract/wire.ts'
import type { CommandReply } from '../engine/book/step.ts'

/** Answers the requests that the engine itself does not. */
export type RequestHandlers = {
  readonly [Name in RequestName]: (request: ClientRequest<Name>) => Promise<CallReply<Name>>
}

/** Most calls a client may make in a second; a person makes a few, a runaway page makes thousands. */
const CALLS_A_SECOND = 400

/** Most commands that may send orders in a second. */
const ORDERS_A_SECOND = 20

/** Largest call in bytes. */
const LARGEST_CALL = 1 << 20

const ORDER_LIKE: ReadonlySet<string> = new Set([
  'suggestion/accept',
  'suggestion/modify',
  'position/close',
  'order/cancel',
])

/** The one door for clients: bytes in, checked against the contract, bytes out. */
export class ContractServer {
  readonly #send: (command: Command) => Promise<CommandReply>
  readonly #handlers: RequestHandlers
  readonly #clients = new Set<PushTarget>()
  #onAttach: () => void = () => undefined
  readonly #calls = allowance(CALLS_A_SECOND)
  readonly #orders = allowance(ORDERS_A_SECOND)

  constructor(send: (command: Command) => Promise<CommandReply>, handlers: RequestHandlers) {
    this.#send = send
    this.#handlers = handlers
  }

  /** Calls back whenever a client comes. */
  onAttach(listener: () => void): void {
    this.#onAttach = listener
  }

  /** Whether anybody is there to push to. */
  get hasClients(): boolean {
    return this.#clients.size > 0
  }

  /** Adds a client, which is told the newest frames at once; gives how to remove it. */
  attach(client: PushTarget): () => void {
    this.#clients.add(client)
    this.#onAttach()
    return () => void this.#clients.delete(client)
  }

  /** Pushes a topic to every client; a busy client misses frames, but never audits. */
  push<Name extends TopicName>(topic: Name, value: Topics[Name]): void {
    if (this.#clients.size === 0) return
    const bytes = encode({ topic, value })
    const isFrame = topic === 'chain' || topic === 'pulse' || topic === 'curves'
    for (const client of this.#clients) if (!isFrame || !client.isBusy()) client.push(bytes)
  }

  /** Answers one call. Never throws: what goes wrong is a value with a code. */
  async call(bytes: Uint8Array): Promise<Uint8Array> {
    const reply = await this.#answer(bytes)
    try {
      return encode(reply)
    } catch (cause) {
      return encode(refusal('internal', messageOf(cause)))
    }
  }

  async #answer(bytes: Uint8Array): Promise<WireReply> {
    if (bytes.byteLength > LARGEST_CALL)
      return refusal('tooLarge', `a call must be at most ${LARGEST_CALL} bytes, was ${bytes.byteLength}`)
    try {
      const call = wireCall(decode(bytes))
      if (!call) return refusal('badRequest', 'a call must have a name and a request')
      const isOrder = ORDER_LIKE.has(call.name)
      // The kill switch is never rationed
      if (call.name !== 'killSwitch/flatten' && !(isOrder ? this.#orders() : this.#calls())) {
        return refusal('tooMany', `at most ${isOrder ? ORDERS_A_SECOND : CALLS_A_SECOND} calls a second`)
      }
      return await this.#dispatch(call)
    } catch (cause) {
      if (cause instanceof WireError) return refusal('badRequest', cause.message)
      return refusal('internal', messageOf(cause))
    }
  }

  async #dispatch({ name, request }: WireCall): Promise<WireReply> {
    if (isCommand(name)) {
      const parsed = commands[name].safeParse(request)
      if (!parsed.success) return refusal('badRequest', firstIssue(parsed.error))
      // The schema of this very name made the request
      return this.#send({ name, request: parsed.data } as Command)
    }
    if (isRequest(name)) {
      const parsed = requests[name].safeParse(request)
      if (!parsed.success) return refusal('badRequest', firstIssue(parsed.error))
      const handler = this.#handlers[name] as (request: unknown) => Promise<unknown>
      return { ok: true, value: await handler(parsed.data) }
    }
    return refusal('noSuchCall', `there is no call "${name}"`)
  }
}

function isCommand(name: string): name is CommandName {
  return Object.hasOwn(commands, name)
}

function isRequest(name: string): name is RequestName {
  return Object.hasOwn(requests, name)
}

function wireCall(message: unknown): WireCall | undefined {
  if (typeof message !== 'object' || message === null || !('name' in message) || !('request' in message))
    return undefined
  return typeof message.name === 'string' ? { name: message.name, request: message.request } : undefined
}

function firstIssue(error: {
  readonly issues: readonly { readonly path: readonly PropertyKey[]; readonly message: string }[]
}): string {
  const issue = error.issues[0]
  const field = issue?.path.map(String).join('.') ?? ''
  return `${field === '' ? 'request' : field}: ${issue?.message ?? 'must be valid'}`
}

function messageOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : 'unknown failure'
}

function refusal(code: string, message: string): WireReply {
  return { ok: false, code, message }
}

/** Lets a number of calls through in any one second. */
function allowance(perSecond: number): () => boolean {
  let left = perSecond
  let since = 0
  return () => {
    const now = performance.now()
    left = Math.min(perSecond, left + ((now - since) / 1000) * perSecond)
    since = now
    if (left < 1) return false
    left -= 1
    return true
  }
}

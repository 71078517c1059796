import { decode, encode } from './codec.ts'
import type {
  BytePipe,
  CallName,
  CallReply,
  CallRequest,
  TopicName,
  Topics,
  WirePush,
  WireReply,
} from './wire.ts'

/** The answer to a call: errors are values with a code to branch on. */
export type Answer<Name extends CallName> =
  | { readonly ok: true; readonly value: CallReply<Name> }
  | { readonly ok: false; readonly code: string; readonly message: string }

/** The engine, as the page sees it. */
export interface Connection {
  call<Name extends CallName>(name: Name, request: CallRequest<Name>): Promise<Answer<Name>>
  on<Name extends TopicName>(topic: Name, listener: (value: Topics[Name]) => void): void
  onConnection(listener: (isConnected: boolean) => void): void
}

/** A connection over the two byte pipes that the shell gave the page. */
export function connect(pipe: BytePipe): Connection {
  const listeners = new Map<TopicName, ((value: never) => void)[]>()
  pipe.onPush(bytes => {
    // Both ends are ours: what is pushed has this shape by contract
    const { topic, value } = decode(bytes) as WirePush
    for (const listener of listeners.get(topic) ?? []) listener(value as never)
  })
  return {
    async call(name, request) {
      try {
        const reply = decode(await pipe.call(encode({ name, request }))) as WireReply
        return reply.ok ? { ok: true, value: reply.value as CallReply<typeof name> } : reply
      } catch (cause) {
        return {
          ok: false,
          code: 'disconnected',
          message: cause instanceof Error ? cause.message : 'Zerodte is not connected',
        }
      }
    },
    on(topic, listener) {
      listeners.set(topic, [...(listeners.get(topic) ?? []), listener])
    },
    onConnection: listener => pipe.onConnection(listener),
  }
}

import { describe, expect, test } from 'vitest'
import type { AssistantNews } from '../contract/assistant.ts'
import { commands } from '../contract/commands.ts'
import { READ_ONLY_REQUESTS, type ReadOnlyEngine } from '../contract/readOnly.ts'
import { isAssistantCall, type AssistantCall, type AssistantSaying } from './assistantMessages.ts'
import { assistantProcess } from './assistantProcess.ts'
import type { Host } from './host.ts'

const opening = {
  folder: '/data/assistant',
  migrations: '/migrations',
  assets: '/assets',
  python: '',
  ollama: 'http://127.0.0.1:11434',
  models: '',
  encoder: '',
}

/** A host whose process is played by the test. */
function playedHost() {
  const starts: {
    readonly heard: AssistantCall[]
    say(saying: AssistantSaying): void
    exit(reason: string | undefined): void
  }[] = []
  const host: Host = () => {
    const heard: AssistantCall[] = []
    let listener: (message: unknown) => void = () => undefined
    let onExit: (reason: string | undefined) => void = () => undefined
    starts.push({ heard, say: saying => listener(saying), exit: reason => onExit(reason) })
    return {
      sharesMemory: false,
      send: message => {
        if (isAssistantCall(message)) heard.push(message)
      },
      onMessage: hear => (listener = hear),
      onExit: hear => (onExit = hear),
      kill: async () => onExit(undefined),
    }
  }
  return { host, starts }
}

const engine: ReadOnlyEngine = {
  ask: async name => ({ ok: false, code: 'played', message: `asked for ${name}` }),
}

describe('the process of the code assistant', () => {
  test('begins with the first question, is opened once, and answers by number', async () => {
    const { host, starts } = playedHost()
    const assistant = assistantProcess(host, 'worker', opening, engine)
    expect(starts).toHaveLength(0)
    const first = assistant.call('assistant/undo', { change: 'a' })
    const second = assistant.call('assistant/undo', { change: 'b' })
    const [process] = starts
    expect(process?.heard.map(({ kind }) => kind)).toEqual(['open', 'call', 'call'])
    process?.say({ kind: 'reply', id: 2, value: 'of b' })
    process?.say({ kind: 'refusal', id: 1, message: 'there is no change a' })
    await expect(second).resolves.toBe('of b')
    await expect(first).rejects.toThrow('there is no change a')
  })

  test('whoever waits when it dies is told, and the next question begins it anew', async () => {
    const { host, starts } = playedHost()
    const assistant = assistantProcess(host, 'worker', opening, engine)
    const lost = assistant.call('assistant/get', {})
    starts[0]?.exit('it ended with SIGKILL')
    await expect(lost).rejects.toThrow('it ended with SIGKILL')
    const again = assistant.call('assistant/undo', { change: 'a' })
    starts[1]?.say({ kind: 'reply', id: 2, value: 'there' })
    await expect(again).resolves.toBe('there')
  })

  test('tells news to all who listen', async () => {
    const { host, starts } = playedHost()
    const assistant = assistantProcess(host, 'worker', opening, engine)
    const heard: AssistantNews[] = []
    assistant.onNews(news => heard.push(news))
    void assistant.call('assistant/get', {}).catch(() => undefined)
    starts[0]?.say({ kind: 'news', news: { kind: 'changed' } })
    expect(heard).toEqual([{ kind: 'changed' }])
  })

  test('of the engine it is answered what only looks, and nothing that acts', async () => {
    const { host, starts } = playedHost()
    const assistant = assistantProcess(host, 'worker', opening, engine)
    void assistant.call('assistant/get', {}).catch(() => undefined)
    const [process] = starts
    const names = [...Object.keys(commands), 'learning/promote', 'no such request']
    for (const [id, name] of names.entries()) process?.say({ kind: 'ask', id, name, request: {} })
    process?.say({ kind: 'ask', id: 1000, name: 'health/get', request: {} })
    await new Promise(resolve => setImmediate(resolve))
    const answers = (process?.heard ?? []).filter(({ kind }) => kind === 'answer')
    expect(answers).toHaveLength(names.length + 1)
    expect(answers.slice(0, -1)).toSatisfy((refused: { answer: { code: string } }[]) =>
      refused.every(({ answer }) => answer.code === 'refused'),
    )
    expect(answers.at(-1)).toMatchObject({ answer: { code: 'played' } })
    expect(READ_ONLY_REQUESTS.filter(name => Object.hasOwn(commands, name))).toEqual([])
  })

  test('is closed when it says so, and where it was never begun there is nothing to close', async () => {
    const { host, starts } = playedHost()
    const assistant = assistantProcess(host, 'worker', opening, engine)
    await assistantProcess(host, 'worker', opening, engine).close()
    void assistant.call('assistant/get', {}).catch(() => undefined)
    const closing = assistant.close()
    expect(starts[0]?.heard.at(-1)).toEqual({ kind: 'close' })
    starts[0]?.say({ kind: 'closed' })
    await closing
    await expect(assistant.call('assistant/get', {})).rejects.toThrow('being closed')
    expect(starts).toHaveLength(1)
  })
})

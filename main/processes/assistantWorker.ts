import { randomUUID } from 'node:crypto'
import { constants, setPriority } from 'node:os'
import { openAssistant, type Assistant } from '../assistant/assistant.ts'
import type { AssistantNews } from '../contract/assistant.ts'
import { assistantRequests, isAssistantRequest } from '../contract/assistantRequests.ts'
import type { Answer } from '../contract/client.ts'
import type { ReadOnlyEngine } from '../contract/readOnly.ts'
import { openAssistantDatabase } from './assistantDatabase.ts'
import { isAssistantCall, type AssistantOpening, type AssistantSaying } from './assistantMessages.ts'
import { hostPort } from './hostPort.ts'

// The code assistant: one process, opened once, asked by messages. Everything live goes before it.
const port = hostPort()
const say = (saying: AssistantSaying) => port.send(saying)
const asked = new Map<number, (answer: unknown) => void>()
let questions = 0
let opening: Promise<Assistant> | undefined

try {
  setPriority(constants.priority.PRIORITY_BELOW_NORMAL)
} catch {
  // A system that does not allow it shares as it likes
}

const engine: ReadOnlyEngine = {
  ask(name, request) {
    questions += 1
    const id = questions
    say({ kind: 'ask', id, name, request })
    // What the other side answers to a name has the shape of that name by contract
    return new Promise(resolve => asked.set(id, answer => resolve(answer as Answer<typeof name>)))
  },
}

port.onMessage(message => {
  if (!isAssistantCall(message)) return
  if (message.kind === 'open') opening = open(message.opening)
  else if (message.kind === 'close') void close()
  else if (message.kind === 'answer') {
    asked.get(message.id)?.(message.answer)
    asked.delete(message.id)
  } else void answer(message.id, message.name, message.request)
})

async function open({ folder, migrations, ...rest }: AssistantOpening): Promise<Assistant> {
  const { database, setAside } = openAssistantDatabase({ folder, migrations })
  const around = {
    ...rest,
    folder,
    database,
    setAside,
    engine,
    now: Date.now,
    newId: randomUUID,
    tell: (news: AssistantNews) => say({ kind: 'news', news }),
  }
  return openAssistant(around, true)
}

async function answer(id: number, name: string, request: unknown): Promise<void> {
  try {
    const assistant = await opening
    if (!assistant || !isAssistantRequest(name)) throw new Error(`the code assistant knows no "${name}"`)
    say({ kind: 'reply', id, value: await assistant.answer(name, assistantRequests[name].parse(request)) })
  } catch (cause) {
    say({ kind: 'refusal', id, message: cause instanceof Error ? cause.message : String(cause) })
  }
}

async function close(): Promise<void> {
  const assistant = await opening?.catch(() => undefined)
  await assistant?.close()
  say({ kind: 'closed' })
}

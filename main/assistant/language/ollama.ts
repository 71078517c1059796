import { isIP } from 'node:net'
import type * as z from 'zod'
import type { ModelCard } from '../../contract/assistant.ts'
import { failure, success, type Result } from '../../core/base/result.ts'
import type { LanguageModel } from './languageModel.ts'
import { describeModel, type ModelFacts } from './modelDescription.ts'
import { fitsIn, freeMemory, memoryOf } from './modelMemory.ts'
import { readAs, refusal, shown, tags, version } from './ollamaAnswers.ts'
import { chat, reasonOf, type Patience } from './ollamaChat.ts'
import { createTurns } from './turns.ts'

/** An Ollama server. */
export interface Ollama {
  /** The models that it has; the failure says why it cannot be asked. */
  models(): Promise<Result<readonly ModelCard[], string>>
  /** A model by its name, ready to answer. */
  model(name: string): Promise<Result<LanguageModel, string>>
}

/** How a server is spoken to. */
export interface OllamaOptions {
  /** Whether it may be on another machine; his code is sent to it then. */
  readonly mayLeaveMachine?: boolean
  readonly patience?: Patience
  /** Bytes of memory that are free now. */
  readonly free?: () => number
}

/** Milliseconds; the first piece may wait for a large model to be loaded. */
const USUAL_PATIENCE: Patience = { answer: 5000, first: 180_000, between: 30_000 }

type ModelTag = z.infer<typeof tags>['models'][number]

/** The server at an address; nothing is asked of it yet. Only one on this machine is spoken to, unless he says otherwise. */
export function openOllama(address: string, options: OllamaOptions = {}): Ollama {
  const { patience = USUAL_PATIENCE, free = freeMemory } = options
  const base = baseOf(address, options.mayLeaveMachine ?? false)

  async function ask<Value>(
    path: string,
    shape: z.ZodType<Value>,
    body?: object,
  ): Promise<Result<Value, string>> {
    if (!base.ok) return base
    try {
      const request = body && { method: 'POST', body: JSON.stringify(body), headers: JSON_HEADERS }
      const signal = AbortSignal.timeout(patience.answer)
      const response = await fetch(new URL(path, base.value), { ...request, signal, redirect: 'error' })
      const text = await response.text()
      if (!response.ok)
        return failure(`Ollama says: ${readAs(refusal, text)?.error ?? `HTTP ${response.status}`}.`)
      const value = readAs(shape, text)
      return value === undefined
        ? failure(`${base.value.href} answers what Ollama does not.`)
        : success(value)
    } catch (cause) {
      return failure(`No Ollama answers at ${base.value.href}: ${reasonOf(cause)}.`)
    }
  }

  async function cardOf(tag: ModelTag): Promise<ModelCard> {
    const answer = await ask('api/show', shown, { model: tag.name })
    return modelCard(tag, answer.ok ? answer.value : undefined, free())
  }

  return {
    async models() {
      const greeted = await ask('api/version', version)
      if (!greeted.ok) return greeted
      const listed = await ask('api/tags', tags)
      return listed.ok ? success(await Promise.all(listed.value.models.map(cardOf))) : listed
    },
    async model(name) {
      const listed = await ask('api/tags', tags)
      if (!listed.ok) return listed
      const tag = listed.value.models.find(it => it.name === name || it.name === `${name}:latest`)
      if (!tag || !base.ok) return failure(`Ollama has no model ${name}; \`ollama pull ${name}\` fetches it.`)
      const card = await cardOf(tag)
      const inTurn = createTurns()
      return success({
        card,
        generate: (request, onText) => inTurn(() => chat(base.value, tag.name, request, onText, patience)),
        close: () => Promise.resolve(),
      })
    },
  }
}

const JSON_HEADERS = { 'content-type': 'application/json' }

function baseOf(address: string, mayLeaveMachine: boolean): Result<URL, string> {
  const text = address.endsWith('/') ? address : `${address}/`
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (!url || !/^https?:$/.test(url.protocol))
    return failure(`The address of Ollama must be like http://127.0.0.1:11434, was ${address}.`)
  if (!mayLeaveMachine && !isLoopback(url.hostname))
    return failure(
      `${url.hostname} is another machine, to which your code would be sent; nothing is, unless you allow it.`,
    )
  return success(url)
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '[::1]' || (isIP(host) === 4 && host.startsWith('127.'))
}

function modelCard(tag: ModelTag, more: z.infer<typeof shown> | undefined, free: number): ModelCard {
  const facts: ModelFacts = new Map(
    Object.entries(more?.model_info ?? {}).flatMap(([name, value]) =>
      typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
        ? [[name, value]]
        : [],
    ),
  )
  const known = describeModel(facts)
  const details = more?.details ?? tag.details
  const level = /^(?:I?Q|F|BF)(\d+)/.exec(details?.quantization_level ?? '')?.[1]
  const memory = memoryOf(tag.size, known.context)
  return {
    name: tag.name,
    source: 'ollama',
    family: [details?.family ?? known.family, details?.parameter_size].filter(Boolean).join(' '),
    parameters: known.parameters,
    bits: level === undefined ? undefined : Number(level),
    contextLength: known.contextLength,
    bytes: tag.size,
    memory,
    licence: known.licence ?? more?.license?.trim().split('\n', 1)[0]?.slice(0, 100),
    fits: fitsIn(memory, free),
  }
}

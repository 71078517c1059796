import { failure, success, type Result } from '../../core/base/result.ts'
import { schemaOf, type ModelAnswer, type ModelFailure, type ModelRequest } from './languageModel.ts'
import { createLineReader } from './lineReader.ts'
import { MOST_CONTEXT } from './modelMemory.ts'
import { piece, readAs, refusal } from './ollamaAnswers.ts'

/** How long is waited, in milliseconds. */
export interface Patience {
  /** For an answer that needs no model. */
  readonly answer: number
  /** For the first piece of a model's answer, and from piece to piece. */
  readonly first: number
  readonly between: number
}

/** An answer longer than this is no answer. */
const LONGEST_ANSWER = 1_000_000

/** Why reading stopped before its end. */
class Stopped extends Error {
  readonly kind: ModelFailure['kind']

  constructor(kind: ModelFailure['kind'], sentence: string) {
    super(sentence)
    this.kind = kind
  }
}

/** Asks `api/chat` and tells the pieces of its stream; never throws. */
export async function chat(
  base: URL,
  model: string,
  request: ModelRequest,
  onText: (piece: string) => void,
  patience: Patience,
): Promise<Result<ModelAnswer, ModelFailure>> {
  const clock = createDeadline(patience, request.signal)
  let text = ''
  try {
    const response = await post(base, bodyOf(model, request), clock.signal)
    for await (const line of linesOf(response, clock)) {
      const read = readAs(piece, line)
      if (!read) throw new Stopped('broken', `Ollama sent what is no part of an answer: ${line.slice(0, 80)}`)
      if ('error' in read) throw new Stopped('refused', `Ollama says: ${read.error}.`)
      const { content } = read.message
      text += content
      if (content !== '') onText(content)
      if (text.length > LONGEST_ANSWER) throw new Stopped('broken', 'The answer did not end.')
      if (read.done) return success({ text, end: read.done_reason === 'length' ? 'cut' : 'whole' })
    }
    throw new Stopped('broken', 'Ollama went away in the middle of its answer.')
  } catch (cause) {
    const { kind, message } = clock.explain(cause, text === '')
    return failure({ kind, sentence: message, text })
  } finally {
    clock.end()
  }
}

function bodyOf(model: string, request: ModelRequest): string {
  const { system, messages, maximumTokens, temperature, seed, shape } = request
  return JSON.stringify({
    model,
    stream: true,
    messages: [
      { role: 'system', content: system },
      ...messages.map(({ by, text }) => ({ role: by === 'user' ? 'user' : 'assistant', content: text })),
    ],
    options: {
      temperature,
      num_predict: maximumTokens,
      num_ctx: MOST_CONTEXT,
      ...(seed !== undefined && { seed }),
    },
    ...(shape && { format: schemaOf(shape) }),
  })
}

async function post(base: URL, body: string, signal: AbortSignal): Promise<ReadableStream<Uint8Array>> {
  const headers = { 'content-type': 'application/json' }
  const url = new URL('api/chat', base)
  const response = await fetch(url, { method: 'POST', body, headers, signal, redirect: 'error' })
  if (response.ok && response.body) return response.body
  const said = readAs(refusal, await response.text())?.error ?? `HTTP ${response.status}`
  throw new Stopped('refused', `Ollama says: ${said}.`)
}

async function* linesOf(stream: ReadableStream<Uint8Array>, clock: Deadline): AsyncGenerator<string> {
  const reader = createLineReader()
  for await (const bytes of stream) {
    clock.heard()
    yield* reader.push(bytes).filter(line => line.trim() !== '')
  }
  const last = reader.end()
  if (last.trim() !== '') yield last
}

/** Ends a request that is cancelled, or of which nothing is heard for too long. */
interface Deadline {
  readonly signal: AbortSignal
  heard(): void
  explain(cause: unknown, isFirst: boolean): Stopped
  end(): void
}

function createDeadline({ first, between }: Patience, cancelled: AbortSignal | undefined): Deadline {
  const late = new AbortController()
  let timer = setTimeout(() => late.abort(), first)
  return {
    signal: cancelled ? AbortSignal.any([cancelled, late.signal]) : late.signal,
    heard() {
      clearTimeout(timer)
      timer = setTimeout(() => late.abort(), between)
    },
    explain(cause, isFirst) {
      if (cause instanceof Stopped) return cause
      if (cancelled?.aborted) return new Stopped('cancelled', 'Cancelled.')
      if (late.signal.aborted)
        return new Stopped('late', `Ollama was silent for ${(isFirst ? first : between) / 1000} seconds.`)
      if (isFirst) return new Stopped('unreachable', `Ollama cannot be asked: ${reasonOf(cause)}.`)
      return new Stopped('broken', `Ollama went away in the middle of its answer: ${reasonOf(cause)}.`)
    },
    end: () => clearTimeout(timer),
  }
}

/** What an error says; that of a connection stands in its cause. */
export function reasonOf(cause: unknown): string {
  if (!(cause instanceof Error)) return String(cause)
  return cause.cause instanceof Error ? cause.cause.message || cause.message : cause.message
}

import type * as llamaCpp from 'node-llama-cpp'
import { failure, success, type Result } from '../../core/base/result.ts'
import { fileCard } from './fileCards.ts'
import {
  schemaOf,
  type LanguageModel,
  type ModelAnswer,
  type ModelFailure,
  type ModelRequest,
} from './languageModel.ts'
import { freeMemory, MOST_CONTEXT } from './modelMemory.ts'
import { createTurns } from './turns.ts'

/** How a model file is run. */
export interface LlamaOptions {
  /** Threads of the processor; llama.cpp's own choice where none is given. */
  readonly threads?: number
  /** Whether the graphics processor is used where there is one. */
  readonly useGpu?: boolean
  /** Milliseconds that an answer may take. */
  readonly patience?: number
  /** Bytes of memory that are free now. */
  readonly free?: () => number
}

const USUAL_PATIENCE = 600_000

type Library = typeof llamaCpp

/**
 * Loads a model file (GGUF) by llama.cpp, which is an optional package: where it is not installed, or the file does not fit in
 * memory, the failure says so. Nothing is fetched or compiled.
 */
export async function openLlamaFile(
  file: string,
  options: LlamaOptions = {},
): Promise<Result<LanguageModel, string>> {
  const {
    threads,
    useGpu = process.platform === 'darwin',
    patience = USUAL_PATIENCE,
    free = freeMemory,
  } = options
  const card = fileCard(file, free())
  if (!card.ok) return card
  if (!card.value.fits.ok) return failure(card.value.fits.reason)
  const library = await loadLibrary()
  if (!library) return failure('Model files need the package node-llama-cpp, which is not installed here.')
  try {
    const llama = await library.getLlama({
      build: 'never',
      skipDownload: true,
      progressLogs: false,
      logLevel: library.LlamaLogLevel.disabled,
      gpu: useGpu ? 'auto' : false,
      ...(threads !== undefined && { maxThreads: threads }),
    })
    const model = await llama.loadModel({ modelPath: file })
    const contextSize = Math.min(model.trainContextSize, MOST_CONTEXT)
    const context = await model.createContext({ contextSize })
    const inTurn = createTurns()
    const closing = new AbortController()
    return success({
      card: card.value,
      generate: (request, onText) =>
        inTurn(() => answer({ library, context, patience, closing: closing.signal }, request, onText)),
      close() {
        closing.abort()
        return inTurn(() => llama.dispose())
      },
    })
  } catch (cause) {
    return failure(`${file} cannot be loaded: ${reasonOf(cause)}.`)
  }
}

async function loadLibrary(): Promise<Library | undefined> {
  try {
    return await import('node-llama-cpp')
  } catch {
    return undefined
  }
}

/** A model that is loaded. */
interface Loaded {
  readonly library: Library
  readonly context: llamaCpp.LlamaContext
  readonly patience: number
  /** Aborted when the model is given back. */
  readonly closing: AbortSignal
}

async function answer(
  { library, context, patience, closing }: Loaded,
  request: ModelRequest,
  onText: (piece: string) => void,
): Promise<Result<ModelAnswer, ModelFailure>> {
  const { messages, system, maximumTokens, temperature, seed, shape } = request
  const cancelled = request.signal ? AbortSignal.any([request.signal, closing]) : closing
  if (cancelled.aborted) return failure({ kind: 'cancelled', sentence: 'Cancelled.', text: '' })
  const late = AbortSignal.timeout(patience)
  let text = ''
  const sequence = context.getSequence()
  const session = new library.LlamaChatSession({ contextSequence: sequence, systemPrompt: system })
  try {
    session.setChatHistory([...session.getChatHistory(), ...historyOf(messages.slice(0, -1))])
    const grammar = shape && (await context.model.llama.createGrammarForJsonSchema(schemaOf(shape)))
    const { stopReason } = await session.promptWithMeta(messages.at(-1)?.text ?? '', {
      maxTokens: maximumTokens,
      temperature,
      signal: AbortSignal.any([cancelled, late]),
      onTextChunk(piece) {
        text += piece
        onText(piece)
      },
      ...(seed !== undefined && { seed }),
      ...(grammar && { grammar }),
    })
    return success({ text, end: stopReason === 'maxTokens' ? 'cut' : 'whole' })
  } catch (cause) {
    if (cancelled.aborted) return failure({ kind: 'cancelled', sentence: 'Cancelled.', text })
    if (late.aborted)
      return failure({
        kind: 'late',
        sentence: `The model did not end within ${patience / 1000} seconds.`,
        text,
      })
    return failure({ kind: 'broken', sentence: `The model failed: ${reasonOf(cause)}.`, text })
  } finally {
    session.dispose()
    sequence.dispose()
  }
}

function historyOf(
  messages: ModelRequest['messages'],
): ReturnType<llamaCpp.LlamaChatSession['getChatHistory']> {
  return messages.map(({ by, text }) =>
    by === 'user' ? { type: 'user', text } : { type: 'model', response: [text] },
  )
}

function reasonOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause)
}

import { readFileSync, statSync } from 'node:fs'
import { Tokenizer } from '@huggingface/tokenizers'
import { InferenceSession, Tensor } from 'onnxruntime-node'
import { failure, success, type Result } from '../../core/base/result.ts'
import type { CodeEncoder } from './codeEncoder.ts'
import { bringToLengthOne } from './dualEncoder.ts'

/** A code model that he supplies: an ONNX encoder and the tokenizer.json that belongs to it. */
export interface SuppliedFiles {
  readonly model: string
  readonly tokenizer: string
  /** Tokens of a text that are read; what comes after is cut off. */
  readonly mostTokens?: number
}

/** Counts as much as words: how good the model is on his code is not known. */
const SHARE = 0.5
const USUAL_TOKENS = 512

/** Texts a run: larger batches hold the thread for longer and are hardly faster on a processor. */
const BATCH = 4

/** Inputs that encoders have; others cannot be fed. */
const INPUTS = new Set(['input_ids', 'attention_mask', 'token_type_ids'])

/**
 * Opens a transformer encoder as it is usually exported: token ids and their mask go in, a vector a token comes out first [texts,
 * tokens, dimensions], and their mean over the tokens of a text, brought to length one, is the text's vector; an output [texts,
 * dimensions] is taken as it is. Runs hold the thread they are on. The failure says what does not fit.
 */
export async function openSuppliedEncoder(files: SuppliedFiles): Promise<Result<CodeEncoder, string>> {
  const tokenizer = openTokenizer(files.tokenizer)
  if (!tokenizer.ok) return tokenizer
  const session = await openSession(files.model)
  if (!session.ok) return session
  const unknown = session.value.inputNames.filter(name => !INPUTS.has(name))
  if (unknown.length > 0 || !session.value.inputNames.includes('input_ids'))
    return failure(`${files.model} is no text encoder: it wants ${session.value.inputNames.join(', ')}.`)
  const model = {
    session: session.value,
    tokenizer: tokenizer.value,
    mostTokens: files.mostTokens ?? USUAL_TOKENS,
  }
  const probe = await run(model, ['def price(spot): return spot'])
  if (!probe.ok) return failure(`${files.model} cannot be used: ${probe.failure}`)
  const dimensions = probe.value.length
  return success({
    dimensions,
    share: SHARE,
    identity: identityOf(files),
    report: { kind: 'supplied', file: files.model, dimensions },
    async embed(texts) {
      const vectors = new Float32Array(texts.length * dimensions)
      for (let first = 0; first < texts.length; first += BATCH) {
        const embedded = await run(model, texts.slice(first, first + BATCH))
        if (!embedded.ok) return failure(`The code model failed: ${embedded.failure}`)
        vectors.set(embedded.value, first * dimensions)
      }
      return success(vectors)
    },
  })
}

/** Tells one pair of files from another, and from what they were before they were written anew. */
function identityOf({ model, tokenizer, mostTokens }: SuppliedFiles): string {
  const told = [model, tokenizer].map(file => {
    const { size, mtimeMs } = statSync(file)
    return [file, size, mtimeMs]
  })
  return JSON.stringify([...told, mostTokens ?? USUAL_TOKENS])
}

interface Model {
  readonly session: InferenceSession
  readonly tokenizer: Tokenizer
  readonly mostTokens: number
}

function openTokenizer(file: string): Result<Tokenizer, string> {
  try {
    const described: unknown = JSON.parse(readFileSync(file, 'utf8'))
    if (typeof described !== 'object' || described === null) return failure(`${file} is no tokenizer.`)
    const tokenizer = new Tokenizer(described, {})
    tokenizer.encode('probe')
    return success(tokenizer)
  } catch (cause) {
    return failure(`${file} cannot be read as a tokenizer: ${reasonOf(cause)}`)
  }
}

async function openSession(file: string): Promise<Result<InferenceSession, string>> {
  try {
    const options = { executionProviders: ['cpu'], intraOpNumThreads: 1, interOpNumThreads: 1 }
    return success(await InferenceSession.create(file, options))
  } catch (cause) {
    return failure(`${file} cannot be read as an ONNX model: ${reasonOf(cause)}`)
  }
}

/** Vectors of a batch, one after the other. */
async function run(
  { session, tokenizer, mostTokens }: Model,
  texts: readonly string[],
): Promise<Result<Float32Array, string>> {
  try {
    const tokens = texts.map(text => cut(tokenizer.encode(text).ids, mostTokens))
    const width = Math.max(1, ...tokens.map(({ length }) => length))
    const answer = await session.run(feedsOf(session.inputNames, tokens, width))
    const output = answer[session.outputNames[0] ?? '']
    if (!output || !(output.data instanceof Float32Array))
      return failure('its first output is not of 32-bit numbers')
    return pooled(output.data, output.dims, tokens)
  } catch (cause) {
    return failure(reasonOf(cause))
  }
}

/** The first tokens, with the last one, which ends a text, in the last place. */
function cut(ids: readonly number[], most: number): readonly number[] {
  return ids.length <= most ? ids : [...ids.slice(0, most - 1), ids.at(-1) ?? 0]
}

function feedsOf(names: readonly string[], tokens: readonly (readonly number[])[], width: number) {
  const shape = [tokens.length, width]
  const columns = (of: (text: readonly number[], place: number) => number) =>
    BigInt64Array.from({ length: tokens.length * width }, (_, cell) => {
      return BigInt(of(tokens[Math.floor(cell / width)] ?? [], cell % width))
    })
  const values = {
    input_ids: () => columns((text, place) => text[place] ?? 0),
    attention_mask: () => columns((text, place) => (place < text.length ? 1 : 0)),
    token_type_ids: () => columns(() => 0),
  }
  const feed = (name: string) =>
    Object.entries(values).find(([known]) => known === name)?.[1]() ?? columns(() => 0)
  return Object.fromEntries(names.map(name => [name, new Tensor('int64', feed(name), shape)]))
}

function pooled(
  data: Float32Array,
  shape: readonly number[],
  tokens: readonly (readonly number[])[],
): Result<Float32Array, string> {
  const dimensions = shape.at(-1) ?? 0
  const isPooled = shape.length === 2
  if ((!isPooled && shape.length !== 3) || shape[0] !== tokens.length || dimensions === 0)
    return failure(`its first output has the shape [${shape.join(', ')}]`)
  if (!data.every(Number.isFinite)) return failure('it gave what is no number')
  const vectors = new Float32Array(tokens.length * dimensions)
  const width = isPooled ? 1 : (shape[1] ?? 0)
  tokens.forEach(({ length }, text) => {
    const vector = vectors.subarray(text * dimensions, (text + 1) * dimensions)
    for (let token = 0; token < (isPooled ? 1 : length); token += 1) {
      const start = (text * width + token) * dimensions
      for (let place = 0; place < dimensions; place += 1) {
        vector[place] = (vector[place] ?? 0) + (data[start + place] ?? 0)
      }
    }
    bringToLengthOne(vector)
  })
  return success(vectors)
}

function reasonOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause)
}

import type { ContextShape } from './modelMemory.ts'

/** What the header of a model file says of it, by the names of the GGUF format (`llama.context_length`). */
export type ModelFacts = ReadonlyMap<string, string | number | boolean>

/** What is told of a model, and what its memory depends on. */
export interface ModelDescription {
  readonly family: string
  readonly parameters: number | undefined
  readonly contextLength: number | undefined
  readonly licence: string | undefined
  readonly context: ContextShape | undefined
}

const LONGEST_LICENCE = 100

/** Reads a description from facts, whichever of them are there. */
export function describeModel(facts: ModelFacts): ModelDescription {
  const text = (name: string) => {
    const value = facts.get(name)
    return typeof value === 'string' ? value : undefined
  }
  const architecture = text('general.architecture') ?? 'unknown'
  const count = (name: string) => {
    const value = facts.get(name)
    return typeof value === 'number' && Number.isFinite(value) && value > 0 ? value : undefined
  }
  const own = (name: string) => count(`${architecture}.${name}`)
  const size = text('general.size_label')
  const contextLength = own('context_length')
  const layers = own('block_count')
  const heads = own('attention.head_count')
  const width = own('embedding_length')
  const headWidth = own('attention.key_length') ?? (width && heads && width / heads)
  const keyHeads = own('attention.head_count_kv') ?? heads
  return {
    family: size === undefined ? architecture : `${architecture} ${size}`,
    parameters: count('general.parameter_count'),
    contextLength,
    licence: text('general.license')?.slice(0, LONGEST_LICENCE),
    context:
      contextLength && layers && headWidth && keyHeads
        ? { contextLength, layers, keyNumbers: headWidth * keyHeads }
        : undefined,
  }
}

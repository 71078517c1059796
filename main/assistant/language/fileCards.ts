import { closeSync, openSync, readSync, readdirSync, statSync } from 'node:fs'
import { basename, extname, join } from 'node:path'
import type { ModelCard } from '../../contract/assistant.ts'
import { failure, success, type Result } from '../../core/base/result.ts'
import { readGgufHeader } from './ggufHeader.ts'
import { describeModel } from './modelDescription.ts'
import { chooseCopy, fitsIn, freeMemory, memoryOf } from './modelMemory.ts'

/** The part of a file that is read for its header at first, and at most: vocabularies stand in it. */
const FIRST_PART = 1 << 20
const LARGEST_HEADER = 1 << 28

/** What is known of a model file (GGUF), from its header; the failure says why it is none. `free` bytes of memory. */
export function fileCard(file: string, free = freeMemory()): Result<ModelCard, string> {
  try {
    const { size } = statSync(file)
    for (let part = FIRST_PART; ; part *= 8) {
      const header = readGgufHeader(firstBytes(file, Math.min(part, size)))
      if (!header.ok && header.failure.isShort && part < size && part < LARGEST_HEADER) continue
      if (!header.ok) return failure(`${file} cannot be used. ${header.failure.sentence}`)
      const { facts, parameters, bits } = header.value
      const known = describeModel(facts)
      const memory = memoryOf(size, known.context)
      return success({
        name: file,
        source: 'file',
        family: known.family,
        parameters: known.parameters ?? parameters,
        bits,
        contextLength: known.contextLength,
        bytes: size,
        memory,
        licence: known.licence,
        fits: fitsIn(memory, free),
      })
    }
  } catch (cause) {
    return failure(`${file} cannot be read: ${cause instanceof Error ? cause.message : String(cause)}.`)
  }
}

/** The cards of every model file in a folder, by name; those that are none are left out, and so is a folder that is not there. */
export function fileCards(folder: string, free = freeMemory()): readonly ModelCard[] {
  return modelFiles(folder).flatMap(file => {
    const card = fileCard(file, free)
    return card.ok ? [card.value] : []
  })
}

/**
 * The files that are copies of one model, of which only the bits differ: names that are the same but for the last part, as
 * `coder-7b-Q4_K_M.gguf` and `coder-7b-Q8_0.gguf` are.
 */
export function copiesOf(cards: readonly ModelCard[], card: ModelCard): readonly ModelCard[] {
  const model = modelName(card)
  return cards.filter(other => other.source === card.source && modelName(other) === model)
}

/**
 * The copy to open where one is wanted: that one where it fits in so much free memory, else the copy of the same model with the most
 * bits that does. The failure says what the smallest would need.
 */
export function fittingCopy(
  cards: readonly ModelCard[],
  wanted: ModelCard,
  free: number,
): Result<ModelCard, string> {
  return fitsIn(wanted.memory, free).ok ? success(wanted) : chooseCopy(copiesOf(cards, wanted), free)
}

/** A name without what says its bits. */
function modelName({ name }: ModelCard): string {
  return basename(name, '.gguf')
    .toLowerCase()
    .replace(/[-_.:]?(?:i?q\d\w*|f16|bf16|f32|fp16)$/, '')
}

function modelFiles(folder: string): readonly string[] {
  try {
    const names = readdirSync(folder).filter(name => extname(name).toLowerCase() === '.gguf')
    return names.toSorted().map(name => join(folder, name))
  } catch {
    return []
  }
}

function firstBytes(file: string, length: number): Uint8Array {
  const opened = openSync(file, 'r')
  try {
    const bytes = Buffer.alloc(length)
    return bytes.subarray(0, readSync(opened, bytes, 0, length, 0))
  } finally {
    closeSync(opened)
  }
}

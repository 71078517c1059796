import { readFileSync } from 'node:fs'
import { failure, success, type Result } from '../../core/base/result.ts'
import { decodeSource } from '../syntax/decodeSource.ts'
import { grammarOf, languageOf, type Grammar, type Grammars } from '../syntax/grammars.ts'
import { readCode } from '../syntax/readCode.ts'
import { codeOf, type FoundFile } from './findFiles.ts'
import { digestOf, type FileWrite, type ReadFile, type StoredFile } from './indexStore.ts'

/** Largest file that is read, bytes: nobody writes more by hand. */
export const LARGEST_FILE = 2 * 1024 * 1024

/**
 * Coarsest clock of a file system in use, milliseconds. A file that was changed so shortly before it was read may change again and
 * look the same, so the time of its change is not trusted.
 */
const COARSEST_CLOCK = 2000

const NOTHING: ReadFile['content'] = { imports: [], functions: [], callSites: [] }

/**
 * What has to be written of a file that was found, so that what is stored is what stands in it; undefined where nothing has to.
 *
 * @param now milliseconds since the epoch
 */
export function newsOf(
  grammars: Grammars,
  folder: string,
  found: FoundFile,
  stored: StoredFile | undefined,
  now: number,
): FileWrite | undefined {
  const grammar = grammarOf(found.path)
  if (!grammar) return stored && { kind: 'forget', path: found.path }
  const bytes = bytesOf(found)
  const digest = bytes.ok ? digestOf(bytes.value) : ''
  const isFresh = now - found.modifiedAt < COARSEST_CLOCK
  const seen = isFresh ? { ...found, modifiedAt: 0 } : found
  if (stored && digest !== '' && stored.digest === digest) {
    const isTold = stored.size === seen.size && stored.modifiedAt === seen.modifiedAt
    return isTold ? undefined : { kind: 'touch', found: seen }
  }
  const text = bytes.ok ? decodeSource(bytes.value) : bytes
  const read = text.ok
    ? contentOf(grammars, grammar, text.value)
    : { content: NOTHING, problem: text.failure }
  return {
    kind: 'read',
    folder,
    file: { found: seen, language: languageOf(grammar), digest, ...read },
  }
}

/** Whether the file system says that a file is as it was when it was read. */
export function looksTheSame(found: FoundFile, stored: StoredFile | undefined): boolean {
  if (!stored || stored.digest === '') return false
  return stored.size === found.size && stored.modifiedAt === found.modifiedAt
}

function contentOf(
  grammars: Grammars,
  grammar: Grammar,
  text: string,
): Pick<ReadFile, 'content' | 'problem'> {
  const { imports, functions, callSites, hasErrors } = readCode(grammars, grammar, text)
  const problem = hasErrors ? 'is read in part: some of it could not be parsed' : undefined
  return { content: { imports, functions, callSites }, problem }
}

function bytesOf({ path, size }: FoundFile): Result<Uint8Array, string> {
  if (size > LARGEST_FILE) return failure(`is larger than ${LARGEST_FILE / 1024 / 1024} MB`)
  try {
    return success(readFileSync(path))
  } catch (cause) {
    return failure(`cannot be read (${codeOf(cause)})`)
  }
}

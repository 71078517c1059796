import { readFileSync } from 'node:fs'
import { basename } from 'node:path'
import type { OptimiseReport } from '../contract/assistant.ts'
import { failure, success, type Result } from '../core/base/result.ts'
import { codeOf } from './codeIndex/findFiles.ts'
import { callKnowledge } from './callKnowledge.ts'
import { linesOf } from './change/lines.ts'
import type { OptimiseParts, OptimiseRequest, OptimiseWatch } from './optimiseParts.ts'
import { Proving, type Subject } from './proving.ts'
import { decodeSource } from './syntax/decodeSource.ts'
import { functionNamed } from './syntax/python/functions.ts'
import type { Taste } from './taste/taste.ts'

const VARIANTS = 1000
/** A bound for a busy machine; on a quiet one so many are made in a tenth of a second. */
const EXPLORING_MILLISECONDS = 600
/** How often others are tried while nothing faster was found. */
const MOST_ROUNDS = 3

/**
 * Makes a function faster: explores variants, scores all of them in one pass, has the most promising proven and timed, and ranks
 * what was proven by speed and taste. What was not run, or not to its end, is never shown as verified. Fails with a sentence where
 * there is nothing to work on.
 */
export async function optimise(
  parts: OptimiseParts,
  request: OptimiseRequest,
  watch: OptimiseWatch,
): Promise<Result<OptimiseReport, string>> {
  const began = performance.now()
  const subject = readSubject(parts, request)
  if (!subject.ok) return subject
  const { signal, onProgress } = watch
  onProgress?.('looking for faster forms', 0, 1)
  const { module, knowledge } = subject.value
  const { taste, random } = parts
  const exploration = parts.explore(module, request.function, knowledge, {
    random,
    variants: VARIANTS,
    milliseconds: EXPLORING_MILLISECONDS,
    priors: taste.priors(),
  })
  const scores = taste.score(exploration.variants)
  // The model writes while the first are being proven
  const proposed = request.proposals?.(signal).catch(() => [])
  const proving = new Proving(parts, request, watch, { ...subject.value, exploration, scores, began })
  proving.tell(false)
  for (let round = 0; round < MOST_ROUNDS && !proving.hasFaster; round += 1)
    if (!(await proving.proveMore())) break
  if (proposed) await proving.proveProposed(await unlessAborted(proposed, signal))
  return success(proving.tell(true))
}

/** The cards of a report in the order of the taste as it is now. */
export function rerank(taste: Taste, report: OptimiseReport): OptimiseReport {
  return { ...report, cards: taste.rank(report.cards) }
}

function readSubject(
  { readModule, callSites }: OptimiseParts,
  { file, function: path }: OptimiseRequest,
): Result<Subject, string> {
  let bytes: Buffer
  try {
    bytes = readFileSync(file)
  } catch (cause) {
    return failure(`${basename(file)} could not be read (${codeOf(cause)}).`)
  }
  if (!/\.pyw?$/.test(file)) return failure(`Only Python is made faster, and ${basename(file)} is not.`)
  const decoded = decodeSource(bytes)
  if (!decoded.ok) return failure(`${basename(file)} ${decoded.failure}.`)
  const source = linesOf(decoded.value).contents.join('\n')
  const module = readModule(source)
  const statement = functionNamed(module, path)
  if (!statement) return failure(`${basename(file)} has no function ${path}.`)
  const lines = statement.lines ?? { first: 1, last: 1 }
  return success({
    source,
    module,
    knowledge: callKnowledge(statement, path, lines, callSites(statement.name)),
  })
}

/** What a promise gives, or nothing as soon as nobody wants it any more. */
async function unlessAborted<Value>(
  promise: Promise<readonly Value[]>,
  signal: AbortSignal,
): Promise<readonly Value[]> {
  if (signal.aborted) return []
  const aborted = Promise.withResolvers<readonly Value[]>()
  const end = () => aborted.resolve([])
  signal.addEventListener('abort', end, { once: true })
  try {
    return await Promise.race([promise, aborted.promise])
  } finally {
    signal.removeEventListener('abort', end)
  }
}

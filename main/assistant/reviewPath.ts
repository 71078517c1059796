import { statSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { basename } from 'node:path'
import type { CodeFinding, CodeSuspicion, ReviewReport } from '../contract/assistant.ts'
import { failure, success, type Result } from '../core/base/result.ts'
import type { AssistantParts } from './assistantParts.ts'
import { findFiles } from './codeIndex/findFiles.ts'
import { importRoot, packageOf } from './importRoot.ts'
import { keepReviewReport } from './reports.ts'
import { reviewModule, type ReviewParts } from './review/reviewModule.ts'
import { REVIEW_RULES } from './review/rules.ts'
import { decodeSource } from './syntax/decodeSource.ts'
import { readPython } from './syntax/python/read.ts'

/** Who watches a review. */
export interface ReviewWatch {
  readonly signal: AbortSignal
  readonly onProgress: (phase: string, done: number, total: number) => void
  /** The report as it grows; the last one is the one that is given back. */
  readonly onReport?: (report: ReviewReport) => void
}

/**
 * Reviews a Python file, or all of a folder. Fails with a sentence where there is nothing to review or nothing can be run: a
 * finding is only told with an input that was run and failed.
 */
export async function reviewPath(
  parts: AssistantParts,
  path: string,
  { signal, onProgress, onReport = () => undefined }: ReviewWatch,
): Promise<Result<ReviewReport, string>> {
  const began = performance.now()
  const opened = await parts.workshop.verifier()
  if (!opened.ok) return opened
  const files = await pythonFiles(path, signal)
  if (!files.ok) return files
  const { evaluate } = opened.value
  const reviewing: ReviewParts = { rules: REVIEW_RULES, references: parts.workshop.references, evaluate }
  const [id, at] = [parts.newId(), parts.now()]
  const findings: CodeFinding[] = []
  const suspicions: CodeSuspicion[] = []
  const counts = { files: 0, functions: 0 }
  const report = (): ReviewReport => ({
    id,
    at,
    path,
    ...counts,
    findings: [...findings],
    suspicions: [...suspicions],
    milliseconds: performance.now() - began,
  })
  for (const [done, file] of files.value.entries()) {
    if (signal.aborted) break
    onProgress(`reviewing ${basename(file)}`, done, files.value.length)
    const source = decodeSource(await readFile(file))
    // A file that is no text is told by the index, with its folder
    if (!source.ok) continue
    const module = readPython(parts.grammars, source.value)
    const folder = importRoot(file)
    const reviewed = await reviewModule(
      reviewing,
      { file, folder, package: packageOf(file), source: source.value, module },
      signal,
    )
    findings.push(...reviewed.findings.map(finding => ({ ...finding, id: parts.newId() })))
    suspicions.push(...reviewed.suspicions)
    counts.files += 1
    counts.functions += reviewed.functions
    onReport(report())
  }
  keepReviewReport(parts.database, report())
  return success(report())
}

async function pythonFiles(path: string, signal: AbortSignal): Promise<Result<readonly string[], string>> {
  const stats = statSync(path, { throwIfNoEntry: false })
  if (!stats) return failure(`There is no file or folder ${path}.`)
  if (stats.isFile())
    return isPython(path)
      ? success([path])
      : failure(`Only Python is reviewed, and ${basename(path)} is not.`)
  const { files } = await findFiles(path, signal)
  const found = files.map(file => file.path).filter(isPython)
  return found.length === 0 ? failure(`There is no Python file in ${path}.`) : success(found.toSorted())
}

function isPython(path: string): boolean {
  return /\.pyw?$/.test(path)
}

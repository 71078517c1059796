import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { openMemory } from '../../adapters/memory/memoryStore.ts'
import type { Decision } from '../../core/policy/decision.ts'
import { failure, success, type Result } from '../../core/base/result.ts'
import { contractsFromFills, contractsFromPositions } from '../../core/portfolio/position.ts'
import { Engine } from '../../engine/engine.ts'
import { verifyJournal } from '../../engine/verifyJournal.ts'
import type { Places } from '../services.ts'
import { idlePorts } from '../idlePorts.ts'
import { suggestionRules } from '../rules.ts'
import type { Settings } from '../../adapters/settings/settings.ts'

/** What a journal is worth when it is lived again. */
export interface JournalReport {
  readonly session: string
  readonly entries: number
  readonly digest: string
  readonly relivedDigest: string
  readonly isSame: boolean
  readonly differsAt: number | null
  readonly answers: readonly { readonly decision: string; readonly kind: string }[]
  readonly fills: readonly string[]
  /** Whether positions are the sum of fills. */
  readonly positionsMatchFills: boolean
}

/** The decisions in a data folder, newest first. */
export async function listDecisions(
  settings: Settings,
  places: Places,
  session: string | undefined,
  limit: number,
): Promise<Result<readonly Decision[], string>> {
  const file = join(settings.data.folder, 'memory.db')
  if (!existsSync(file)) return failure(`data.folder: there is no memory in ${settings.data.folder}`)
  const memory = await openMemory(file, places.migrations)
  const decisions = await memory.decisions(session, limit)
  await memory.close()
  return success(decisions)
}

/** Lives the journal of a session again, from its file, and holds everything against it. */
export async function verifyMemory(
  settings: Settings,
  places: Places,
  session: string | undefined,
): Promise<Result<JournalReport, string>> {
  const file = join(settings.data.folder, 'memory.db')
  if (!existsSync(file)) return failure(`data.folder: there is no memory in ${settings.data.folder}`)
  const memory = await openMemory(file, places.migrations)
  const entries = await memory.journal(session)
  await memory.close()
  if (entries.length === 0) return failure(`session: the memory holds no session ${session ?? ''}`)
  const verdict = verifyJournal(entries)
  const engine = new Engine(idlePorts(), suggestionRules(settings))
  engine.recover(entries)
  const { book } = engine
  const held = [...contractsFromPositions(book.positions.values())]
  const settled = [...book.positions.values()].some(
    position => position.closedAt !== undefined && book.phase !== 'session',
  )
  const fromFills = contractsFromFills(book.fills)
  return success({
    session: book.session?.id ?? '',
    entries: entries.length,
    digest: sha256(verdict.journalled),
    relivedDigest: sha256(verdict.relived),
    isSame: verdict.differsAt === undefined,
    differsAt: verdict.differsAt ?? null,
    answers: [...book.decisions.values()].flatMap(decision =>
      decision.answer ? [{ decision: decision.id, kind: decision.answer.kind }] : [],
    ),
    fills: book.fills.map(fill => fill.id),
    positionsMatchFills:
      settled ||
      (held.length === fromFills.size && held.every(([leg, count]) => fromFills.get(leg) === count)),
  })
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}

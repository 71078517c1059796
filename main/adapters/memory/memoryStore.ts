import type { Database } from 'better-sqlite3'
import { fromText, toText } from '../../core/base/plainText.ts'
import { daysBetween, newYorkDate } from '../../core/session/newYork.ts'
import { SITUATION_SIZE, SITUATION_VERSION, likeness } from '../../core/memory/situation.ts'
import type { Neighbour } from '../../core/memory/recollection.ts'
import type { Decision } from '../../core/policy/decision.ts'
import type { BookEvent } from '../../engine/book/bookEvent.ts'
import type { Fact } from '../../contract/audits.ts'
import type { JournalEntry, Recall } from '../../engine/ports.ts'
import { openDatabase } from './openDatabase.ts'
import { actionWords, createProjector } from './projections.ts'
import { createSituationIndex, type SituationIndex } from './situationIndex.ts'

/** Likeness from which a past situation counts as the same setup. */
const SAME_SETUP = 0.85

/** What the memory says of itself. */
export interface MemoryReport {
  readonly file: string
  readonly setAside: string | undefined
  readonly index: SituationIndex['kind']
  readonly situations: number
  readonly entries: number
}

/** The memory database: one writer, on the thread that opened it. */
export interface MemoryStore {
  append(entries: readonly JournalEntry[]): Promise<void>
  recall(situation: Float32Array, count: number, before: number): Promise<Recall>
  /** The journal of the last session, or of a named one. */
  journal(session?: string): Promise<JournalEntry[]>
  sessions(): Promise<SessionRow[]>
  /** Decisions, newest first. */
  decisions(session: string | undefined, limit: number): Promise<Decision[]>
  layout(display: string): Promise<string | null>
  saveLayout(display: string, layout: string): Promise<void>
  report(): Promise<MemoryReport>
  close(): Promise<void>
}

/** Opens the memory in a file, or `:memory:` for a run that is forgotten. */
export async function openMemory(file: string, migrationsFolder: string): Promise<MemoryStore> {
  const { database, setAside } = openDatabase(file, migrationsFolder, () => new Date())
  const index = await createSituationIndex(SITUATION_SIZE)
  const neighbours: Neighbour[] = []
  loadSituations(database, index, neighbours)
  const ask = prepareQuestions(database)
  const insert = database.prepare(
    'INSERT INTO journal VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (sequence) DO NOTHING',
  )
  const projector = createProjector(database)
  const append = database.transaction((entries: readonly JournalEntry[]) =>
    entries.filter(entry => {
      const { sequence, session, time, event, facts } = entry
      const result = insert.run(sequence, session, time, event.kind, toText(event), toText(facts))
      // An entry that is in already came in with an append that was given up too early
      const isNew = result.changes === 1
      if (isNew) projector(entry)
      return isNew
    }),
  )
  return {
    async append(entries) {
      for (const entry of append.immediate(entries))
        for (const fact of entry.facts) remember(fact, index, neighbours)
    },
    async recall(situation, count, before) {
      const past = nearestBefore(index, neighbours, situation, count, before)
      const alike = past.filter(entry => entry.likeness >= SAME_SETUP).map(entry => entry.date)
      const last = alike.toSorted().at(-1)
      const daysSinceSimilar = last === undefined ? undefined : daysBetween(last, newYorkDate(before))
      return { neighbours: past, searched: index.size, daysSinceSimilar }
    },
    async journal(session) {
      const id = session ?? ask.lastSession.pluck().get()
      return ask.journalOf.all(id).map(entryOf)
    },
    async sessions() {
      return ask.sessions.all()
    },
    async decisions(session, limit) {
      return ask.decisions
        .all({ session: session ?? null, limit })
        .map(row => fromText<Decision>(row.decision))
    },
    async layout(display) {
      const layout = database.prepare('SELECT layout FROM layouts WHERE display = ?').pluck().get(display)
      return typeof layout === 'string' ? layout : null
    },
    async saveLayout(display, layout) {
      database.prepare('INSERT OR REPLACE INTO layouts VALUES (?, ?)').run(display, layout)
    },
    async report() {
      const entries = Number(database.prepare('SELECT count(*) FROM journal').pluck().get())
      return { file, setAside, index: index.kind, situations: index.size, entries }
    },
    async close() {
      database.close()
    },
  }
}

function prepareQuestions(database: Database) {
  return {
    lastSession: database.prepare(
      "SELECT session FROM journal WHERE session != '' ORDER BY sequence DESC LIMIT 1",
    ),
    journalOf: database.prepare<unknown[], JournalRow>(
      'SELECT * FROM journal WHERE session = ? ORDER BY sequence',
    ),
    sessions: database.prepare<[], SessionRow>(
      'SELECT id, date, source FROM sessions ORDER BY opened_at DESC',
    ),
    decisions: database.prepare<unknown[], { decision: string }>(
      'SELECT decision FROM decisions WHERE @session IS NULL OR session = @session ORDER BY time DESC LIMIT @limit',
    ),
  }
}

/** A session as the list of sessions shows it. */
export interface SessionRow {
  readonly id: string
  readonly date: string
  readonly source: string
}

interface JournalRow {
  readonly sequence: number
  readonly session: string
  readonly time: number
  readonly event: string
  readonly facts: string
}

interface SituationRow {
  readonly decision: string
  readonly date: string
  readonly time: number
  readonly vector: Buffer
  readonly action: string
  readonly answer: string
  readonly net: number
}

function entryOf(row: JournalRow): JournalEntry {
  const { sequence, session, time } = row
  return {
    sequence,
    session,
    time,
    event: fromText<BookEvent>(row.event),
    facts: fromText<readonly Fact[]>(row.facts),
  }
}

function loadSituations(database: Database, index: SituationIndex, neighbours: Neighbour[]): void {
  const rows = database.prepare<unknown[], SituationRow>(
    'SELECT * FROM situations WHERE version = ? ORDER BY time',
  )
  for (const row of rows.iterate(SITUATION_VERSION)) {
    const vector = new Float32Array(
      row.vector.buffer.slice(row.vector.byteOffset, row.vector.byteOffset + row.vector.byteLength),
    )
    const { decision, date, time, action, answer, net } = row
    index.add(neighbours.length, vector)
    neighbours.push({ decision, date, time, likeness: 0, action, answer, net })
  }
}

/** The nearest situations that lie before an instant; later ones, as a replay of an old day finds, are passed over. */
function nearestBefore(
  index: SituationIndex,
  neighbours: readonly Neighbour[],
  situation: Float32Array,
  count: number,
  before: number,
): Neighbour[] {
  for (let breadth = count + 1; ; breadth *= 2) {
    const past = index.nearest(situation, breadth).flatMap(({ label, squaredDistance }) => {
      const known = neighbours[label]
      return known && known.time < before ? [{ ...known, likeness: likeness(squaredDistance) }] : []
    })
    if (past.length >= count || breadth >= index.size) return past.slice(0, count)
  }
}

/** Puts a scored decision among the situations that can be recalled. */
function remember(fact: Fact, index: SituationIndex, neighbours: Neighbour[]): void {
  if (fact.kind !== 'scored') return
  const { decision } = fact
  const { outcome } = decision
  if (!outcome || outcome.status === 'unavailable') return
  index.add(neighbours.length, Float32Array.from(decision.situation))
  const answer = decision.answer?.kind ?? decision.status
  const { id, date, time } = decision
  neighbours.push({
    decision: id,
    date,
    time,
    likeness: 0,
    action: actionWords(decision),
    answer,
    net: outcome.net,
  })
}

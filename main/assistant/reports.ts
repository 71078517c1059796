import type { Database } from 'better-sqlite3'
import type {
  CodeFinding,
  NightReport,
  OptimiseReport,
  ReviewReport,
  VariantCard,
} from '../contract/assistant.ts'
import { keepRequest } from './history.ts'

/** Keeps a report with its cards, and what was asked with what became of it; one of the same id is replaced. */
export function keepOptimiseReport(database: Database, report: OptimiseReport): void {
  const { cards, ...rest } = report
  database.transaction(() => {
    database
      .prepare(KEEP_REPORT)
      .run(report.id, report.at, 'optimise', JSON.stringify({ ...rest, cards: [] }))
    // What was answered while the report still grew stays, and stays answered
    const answered = readCards(database, report.id).filter(({ applied }) => applied !== 'not')
    const kept = [
      ...cards.map(card => answered.find(({ id }) => id === card.id) ?? card),
      ...answered.filter(({ id }) => cards.every(card => card.id !== id)),
    ]
    database.prepare('DELETE FROM cards WHERE report = ?').run(report.id)
    const keep = database.prepare('INSERT INTO cards (id, report, card) VALUES (?, ?, ?)')
    for (const card of kept) keep.run(card.id, report.id, JSON.stringify(card))
    if (report.request === '') return
    const { id, at, request: text, sentence: outcome } = report
    keepRequest(database, { id, at, text, outcome })
  })()
}

/** The report of an id, or the newest that he asked for (those of a night are asked for by nobody); its cards in the order in which they were kept. */
export function readOptimiseReport(database: Database, id: string | undefined): OptimiseReport | undefined {
  const text = readReport(database, 'optimise', id)
  if (text === undefined) return undefined
  const report: OptimiseReport = JSON.parse(text)
  return { ...report, cards: readCards(database, report.id) }
}

/** The report that a card is in. */
export function reportOfCard(database: Database, card: string): OptimiseReport | undefined {
  const id = database.prepare<[string], string>('SELECT report FROM cards WHERE id = ?').pluck().get(card)
  return id === undefined ? undefined : readOptimiseReport(database, id)
}

/** Says of a card what became of it: whether it stands in its file, or was refused. */
export function markCard(database: Database, card: string, applied: VariantCard['applied']): void {
  database.prepare("UPDATE cards SET card = json_set(card, '$.applied', ?) WHERE id = ?").run(applied, card)
}

/** Keeps the report of a review. */
export function keepReviewReport(database: Database, report: ReviewReport): void {
  database.prepare(KEEP_REPORT).run(report.id, report.at, 'review', JSON.stringify(report))
}

/** The review of an id, or the newest. */
export function readReviewReport(database: Database, id: string | undefined): ReviewReport | undefined {
  const text = readReport(database, 'review', id)
  if (text === undefined) return undefined
  const report: ReviewReport = JSON.parse(text)
  // Once suspicions were only counted
  return { ...report, suspicions: Array.isArray(report.suspicions) ? report.suspicions : [] }
}

/** Keeps the report of a night. */
export function keepNightReport(database: Database, report: NightReport): void {
  database.prepare(KEEP_REPORT).run(report.id, report.startedAt, 'night', JSON.stringify(report))
}

/** The night of an id, or the newest. */
export function readNightReport(database: Database, id: string | undefined): NightReport | undefined {
  const text = readReport(database, 'night', id)
  if (text === undefined) return undefined
  const report: NightReport = JSON.parse(text)
  // What became of a proposal since stands with its cards
  return {
    ...report,
    proposals: report.proposals.map(proposal => readOptimiseReport(database, proposal.id) ?? proposal),
  }
}

/** The finding of an id, of any review or night; undefined where there is none. */
export function findingNamed(database: Database, id: string): CodeFinding | undefined {
  const text = database
    .prepare<[string], string>(
      `SELECT found.value FROM reports, json_each(reports.report, '$.findings') AS found
       WHERE reports.kind IN ('review', 'night') AND json_extract(found.value, '$.id') = ?`,
    )
    .pluck()
    .get(id)
  return text === undefined ? undefined : JSON.parse(text)
}

function readCards(database: Database, report: string): VariantCard[] {
  return database
    .prepare<[string], string>('SELECT card FROM cards WHERE report = ? ORDER BY rowid')
    .pluck()
    .all(report)
    .map((card): VariantCard => JSON.parse(card))
}

// An update keeps the row, and with it the cards that hang on it
const KEEP_REPORT = `INSERT INTO reports (id, at, kind, report) VALUES (?, ?, ?, ?)
  ON CONFLICT (id) DO UPDATE SET report = excluded.report`

function readReport(
  database: Database,
  kind: 'optimise' | 'review' | 'night',
  id: string | undefined,
): string | undefined {
  return id === undefined
    ? database
        .prepare<[string], string>(
          `SELECT report FROM reports WHERE kind = ? AND json_extract(report, '$.request') IS NOT ''
           ORDER BY at DESC, rowid DESC`,
        )
        .pluck()
        .get(kind)
    : database
        .prepare<[string, string], string>('SELECT report FROM reports WHERE kind = ? AND id = ?')
        .pluck()
        .get(kind, id)
}

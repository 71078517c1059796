import type { Database } from 'better-sqlite3'
import * as z from 'zod'
import type { AssistantChoice } from '../../contract/assistant.ts'
import { TASTE_FEATURES } from './features.ts'

/** A choice as it is kept: what was said, and the features of everything that stood in the list. */
export interface KeptChoice {
  readonly id: string
  readonly at: number
  readonly kind: AssistantChoice['kind']
  readonly card: string
  readonly title: string
  readonly reason: string | undefined
  readonly place: AssistantChoice['place']
  /** Features of what he took or refused; of an edited one, of the text as he wrote it. */
  readonly features: Float64Array
  /** Features of the verified cards that were shown, by card. */
  readonly shown: readonly { readonly card: string; readonly features: Float64Array }[]
}

interface ChoiceRow {
  readonly id: string
  readonly at: number
  readonly kind: AssistantChoice['kind']
  readonly card: string
  readonly place: string
  readonly title: string
  readonly reason: string | null
  readonly features: string
  readonly shown: string
}

// By name, so that choices outlive a feature that is added or dropped
const named = z.record(z.string(), z.number())
const shownCards = z.array(z.object({ card: z.string(), features: named }))
const codePlace = z.object({
  file: z.string(),
  function: z.string(),
  lines: z.object({ first: z.number(), last: z.number() }),
})

/** Keeps a choice. */
export function keepChoice(database: Database, choice: KeptChoice): void {
  database
    .prepare(
      'INSERT INTO choices (id, at, kind, card, place, title, reason, features, shown) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)',
    )
    .run(
      choice.id,
      choice.at,
      choice.kind,
      choice.card,
      JSON.stringify(choice.place),
      choice.title,
      choice.reason ?? null,
      JSON.stringify(byName(choice.features)),
      JSON.stringify(choice.shown.map(({ card, features }) => ({ card, features: byName(features) }))),
    )
}

/** So many choices are learned from, the newest; tastes change, and what was learned from older ones is not worth the time. */
const LEARNED_FROM = 2000

/** The newest choices, oldest first. A row that cannot be read is left out. */
export function readChoices(database: Database, limit = LEARNED_FROM): KeptChoice[] {
  return database
    .prepare<[number], ChoiceRow>('SELECT * FROM choices ORDER BY at DESC, rowid DESC LIMIT ?')
    .all(limit)
    .flatMap(row => readRow(row) ?? [])
    .toReversed()
}

/** How many choices were made. */
export function countChoices(database: Database): number {
  return database.prepare<[], number>('SELECT count(*) FROM choices').pluck().get() ?? 0
}

function readRow(row: ChoiceRow): KeptChoice | undefined {
  const features = named.safeParse(readJson(row.features))
  const shown = shownCards.safeParse(readJson(row.shown))
  const place = codePlace.safeParse(readJson(row.place))
  if (!features.success || !shown.success || !place.success) return undefined
  const { id, at, kind, card, title } = row
  return {
    id,
    at,
    kind,
    card,
    title,
    reason: row.reason ?? undefined,
    place: place.data,
    features: inOrder(features.data),
    shown: shown.data.map(entry => ({ card: entry.card, features: inOrder(entry.features) })),
  }
}

function byName(features: Float64Array): Record<string, number> {
  const entries = TASTE_FEATURES.map(({ name }, index) => [name, features[index] ?? 0] as const)
  return Object.fromEntries(entries.filter(([, value]) => value !== 0))
}

function inOrder(values: Readonly<Record<string, number>>): Float64Array {
  return Float64Array.from(TASTE_FEATURES, ({ name }) => values[name] ?? 0)
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

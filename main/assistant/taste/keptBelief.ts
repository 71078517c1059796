import type { Database } from 'better-sqlite3'
import * as z from 'zod'
import { TASTE_FEATURES } from './features.ts'
import type { Belief } from './preference.ts'

/** What is believed of a taste, as it is kept between starts. */
export interface KeptBelief {
  readonly belief: Belief
  /** Choices that were learned from, and those at the last training of everything together. */
  readonly choices: number
  readonly trained: number
}

const NAME = 'taste'
const numbers = z.array(z.number())
const form = z.object({
  features: z.array(z.string()),
  mean: numbers,
  precision: numbers,
  choices: z.number(),
  trained: z.number(),
})

/** Keeps what is believed. */
export function keepBelief(database: Database, { belief, choices, trained }: KeptBelief, at: number): void {
  const text = JSON.stringify({
    features: TASTE_FEATURES.map(({ name }) => name),
    mean: [...belief.mean],
    precision: [...belief.precision],
    choices,
    trained,
  })
  database
    .prepare('INSERT OR REPLACE INTO kept (name, value, at) VALUES (?, ?, ?)')
    .run(NAME, Buffer.from(text, 'utf8'), at)
}

/** What was kept; undefined where nothing was, or by a program that looked at other features: it is learned again then. */
export function readBelief(database: Database): KeptBelief | undefined {
  const bytes = database.prepare<[string], Buffer>('SELECT value FROM kept WHERE name = ?').pluck().get(NAME)
  if (!bytes) return undefined
  const read = form.safeParse(readJson(bytes))
  const size = TASTE_FEATURES.length
  if (!read.success) return undefined
  const { features, mean, precision, choices, trained } = read.data
  const isOurs =
    features.join() === TASTE_FEATURES.map(({ name }) => name).join() &&
    mean.length === size &&
    precision.length === size * size
  if (!isOurs) return undefined
  return {
    belief: { mean: Float64Array.from(mean), precision: Float64Array.from(precision) },
    choices,
    trained,
  }
}

function readJson(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'))
  } catch {
    return undefined
  }
}

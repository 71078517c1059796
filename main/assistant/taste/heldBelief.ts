import type { Database } from 'better-sqlite3'
import { countChoices, readChoices, type KeptChoice } from './choices.ts'
import { TASTE_FEATURES } from './features.ts'
import { keepBelief, readBelief } from './keptBelief.ts'
import { observationOf, type Forgotten } from './observations.ts'
import { learn, type Belief } from './preference.ts'
import { priorBelief, trainTaste, trainTasteInSlices } from './training.ts'

/** Up to so many choices everything is learned again with each; a few milliseconds. */
const FEW = 50

/** What is believed of a taste now; as good as the database at any moment, whoever writes into it. */
export class HeldBelief {
  readonly #database: Database
  readonly #now: () => number
  #version: unknown
  #belief: Belief = priorBelief()
  #trained = 0

  constructor(database: Database, now: () => number) {
    this.#database = database
    this.#now = now
  }

  /** What is believed, with what another process wrote since. */
  get belief(): Belief {
    const version = this.#database.pragma('data_version', { simple: true })
    if (version === this.#version) return this.#belief
    this.#version = version
    const kept = readBelief(this.#database)
    if (kept?.choices === countChoices(this.#database)) {
      this.#belief = kept.belief
      this.#trained = kept.trained
    } else this.learnAgain()
    return this.#belief
  }

  /** Choices that were made when everything was learned together for the last time. */
  get trained(): number {
    return this.#trained
  }

  /** Does work on the database that is done whole or not at all; where it fails, what is believed is what is kept. */
  atOnce(work: () => void): void {
    try {
      this.#database.transaction(work)()
    } catch (cause) {
      this.#version = undefined
      throw cause
    }
  }

  /** Learns one more choice that was just kept. */
  learnOne(before: Belief, choice: KeptChoice): void {
    const observation = observationOf(choice)
    // What is taken back has to leave what was learned from it; and while there are few, all of them together cost nothing
    if (choice.kind === 'undone' || !observation || countChoices(this.#database) <= FEW) this.learnAgain()
    else this.#set(learn(before, [observation]).belief, this.#trained)
  }

  /** Learns everything again, together. */
  learnAgain(): void {
    const choices = readChoices(this.#database)
    this.#set(trainTaste(choices, readForgotten(this.#database)), countChoices(this.#database))
  }

  /** The same in slices; whether it came to its end. Answers that are given meanwhile count as well. */
  async learnInSlices(signal: AbortSignal): Promise<boolean> {
    const count = countChoices(this.#database)
    const forgotten = readForgotten(this.#database)
    const learned = await trainTasteInSlices(readChoices(this.#database), forgotten, signal)
    if (!learned) return false
    const isCurrent =
      countChoices(this.#database) === count && isSame(forgotten, readForgotten(this.#database))
    if (isCurrent) this.#set(learned, count)
    else this.learnAgain()
    return true
  }

  #set(belief: Belief, trained: number): void {
    this.#belief = belief
    this.#trained = trained
    const choices = countChoices(this.#database)
    keepBelief(this.#database, { belief, trained, choices }, this.#now())
  }
}

/** What was forgotten, and when; what no feature is known for is left out. */
export function readForgotten(database: Database): Forgotten {
  const rows = database
    .prepare<[], { readonly id: string; readonly at: number }>('SELECT id, at FROM forgotten_patterns')
    .all()
  const known = rows.filter(({ id }) => TASTE_FEATURES.some(({ name }) => name === id))
  return new Map(known.map(({ id, at }) => [id, at]))
}

function isSame(one: Forgotten, other: Forgotten): boolean {
  return one.size === other.size && [...one].every(([name, at]) => other.get(name) === at)
}

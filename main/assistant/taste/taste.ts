import { randomUUID } from 'node:crypto'
import type { Database } from 'better-sqlite3'
import type { AssistantChoice, AssistantReport, TastePattern, VariantCard } from '../../contract/assistant.ts'
import type { Variant } from '../explorer/variant.ts'
import type { TransformFamily } from '../transform/transform.ts'
import { STEP_FAMILIES } from '../transform/transforms.ts'
import { countChoices, keepChoice, readChoices, type KeptChoice } from './choices.ts'
import { TASTE_FEATURES, cardFeatures, type StepFamilies } from './features.ts'
import { HeldBelief, readForgotten } from './heldBelief.ts'
import { tryOnHistory, type PatternTrial } from './history.ts'
import { observationsOf } from './observations.ts'
import { patternsOf } from './patterns.ts'
import type { Belief } from './preference.ts'
import { familyPriors, rankCards } from './ranking.ts'
import { scoreVariants } from './scoring.ts'

/** After so many choices everything is learned again, together. */
export const CHOICES_A_TRAINING = 100

/** An answer to a card. */
export interface GivenChoice {
  readonly kind: AssistantChoice['kind']
  readonly card: VariantCard
  /** All cards that stood in the list. */
  readonly shown: readonly VariantCard[]
  readonly reason?: string
  /** The file as he changed it, where he did. */
  readonly edited?: string
}

/** The trader's taste in code: learned from every answer at once, told in words, and never above measured speed. */
export interface Taste {
  /** Keeps an answer and learns from it. */
  choose(given: GivenChoice): AssistantChoice
  /** Cards in the order in which they are offered, with why. */
  rank(cards: readonly VariantCard[]): VariantCard[]
  /** How promising variants are before any of them is run, in one pass; larger is better. */
  score(variants: readonly Pick<Variant, 'steps' | 'cost' | 'reorders'>[]): Float64Array
  patterns(): readonly TastePattern[]
  /** How a pattern would have done on past choices, each foretold from those before it. */
  tryOnHistory(pattern: Pick<TastePattern, 'id'>): PatternTrial
  /** Forgets a pattern: what was chosen until now says nothing for or against it any more. Whether there is such a one. */
  forget(pattern: string): boolean
  /** Newest first. */
  choices(limit: number): readonly AssistantChoice[]
  /** How willingly each family of transformations should be tried; 1 is neither more nor less. */
  priors(): ReadonlyMap<TransformFamily, number>
  report(): AssistantReport['taste']
  /** Learns everything again, together, in slices; whether it came to its end. */
  retrain(signal: AbortSignal): Promise<boolean>
}

/** Opens the taste that a database keeps. `stepFamilies` says of which family each transformation is; those of the explorer where it is left out. */
export function openTaste({
  database,
  now,
  stepFamilies = STEP_FAMILIES,
}: {
  readonly database: Database
  readonly now: () => number
  readonly stepFamilies?: StepFamilies
}): Taste {
  const held = new HeldBelief(database, now)
  let known: { readonly belief: Belief; readonly patterns: readonly TastePattern[] } | undefined
  // Every choice and everything forgotten makes another belief
  const patterns = () => {
    const { belief } = held
    if (known?.belief === belief) return known.patterns
    const found = patternsOf(belief, observationsOf(readChoices(database)), readForgotten(database))
    known = { belief, patterns: found }
    return found
  }
  const habits = () => new Set(patterns().map(({ id }) => id))
  return {
    choose: given => {
      const before = held.belief
      const choice = choiceOf(given, now(), stepFamilies)
      held.atOnce(() => {
        keepChoice(database, choice)
        held.learnOne(before, choice)
      })
      return toldChoice(choice)
    },
    rank: cards => rankCards(cards, held.belief, stepFamilies, habits()),
    score: variants => scoreVariants(variants, held.belief, stepFamilies),
    patterns,
    tryOnHistory: pattern => tryOnHistory(pattern, observationsOf(readChoices(database))),
    forget: pattern => {
      if (!TASTE_FEATURES.some(({ name }) => name === pattern)) return false
      held.atOnce(() => {
        database
          .prepare('INSERT OR REPLACE INTO forgotten_patterns (id, at) VALUES (?, ?)')
          .run(pattern, now())
        held.learnAgain()
      })
      return true
    },
    choices: limit => readChoices(database, limit).map(toldChoice).toReversed(),
    priors: () => familyPriors(held.belief),
    report: () => {
      const told = patterns()
      const choices = countChoices(database)
      return { choices, patterns: told, sinceTraining: choices - held.trained }
    },
    retrain: signal => held.learnInSlices(signal),
  }
}

function choiceOf(
  { kind, card, shown, reason, edited }: GivenChoice,
  at: number,
  stepFamilies: StepFamilies,
): KeptChoice {
  const written = edited === undefined ? card : { ...card, after: edited }
  return {
    id: randomUUID(),
    at,
    kind,
    card: card.id,
    title: card.title,
    reason,
    place: card.place,
    features: cardFeatures(written, stepFamilies),
    // Only what he could have taken says what he did not want
    shown: shown
      .filter(({ state }) => state.kind === 'verified')
      .map(other => ({ card: other.id, features: cardFeatures(other, stepFamilies) })),
  }
}

function toldChoice({ id, at, kind, card, place, title, reason }: KeptChoice): AssistantChoice {
  return { id, at, kind, card, place, title, reason }
}

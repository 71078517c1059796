import type { KeptChoice } from './choices.ts'
import { TASTE_FEATURES } from './features.ts'
import type { Observation } from './preference.ts'

/** An observation with the moment it was made. */
export interface DatedObservation extends Observation {
  readonly at: number
}

/** When patterns were forgotten, milliseconds since the epoch, by the name of their feature. */
export type Forgotten = ReadonlyMap<string, number>

/**
 * What choices say of taste. What was applied and undone says nothing for it and is a refusal; what was edited is preferred
 * to everything that was shown.
 */
export function observationsOf(choices: readonly KeptChoice[]): DatedObservation[] {
  const found = new Map<string, DatedObservation>()
  for (const choice of choices) {
    const observation = observationOf(choice)
    if (observation && observation.options.length > 1 - Number(observation.kind === 'refused'))
      found.set(choice.id, observation)
    if (choice.kind !== 'undone') continue
    const taken = choices.findLast(
      other =>
        other.card === choice.card &&
        other.at <= choice.at &&
        found.has(other.id) &&
        (other.kind === 'applied' || other.kind === 'edited'),
    )
    if (taken) found.delete(taken.id)
  }
  return [...found.values()]
}

/** What one choice says by itself. */
export function observationOf({ at, kind, card, features, shown }: KeptChoice): DatedObservation | undefined {
  const options = shown.map(entry => entry.features)
  const place = shown.findIndex(entry => entry.card === card)
  if (kind === 'edited') return { at, kind: 'taken', options: [...options, features], picked: options.length }
  const picked = place < 0 ? options.length : place
  return {
    at,
    kind: kind === 'applied' ? 'taken' : 'refused',
    options: place < 0 ? [...options, features] : options,
    picked,
  }
}

/** The features that are forgotten up to some moment, in the order of their columns. */
export function forgottenColumns(
  forgotten: Forgotten,
): { readonly column: number; readonly until: number }[] {
  return TASTE_FEATURES.flatMap(({ name }, column) => {
    const until = forgotten.get(name)
    return until === undefined ? [] : [{ column, until }]
  })
}

/**
 * Observations in which what was forgotten explains itself and nothing else: until it was forgotten a feature stands in a
 * column of its own behind the others. So its old evidence moves neither its weight nor that of features that go along with it.
 */
export function withForgotten(
  observations: readonly DatedObservation[],
  forgotten: Forgotten,
): Observation[] {
  const columns = forgottenColumns(forgotten)
  if (columns.length === 0) return [...observations]
  const size = TASTE_FEATURES.length
  return observations.map(({ at, kind, options, picked }) => ({
    kind,
    picked,
    options: options.map(option => {
      const wide = new Float64Array(size + columns.length)
      wide.set(option)
      columns.forEach(({ column, until }, index) => {
        if (at > until) return
        wide[size + index] = option[column] ?? 0
        wide[column] = 0
      })
      return wide
    }),
  }))
}

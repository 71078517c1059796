import { neutralChoices } from '../transform/neutral.ts'
import { neutralKey, withChoices, type NeutralChoice } from '../transform/neutralChoice.ts'
import { NEUTRAL_STEPS } from '../transform/neutralTransforms.ts'
import type { Draft, DraftContext } from '../transform/transform.ts'
import { textOf, type Point } from './searchSpace.ts'

/** Choices of one point that are combined: of so many there are a million combinations. */
const MOST_CHOICES = 20

/** What bounds the making of neutral forms. */
export interface NeutralBounds {
  readonly count: number
  readonly isOver: () => boolean
}

/**
 * Other ways of writing points that mean and cost the same as these: every set of neutral choices is one. They are made in
 * microseconds, since nothing is counted and a text is printed only when somebody reads it. All texts differ: each set of choices gives
 * another text, and of points that differ by neutral choices alone only the first is taken.
 */
export function neutralForms(
  points: Iterable<Point>,
  context: DraftContext,
  { count, isOver }: NeutralBounds,
): readonly Point[] {
  const forms: Point[] = []
  const seen = new Set<string>()
  for (const point of points) {
    if (forms.length >= count || isOver()) break
    const choices = neutralChoices(point.draft, context)
    const key = keyOf(point, choices)
    if (seen.has(key)) continue
    seen.add(key)
    const sets = 2 ** Math.min(choices.length, MOST_CHOICES)
    for (let set = 1; set < sets && forms.length < count; set += 1) forms.push(formOf(point, choices, set))
  }
  return forms
}

/** A point with the choices whose bits are set. */
function formOf(point: Point, choices: readonly NeutralChoice[], set: number): Point {
  const { features, cost } = point
  const chosen = choices.filter((_, at) => at < MOST_CHOICES && (set >> at) % 2 === 1)
  let draft: Draft | undefined
  let text: string | undefined
  const form: Point = {
    features,
    cost,
    steps: [...point.steps, ...chosen.flatMap(({ form: name }) => NEUTRAL_STEPS.get(name) ?? [])],
    get draft() {
      draft ??= withChoices(point.draft, chosen)
      return draft
    },
    get text() {
      text ??= textOf(form.draft)
      return text
    },
  }
  return form
}

/** The same text for all points that differ by neutral choices alone. */
function keyOf({ draft, text }: Point, choices: readonly NeutralChoice[]): string {
  return choices.length === 0 ? text : textOf(neutralKey(draft, choices))
}

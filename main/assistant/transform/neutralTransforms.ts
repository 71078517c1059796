import { neutralChoices } from './neutral.ts'
import { withChoices, type NeutralForm } from './neutralChoice.ts'
import type { Transform } from './transform.ts'

/** Ways of writing that mean and cost the same, each at every place of its own. */
export const NEUTRAL_TRANSFORMS: readonly Transform[] = [
  neutral(
    'commute-operands',
    'Operands in the other order',
    'A product or sum of two numbers is the same to the bit in either order.',
  ),
  neutral(
    'turn-comparisons',
    'Comparisons the other way round',
    'That one number is less than another says that the other is greater.',
  ),
  neutral(
    'reverse-conditions',
    'Conditions in the other order',
    'Conditions that change nothing and cannot fail hold together in either order.',
  ),
  neutral(
    'swap-branches',
    'Branches swapped under the opposite condition',
    'What is done where a condition holds is what is not done where its opposite does.',
  ),
  neutral(
    'spell-out-updates',
    'Updates of numbers written out',
    'A number never changes, so that updating a name binds it to the result either way.',
  ),
  neutral(
    'swap-assignments',
    'Assignments in the other order',
    'Two values that do not need each other can be found in either order.',
  ),
  neutral(
    'nest-the-rest',
    'The rest of a block under else',
    'What comes after a branch that is left is done only where the branch is not taken.',
  ),
  neutral(
    'drop-else',
    'No else after a branch that is left',
    'Where a branch is left at its end, only what did not take it comes to what stands behind it.',
  ),
  neutral(
    'split-conditions',
    'One condition inside the other',
    'The second of two conditions is looked at only where the first holds, written as one or as two.',
  ),
  neutral(
    'name-the-result',
    'A name for the result',
    'What is returned is the same with a name and without.',
  ),
]

/** The neutral transformations by name. */
export const NEUTRAL_STEPS: ReadonlyMap<string, Transform> = new Map(
  NEUTRAL_TRANSFORMS.map(transform => [transform.name, transform]),
)

function neutral(name: NeutralForm, title: string, why: string): Transform {
  return {
    name,
    family: 'parameter',
    title,
    why,
    reorders: false,
    sites: (draft, context) =>
      neutralChoices(draft, context)
        .filter(({ form }) => form === name)
        .map((choice, at) => ({ at: String(at), apply: () => withChoices(draft, [choice]) })),
  }
}

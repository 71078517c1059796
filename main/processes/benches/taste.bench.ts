// Whether a taste is learned from thirty choices: three scripted coders, and the same with shuffled choices.
import type { VariantCard } from '../../contract/assistant.ts'
import { openTaste } from '../../assistant/taste/taste.ts'
import { createRandom } from '../../core/base/random.ts'
import { mean, quantile } from '../../core/base/statistics.ts'
import { assistantDatabase } from '../../fixtures/assistantDatabase.ts'
import { GENERATED_FAMILIES, generatedCards } from '../../fixtures/generatedCards.ts'
import { SCRIPTED_CODERS, takenBy, type ScriptedCoder } from '../../fixtures/scriptedCoders.ts'
import { agreement, taughtTaste } from '../../fixtures/tasteTrial.ts'
import { tell, type Section } from './report.ts'

const SEEDS = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]
const CHOICES = 30
const HELD_OUT = 100

interface Lists {
  readonly taught: readonly (readonly VariantCard[])[]
  readonly heldOut: readonly (readonly VariantCard[])[]
}

tell([...SCRIPTED_CODERS.map(coderSection), shuffledSection(), speedSection()])

function listsOf(seed: number): Lists {
  const random = createRandom(seed)
  const lists = (count: number, name: string) =>
    Array.from({ length: count }, (_, index) => generatedCards(random, `${seed}-${name}-${index}`))
  return { taught: lists(CHOICES, 'taught'), heldOut: lists(HELD_OUT, 'held-out') }
}

function coderSection(coder: ScriptedCoder): Section {
  const found = SEEDS.map(seed => {
    const { taught, heldOut } = listsOf(seed)
    const take = (cards: readonly VariantCard[]) => takenBy(coder, cards)
    return {
      taught: agreement(taughtTaste(take, taught, GENERATED_FAMILIES), coder, heldOut),
      untaught: agreement(taughtTaste(take, [], GENERATED_FAMILIES), coder, heldOut),
    }
  })
  const shares = found.map(entry => 100 * entry.taught)
  return {
    title: `A coder who wants ${coder.name}: what he would take is ranked first, ${HELD_OUT} new lists, ${SEEDS.length} seeds`,
    figures: [
      { name: `after ${CHOICES} choices`, value: mean(shares), unit: '%', atLeast: 80 },
      { name: 'worst seed', value: Math.min(...shares), unit: '%' },
      { name: 'before the first', value: 100 * mean(found.map(entry => entry.untaught)), unit: '%' },
    ],
  }
}

/** Choices by chance teach nothing: what a coder would take comes first as often as by chance. */
function shuffledSection(): Section {
  const found = SEEDS.flatMap(seed =>
    SCRIPTED_CODERS.map(coder => {
      const { taught, heldOut } = listsOf(seed)
      const random = createRandom(seed).split(coder.name)
      const taste = taughtTaste(cards => cards[random.below(cards.length)], taught, GENERATED_FAMILIES)
      return {
        agreement: 100 * agreement(taste, coder, heldOut),
        chance: 100 * mean(heldOut.map(cards => 1 / cards.length)),
      }
    }),
  )
  const chance = mean(found.map(entry => entry.chance))
  return {
    title: 'The same with shuffled choices',
    figures: [
      {
        name: 'ranked first',
        value: mean(found.map(entry => entry.agreement)),
        unit: '%',
        atLeast: chance - 12,
        atMost: chance + 12,
      },
      { name: 'chance', value: chance, unit: '%' },
    ],
  }
}

/** How long one answer takes until the order is another, with all that were given before it. */
function speedSection(): Section {
  const random = createRandom(1)
  const taste = openTaste({
    database: assistantDatabase(),
    now: Date.now,
    stepFamilies: GENERATED_FAMILIES,
  })
  const times = Array.from({ length: 200 }, (_, index) => {
    const shown = generatedCards(random, String(index))
    const card = shown[random.below(shown.length)]
    const began = performance.now()
    if (card) taste.choose({ kind: 'applied', card, shown })
    return performance.now() - began
  })
  return {
    title: 'One answer until everything is ranked by it',
    figures: [
      { name: 'median of 200', value: quantile(times, 0.5), unit: 'ms', atMost: 10 },
      { name: 'p99', value: quantile(times, 0.99), unit: 'ms' },
    ],
  }
}

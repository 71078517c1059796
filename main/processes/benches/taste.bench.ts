// Whether a taste is learned from thirty choices: three scripted coders, and the same with shuffled choices. Once on variants that the
// explorer makes of the case set, by predicted speed and not run, learned on half of its functions and asked on the other half; once on
// made-up variants.
import type { VariantCard } from '../../contract/assistant.ts'
import { openGrammars } from '../../assistant/syntax/grammars.ts'
import type { StepFamilies } from '../../assistant/taste/features.ts'
import { openTaste } from '../../assistant/taste/taste.ts'
import { STEP_FAMILIES } from '../../assistant/transform/transforms.ts'
import { createRandom } from '../../core/base/random.ts'
import { mean, quantile } from '../../core/base/statistics.ts'
import { assistantDatabase } from '../../fixtures/assistantDatabase.ts'
import { exploredCards, exploredCases } from '../../fixtures/exploredCards.ts'
import { GENERATED_FAMILIES, generatedCards } from '../../fixtures/generatedCards.ts'
import { SCRIPTED_CODERS, takenBy, type ScriptedCoder } from '../../fixtures/scriptedCoders.ts'
import { agreement, taughtTaste } from '../../fixtures/tasteTrial.ts'
import { TRADING_CASES } from '../../fixtures/tradingCode/cases.ts'
import { tell, type Section } from './report.ts'

const SEEDS = [1, 2, 3, 4, 5, 6, 7, 8]
const SHUFFLED_SEEDS = SEEDS
const CHOICES = 30
const HELD_OUT = 100
/** Percentage points from chance that shuffled choices may end at; they teach something, only not his taste. */
const NEAR = 15
/** Up to here every answer is learned with all before it, later on top of them. */
const FEW = 50

type CardList = readonly VariantCard[]

interface Lists {
  readonly taught: readonly CardList[]
  readonly heldOut: readonly CardList[]
}

/** Where lists of variants come from. */
interface Supply {
  readonly name: string
  readonly stepFamilies: StepFamilies
  lists(seed: number): Lists
}

const explored = exploredCases(TRADING_CASES, await openGrammars())

const SUPPLIES: readonly Supply[] = [
  {
    name: `explored variants of ${explored.length} functions by predicted speed, none of them run, asked on functions never seen`,
    stepFamilies: STEP_FAMILIES,
    lists: exploredLists,
  },
  {
    name: 'made-up variants',
    stepFamilies: GENERATED_FAMILIES,
    lists: seed => {
      const random = createRandom(seed)
      const lists = (count: number, name: string) =>
        Array.from({ length: count }, (_, index) => generatedCards(random, `${seed}-${name}-${index}`))
      return { taught: lists(CHOICES, 'taught'), heldOut: lists(HELD_OUT, 'held-out') }
    },
  },
]

tell([
  ...SUPPLIES.flatMap(supply => [
    ...SCRIPTED_CODERS.map(coder => coderSection(supply, coder)),
    shuffledSection(supply),
  ]),
  speedSection(),
])

function exploredLists(seed: number): Lists {
  const random = createRandom(seed)
  const order = explored
    .map(entry => ({ entry, order: random.uniform() }))
    .toSorted((one, other) => one.order - other.order)
    .map(({ entry }) => entry)
  const half = Math.floor(order.length / 2)
  const lists = (from: typeof explored, count: number, name: string) => {
    const made: CardList[] = []
    while (made.length < count) {
      const entry = from[random.below(from.length)]
      const cards = entry ? exploredCards(entry, random, `${seed}-${name}-${made.length}`) : []
      if (cards.length > 1) made.push(cards)
    }
    return made
  }
  return {
    taught: lists(order.slice(0, half), CHOICES, 'taught'),
    heldOut: lists(order.slice(half), HELD_OUT, 'held-out'),
  }
}

function coderSection({ name, lists, stepFamilies }: Supply, coder: ScriptedCoder): Section {
  const found = SEEDS.map(seed => {
    const { taught, heldOut } = lists(seed)
    const take = (cards: CardList) => takenBy(coder, cards)
    return {
      taught: 100 * agreement(taughtTaste(take, taught, stepFamilies), coder, heldOut),
      untaught: 100 * agreement(taughtTaste(take, [], stepFamilies), coder, heldOut),
    }
  })
  return {
    title: `A coder who wants ${coder.name}: what he would take is ranked first (${name}; ${HELD_OUT} new lists, ${SEEDS.length} seeds)`,
    figures: [
      {
        name: `after ${CHOICES} choices`,
        value: mean(found.map(entry => entry.taught)),
        unit: '%',
        atLeast: 80,
      },
      { name: 'worst seed', value: Math.min(...found.map(entry => entry.taught)), unit: '%' },
      { name: 'before the first choice', value: mean(found.map(entry => entry.untaught)), unit: '%' },
    ],
  }
}

/** Choices by chance teach no taste: what a coder would take comes first about as often as by chance. */
function shuffledSection({ name, lists, stepFamilies }: Supply): Section {
  const found = SHUFFLED_SEEDS.flatMap(seed =>
    SCRIPTED_CODERS.map(coder => {
      const { taught, heldOut } = lists(seed)
      const random = createRandom(seed).split(coder.name)
      const taste = taughtTaste(cards => cards[random.below(cards.length)], taught, stepFamilies)
      const equals = (cards: CardList) => {
        const best = takenBy(coder, cards)
        return best ? cards.filter(card => coder.cost(card) <= coder.cost(best)).length : 0
      }
      return {
        agreement: 100 * agreement(taste, coder, heldOut),
        chance: 100 * mean(heldOut.map(cards => equals(cards) / cards.length)),
      }
    }),
  )
  const chance = mean(found.map(entry => entry.chance))
  return {
    title: `The same with shuffled choices (${name}; ${SHUFFLED_SEEDS.length} seeds)`,
    figures: [
      {
        name: 'ranked first',
        value: mean(found.map(entry => entry.agreement)),
        unit: '%',
        atLeast: chance - NEAR,
        atMost: chance + NEAR,
      },
      { name: 'chance', value: chance, unit: '%' },
    ],
  }
}

/** How long one answer takes until everything is ranked by it. */
function speedSection(): Section {
  const random = createRandom(1)
  const taste = openTaste({
    database: assistantDatabase(),
    now: Date.now,
    stepFamilies: GENERATED_FAMILIES,
  })
  const times = Array.from({ length: 4 * FEW }, (_, index) => {
    const shown = generatedCards(random, String(index))
    const card = shown[random.below(shown.length)]
    const began = performance.now()
    if (card) taste.choose({ kind: 'applied', card, shown })
    return performance.now() - began
  })
  const variants = explored.flatMap(entry => entry.variants).slice(0, 1000)
  const scorings = Array.from({ length: 20 }, () => {
    const began = performance.now()
    taste.score(variants)
    return performance.now() - began
  })
  const first = times.slice(0, FEW)
  const later = times.slice(FEW)
  return {
    title: 'One answer, until everything is ranked by it; and scoring',
    figures: [
      { name: `median of the first ${FEW}`, value: quantile(first, 0.5), unit: 'ms', atMost: 10 },
      { name: `p90 of the first ${FEW}`, value: quantile(first, 0.9), unit: 'ms' },
      { name: 'median of the later ones', value: quantile(later, 0.5), unit: 'ms', atMost: 10 },
      { name: 'p90 of the later ones', value: quantile(later, 0.9), unit: 'ms' },
      {
        name: `${variants.length} variants scored by cost and taste`,
        value: quantile(scorings, 0.5),
        unit: 'ms',
        atMost: 25,
      },
    ],
  }
}

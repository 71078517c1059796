import { expect, test } from 'vitest'
import { createRandom } from '../base/random.ts'
import { mean } from '../base/statistics.ts'
import { FEATURES, type FeatureName } from '../features/observation.ts'
import { ACTIONS, ACTION_COUNT, opensRisk, sideOf, targetDelta, type Action } from './action.ts'
import { chooseProbabilities } from './choice.ts'
import {
  firstPreference,
  learnPreference,
  preferenceShift,
  tasteShares,
  wouldAccept,
  type Preference,
} from './preference.ts'
import { learnedTastes } from './learnedTastes.ts'

const ELEVEN = 90
const OPENING = ACTIONS.filter(opensRisk)

/** Forty questions over days, each action eight times, half of them before 11:00. */
const MINUTES = [15, 45, 75, 150, 240]
const QUESTIONS = Array.from({ length: 40 }, (_, index) => ({
  action: OPENING[index % OPENING.length] ?? 'sellIronCondor',
  minute: MINUTES[(index + Math.floor(index / OPENING.length)) % MINUTES.length] ?? 0,
}))

type Question = (typeof QUESTIONS)[number]
type Taste = (action: Action, minute: number) => boolean

function seen(minute: number, more: Partial<Record<FeatureName, number>> = {}): Float32Array {
  const figures: Partial<Record<FeatureName, number>> = {
    minutesSinceOpen: minute / 390,
    impliedVolatility: 0.16,
    ...more,
  }
  return Float32Array.from(FEATURES, feature => figures[feature.name] ?? 0)
}

function learned(refuses: Taste, questions = QUESTIONS): Preference {
  return questions.reduce(
    (preference, { action, minute }) =>
      learnPreference(preference, action, seen(minute), refuses(action, minute) ? 'rejected' : 'accepted'),
    firstPreference(),
  )
}

/** What is left of the odds of an action, 1 where nothing changed. */
function left(preference: Preference, action: Action, minute: number): number {
  return Math.exp(preferenceShift(preference, action, seen(minute)))
}

/** The probability of a group of actions for a policy that likes all alike. */
function shareOf(preference: Preference, minute: number, group: (action: Action) => boolean): number {
  const allowed = ACTIONS.map(action => action !== 'close')
  const shifts = ACTIONS.map(action => preferenceShift(preference, action, seen(minute)))
  const probabilities = chooseProbabilities(new Float64Array(ACTION_COUNT), allowed, shifts)
  return ACTIONS.reduce((sum, action, index) => sum + (group(action) ? (probabilities[index] ?? 0) : 0), 0)
}

const TRADERS: readonly (readonly [string, Taste])[] = [
  ['refuses to sell calls before 11:00', (action, minute) => sideOf(action) === 'call' && minute < ELEVEN],
  ['refuses to sell puts before 11:00', (action, minute) => sideOf(action) === 'put' && minute < ELEVEN],
  ['refuses to sell calls from 11:00 on', (action, minute) => sideOf(action) === 'call' && minute >= ELEVEN],
  ['refuses to sell puts from 11:00 on', (action, minute) => sideOf(action) === 'put' && minute >= ELEVEN],
]

test.each(TRADERS)(
  'forty answers of a trader who %s cut the odds of that by three quarters and nothing else',
  (_, refuses) => {
    const preference = learned(refuses)
    const odds = ({ action, minute }: Question) => left(preference, action, minute)
    const shares = ({ action, minute }: Question) => {
      const group = (other: Action) => sideOf(other) === sideOf(action)
      return shareOf(preference, minute, group) / shareOf(firstPreference(), minute, group)
    }
    const refused = QUESTIONS.filter(({ action, minute }) => refuses(action, minute))
    const taken = QUESTIONS.filter(({ action, minute }) => !refuses(action, minute))
    // A little more is left of its share, for what he likes does not grow to fill the gap
    expect(Math.max(...refused.map(shares))).toBeLessThan(0.3)
    expect(Math.max(...refused.map(odds))).toBeLessThan(0.25)
    expect(Math.min(...taken.map(shares))).toBeGreaterThan(0.9)
    expect(Math.min(...taken.map(odds))).toBeGreaterThan(0.9)
  },
)

test('the opposite trader, who takes only calls before 11:00, cuts all the rest and keeps those', () => {
  const preference = learned((action, minute) => !(sideOf(action) === 'call' && minute < ELEVEN))
  for (const minute of [15, 45, 75]) {
    expect(left(preference, 'sellCallVertical10', minute)).toBeGreaterThan(0.9)
    expect(shareOf(preference, minute, action => sideOf(action) === 'put')).toBeLessThan(0.25 * (2 / 6))
    expect(shareOf(preference, minute, action => sideOf(action) === 'call')).toBeGreaterThan(2 / 6)
  }
  for (const minute of [150, 240]) expect(left(preference, 'sellCallVertical10', minute)).toBeLessThan(0.2)
})

test('one no counts at once, more for the same half hour than for the next, hardly for 11:30', () => {
  const once = learnPreference(firstPreference(), 'sellPutVertical10', seen(40), 'rejected')
  const [there, next, later] = [40, 70, 120].map(minute => left(once, 'sellPutVertical10', minute))
  expect(there).toBeLessThan(0.35)
  expect(next).toBeGreaterThan(there ?? 9)
  expect(next).toBeLessThan(0.75)
  expect(later).toBeGreaterThan(0.85)
})

test('a no for the puts says next to nothing about the calls', () => {
  const once = learnPreference(firstPreference(), 'sellPutVertical10', seen(40), 'rejected')
  expect(left(once, 'sellCallVertical10', 40)).toBeGreaterThan(0.85)
})

test('a modified suggestion is a yes, but half of one', () => {
  const after = (answer: 'accepted' | 'modified' | 'rejected') =>
    wouldAccept(
      learnPreference(firstPreference(), 'sellIronCondor', seen(40), answer),
      'sellIronCondor',
      seen(40),
    ).mean
  const before = wouldAccept(firstPreference(), 'sellIronCondor', seen(40)).mean
  expect(after('rejected')).toBeLessThan(before)
  expect(after('modified')).toBeGreaterThan(before)
  expect(after('accepted')).toBeGreaterThan(after('modified'))
})

test('somebody new is taken to say yes a little more often than no, and very unsure', () => {
  const { mean, low, high } = wouldAccept(firstPreference(), 'sellIronCondor', seen(100))
  expect(mean).toBeGreaterThan(0.5)
  expect(mean).toBeLessThan(0.6)
  expect(high - low).toBeGreaterThan(0.8)
})

test('a trader who sells puts only into rising markets is known for it, at a half hour never asked about', () => {
  const rising = [-0.8, 0.8, -0.6, 0.6, -0.9, 0.9, -0.7, 0.7]
  const preference = rising.reduce((model, regime, index) => {
    const answer = regime > 0 ? 'accepted' : 'rejected'
    return learnPreference(model, 'sellPutVertical10', seen(15 + index * 20, { regime }), answer)
  }, firstPreference())
  const shift = (action: Action, regime: number) => preferenceShift(preference, action, seen(330, { regime }))
  expect(shift('sellPutVertical10', 0.8)).toBeGreaterThan(shift('sellPutVertical10', -0.8) + 0.3)
  expect(shift('sellCallVertical10', 0.8)).toBeLessThan(shift('sellCallVertical10', -0.8) - 0.3)
})

test('what was learned is told as stretches of the day, the strongest first', () => {
  const preference = learned((action, minute) => sideOf(action) === 'call' && minute < ELEVEN)
  const tastes = learnedTastes(preference)
  const [dislike, ...others] = tastes.filter(taste => taste.side === 'call' && taste.shift < 0)
  expect(dislike).toMatchObject({ from: 0 })
  // A curve is smooth: half an hour past the last no is not clear of it yet
  expect([ELEVEN, ELEVEN + 30]).toContain(dislike?.to)
  expect(others).toEqual([])
  const sizes = tastes.map(taste => Math.abs(taste.shift))
  expect(sizes).toEqual([...sizes].sort((one, other) => other - one))
  for (const { from, to, shift } of tastes) {
    expect(to).toBeGreaterThan(from)
    expect(Math.abs(shift)).toBeGreaterThan(0.7)
  }
})

test('a turn from dislike to liking is told as two stretches that meet', () => {
  const questions = [0, 1, 2].flatMap(() => [
    { action: 'sellPutVertical10' as const, minute: 100 },
    { action: 'sellPutVertical10' as const, minute: 190 },
  ])
  const tastes = learnedTastes(learned((_, minute) => minute < 120, questions))
  const puts = tastes.filter(taste => taste.side === 'put').sort((one, other) => one.from - other.from)
  expect(puts.map(taste => Math.sign(taste.shift))).toEqual([-1, 1])
  expect(puts[0]?.to).toBeLessThanOrEqual(puts[1]?.from ?? 0)
})

/** Shares of yes by chance, the same every time. */
function chanceful(seed: number): Preference {
  const random = createRandom(seed)
  return QUESTIONS.reduce(
    (preference, { action, minute }) =>
      learnPreference(preference, action, seen(minute), random.uniform() < 0.5 ? 'rejected' : 'accepted'),
    firstPreference(),
  )
}

test('somebody who throws a coin is found to have no taste, and keeps most of his suggestions', () => {
  const coins = Array.from({ length: 12 }, (_, seed) => chanceful(seed))
  const tasteless = coins.map(preference => tasteShares(preference).none)
  expect(mean(tasteless)).toBeGreaterThan(3 * tasteShares(firstPreference()).none)
  const kept = coins.flatMap(preference =>
    QUESTIONS.map(({ action, minute }) => left(preference, action, minute)),
  )
  expect(mean(kept)).toBeGreaterThan(0.8)
})

test.each([
  ['delta', (action: Action) => targetDelta(action) > 0.12],
  ['hour', (_: Action, minute: number) => minute < ELEVEN],
] as const)('forty answers that follow one taste (%s) are known for it', (name, refuses) => {
  const shares = tasteShares(learned(refuses))
  const others = Object.entries(shares).filter(([other]) => other !== name)
  for (const [, share] of others) expect(shares[name]).toBeGreaterThan(share)
})

test('a taste for the trend is known for it and told in words’ raw material', () => {
  const random = createRandom(3)
  const preference = QUESTIONS.reduce((model, { action, minute }) => {
    const regime = random.uniform() * 2 - 1
    const along =
      sideOf(action) === 'put' ? regime : sideOf(action) === 'call' ? -regime : 0.3 - Math.abs(regime)
    const answer = along > 0 ? 'accepted' : 'rejected'
    return learnPreference(model, action, seen(minute, { regime }), answer)
  }, firstPreference())
  expect(tasteShares(preference).trend).toBeGreaterThan(0.9)
  const against = learnedTastes(preference).find(({ trend }) => trend === 'against')
  expect(against?.shift).toBeLessThan(-1)
  expect(learnedTastes(preference).find(({ trend }) => trend === 'in')?.shift).toBeLessThan(-1)
})

test('somebody new has no tastes', () => {
  expect(learnedTastes(firstPreference())).toEqual([])
})

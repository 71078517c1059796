import { expect, test } from 'vitest'
import { OBSERVATION_SIZE, featureIndex } from '../core/features/observation.ts'
import { ACTIONS, actionIndex, type Action } from '../core/policy/action.ts'
import { AdaptedSuggestions, liveThrough } from './agreementAdapter.ts'
import {
  agreementChange,
  askingDesk,
  judgeSuggestions,
  likeliestAction,
  type DecisionPoint,
} from './agreementTrial.ts'
import { tasteTraders, type TasteTrader } from './scriptedTrader.ts'

function pointAt(session: string, minute: number, given: Partial<DecisionPoint> = {}): DecisionPoint {
  const observation = new Float32Array(OBSERVATION_SIZE)
  observation[featureIndex('minutesSinceOpen')] = minute / 390
  observation[featureIndex('impliedVolatility')] = 0.2
  return {
    id: `${session}/${minute}`,
    session,
    minute,
    observation,
    allowed: ACTIONS.map(action => action !== 'close'),
    nets: Float64Array.from(ACTIONS, (_, index) => index),
    implied: Float64Array.from(ACTIONS, () => 0.7),
    until: Float64Array.from(ACTIONS, () => minute + 25),
    ...given,
  }
}

function day(session: string): DecisionPoint[] {
  return Array.from({ length: 36 }, (_, index) => pointAt(session, 10 + index * 10))
}

function trader(kind: TasteTrader['kind']): TasteTrader {
  const found = tasteTraders(1).find(each => each.kind === kind)
  if (!found) throw new RangeError(`there is no trader of kind ${kind}`)
  return found
}

const CONDORS = (): Action => 'sellIronCondor'

/** Logits under which a condor is likeliest and waiting next. */
const LIKES_CONDORS = Float32Array.from([1, 0, 0, 0, 0, 1.5, 0])

test('he is asked about one trade every twenty minutes of a session, and not more often than agreed', () => {
  const ask = askingDesk(trader('time of day'), 5)
  const given = [...day('a'), ...day('b')].flatMap(point => ask(point, 'sellIronCondor') ?? [])
  expect(given.map(({ point, accepted }) => [point.minute, accepted])).toEqual([
    [10, false],
    [30, false],
    [50, false],
    [70, false],
    [90, true],
  ])
  expect(askingDesk(trader('delta'), 5)(pointAt('a', 10), 'noTrade')).toBeUndefined()
})

test('a session counts every suggestion, and of trades that overlap the first', () => {
  const [session] = judgeSuggestions(day('a'), CONDORS, trader('time of day'))
  // Suggestions at 10, 20, ..., 360; he declines those before minute 90; each lasts 25 minutes
  expect(session).toMatchObject({ suggestions: 36, declined: 8, net: 12 * actionIndex('sellIronCondor') })
  const unavailable = day('a').map(point => ({ ...point, nets: point.nets.map(() => Number.NaN) }))
  expect(judgeSuggestions(unavailable, CONDORS, trader('delta'))).toMatchObject([{ suggestions: 36, net: 0 }])
})

test('before and after are compared session by session', () => {
  const points = [...day('a'), ...day('b'), ...day('c')]
  const late = (point: DecisionPoint): Action => (point.minute < 90 ? 'noTrade' : 'sellIronCondor')
  const [before, after] = [CONDORS, late].map(suggest =>
    judgeSuggestions(points, suggest, trader('time of day')),
  )
  const change = agreementChange(before ?? [], after ?? [], 1)
  expect(change.before.value).toBeCloseTo(8 / 36)
  expect(change.fall).toEqual({ value: 1, low: 1, high: 1 })
  expect(change.qualityChange.value).toBeLessThan(0)
  expect(change.suggestionsAfter).toBe(3 * 28)
  expect(() => agreementChange(before ?? [], (after ?? []).toReversed(), 1)).toThrow('same order')
})

test('who is suggested nothing any more has not come to agree', () => {
  const points = [...day('a'), ...day('b')]
  const [before, after] = [CONDORS, (): Action => 'noTrade'].map(suggest =>
    judgeSuggestions(points, suggest, trader('time of day')),
  )
  const change = agreementChange(before ?? [], after ?? [], 1)
  expect(change).toMatchObject({ suggestionsBefore: 72, suggestionsAfter: 0 })
  expect([change.after.value, change.fall.value]).toEqual([Number.NaN, Number.NaN])
  expect(change.before.value).toBeCloseTo(8 / 36)
})

test('what is not on offer is not suggested, and waiting wins a tie', () => {
  const point = pointAt('a', 100, { allowed: ACTIONS.map(action => action !== 'sellIronCondor') })
  expect(likeliestAction(point, LIKES_CONDORS)).toBe('noTrade')
  expect(likeliestAction(pointAt('a', 100), new Float32Array(ACTIONS.length))).toBe('noTrade')
})

test('the adapter silences the mornings of a trader who refuses them, and not his afternoons', () => {
  const desk = new AdaptedSuggestions(() => LIKES_CONDORS)
  // Without outcomes only the answers teach
  const days = ['a', 'b', 'c']
    .flatMap(day)
    .map(point => ({ ...point, nets: point.nets.map(() => Number.NaN) }))
  liveThrough(desk, days, askingDesk(trader('time of day'), 40))
  const fresh = day('d').map(point => [point.minute < 90, desk.suggest(point)] as const)
  const early = fresh.filter(([isEarly, action]) => isEarly && action !== 'noTrade')
  const late = fresh.filter(([isEarly, action]) => !isEarly && action === 'sellIronCondor')
  expect(early.length).toBeLessThan(3)
  expect(late.length).toBeGreaterThan(22)
})

test('outcomes alone silence what loses, whatever was answered', () => {
  const losing = (points: DecisionPoint[]) =>
    points.map(point => ({ ...point, nets: point.nets.map(() => -50) }))
  const desk = new AdaptedSuggestions(() => LIKES_CONDORS)
  liveThrough(desk, losing([...day('a'), ...day('b'), ...day('c'), ...day('d')]), () => undefined)
  expect(day('e').filter(point => desk.suggest(point) !== 'noTrade')).toEqual([])
})

test.each([
  ['time of day', 'sellIronCondor', 89, 0, false],
  ['time of day', 'sellPutVertical15', 90, 0, true],
  ['delta', 'sellPutVertical15', 200, 0, false],
  ['delta', 'sellCallVertical10', 10, 0, true],
  ['side by trend', 'sellPutVertical10', 200, 0.4, true],
  ['side by trend', 'sellPutVertical10', 200, 0.1, false],
  ['side by trend', 'sellCallVertical10', 200, 0.4, false],
  ['side by trend', 'sellIronCondor', 200, 0.1, true],
  ['side by trend', 'sellIronCondor', 200, -0.4, false],
] as const)(
  '%s: a %s at minute %d in a trend of %d is accepted: %s',
  (kind, action, minute, regime, accepts) => {
    const observation = pointAt('a', minute).observation
    observation[featureIndex('regime')] = regime
    const asked = { id: 'x', action, observation: [...observation] }
    expect(trader(kind).accepts(asked)).toBe(accepts)
  },
)

test('a coin falls on both sides, the same for the same question, another for another trader', () => {
  const answersOf = (seed: number) => {
    const coin = tasteTraders(seed).filter(({ isConsistent }) => !isConsistent)
    return Array.from({ length: 400 }, (_, index) =>
      coin.every(each => each.accepts({ id: `q${index}`, action: 'sellIronCondor', observation: [] })),
    )
  }
  const [one, again, other] = [answersOf(1), answersOf(1), answersOf(2)]
  expect(again).toEqual(one)
  expect(other).not.toEqual(one)
  const yes = one.filter(Boolean).length
  expect(yes).toBeGreaterThan(150)
  expect(yes).toBeLessThan(250)
})

import { expect, test } from 'vitest'
import { isTaken, verdict, type Decision, type DecisionStatus, type Outcome } from './decision.ts'

const BASE: Decision = {
  id: '2026-11-20/1',
  number: 1,
  session: 'test-session',
  date: '2026-11-20',
  time: 0,
  status: 'open',
  action: 'sellIronCondor',
  probabilities: [],
  policyProbabilities: [],
  wouldAccept: { mean: 0.5, low: 0.4, high: 0.6 },
  wouldBeGood: { mean: 0.5, low: 0.4, high: 0.6 },
  reasons: {
    sentence: '',
    usual: 0.1,
    now: 0.2,
    drivers: [],
    flips: [],
    neighbours: [],
    remembered: 0,
    unknown: [],
  },
  context: {
    spot: 690,
    forward: 690,
    impliedVolatility: 0.14,
    realisedVolatility: undefined,
    expectedMove: undefined,
    vix: undefined,
    regime: 0,
    minutesToClose: 300,
    dataAge: 0,
  },
  observation: [],
  situation: [],
  versions: { observation: 1, actions: 1, policy: 'test-1' },
  checks: { passed: 12, of: 12 },
  expiresAt: 0,
}

function decided(status: DecisionStatus, outcome?: Partial<Outcome>): Decision {
  const scored: Outcome = { status: 'scored', time: 1, reason: 'time', net: 0, wasGood: true }
  return { ...BASE, status, ...(outcome ? { outcome: { ...scored, ...outcome } } : {}) }
}

test.each<readonly [DecisionStatus, boolean, ReturnType<typeof verdict>]>([
  ['accepted', true, 'acceptedWinner'],
  ['accepted', false, 'acceptedLoser'],
  ['modified', true, 'acceptedWinner'],
  ['modified', false, 'acceptedLoser'],
  ['rejected', true, 'rejectedWinner'],
  ['rejected', false, 'rejectedLoser'],
  ['open', true, undefined],
  ['lapsed', true, undefined],
  ['refused', false, undefined],
])('a %s decision whose outcome was good: %s has the verdict %s', (status, wasGood, expected) => {
  expect(verdict(decided(status, { wasGood }))).toBe(expected)
})

test.each<DecisionStatus>(['accepted', 'rejected', 'lapsed'])(
  'a %s decision that could not be scored says so',
  status => {
    expect(verdict(decided(status, { status: 'unavailable', wasGood: false }))).toBe('unavailable')
  },
)

test.each<DecisionStatus>(['accepted', 'modified', 'rejected', 'lapsed', 'open'])(
  'a %s decision without an outcome has no verdict yet',
  status => {
    expect(verdict(decided(status))).toBeUndefined()
  },
)

test('a wait that was overruled is judged by what it passed over', () => {
  const lost = { net: 0, forgone: -120, wasGood: true }
  expect(verdict({ ...decided('rejected', lost), action: 'noTrade' })).toBe('rejectedWinner')
})

test('only what was accepted or modified was taken', () => {
  const statuses: DecisionStatus[] = ['open', 'accepted', 'modified', 'rejected', 'lapsed', 'refused']
  expect(statuses.filter(status => isTaken(decided(status)))).toEqual(['accepted', 'modified'])
})

import { expect, test } from 'vitest'
import { featureIndex } from '../core/features/observation.ts'
import type { Decision } from '../core/policy/decision.ts'
import { NOW, PROPOSAL, decisionOf, outcomeOf, waitOf } from '../fixtures/screen.ts'
import { agreementReport, groupName } from './agreement.ts'

const HALF_HOUR = 30 * 60_000

function seenAt(minute: number): number[] {
  return decisionOf().observation.with(featureIndex('minutesSinceOpen'), Math.fround(minute / 390))
}

function suggestion(session: string, given: Partial<Decision> = {}): Decision {
  return decisionOf({ session, observation: seenAt(60), outcome: outcomeOf(20), ...given })
}

/** So many sessions of which each made nothing. */
function idle(count: number): Decision[] {
  return Array.from({ length: count }, (_, index) =>
    suggestion(`idle-${index}`, { status: 'lapsed', outcome: outcomeOf(0) }),
  )
}

function profits(decisions: readonly Decision[]): Record<string, number> {
  return Object.fromEntries(agreementReport(decisions).ways.map(way => [way.name, way.perSession.value]))
}

test('of no answers nothing is claimed', () => {
  const report = agreementReport([suggestion('a'), waitOf({ status: 'rejected' })])
  expect(report).toEqual({
    answers: 0,
    disagreement: { value: 0, low: 0, high: 1 },
    groups: [],
    sessions: { scored: 1, needed: 10 },
    ways: [],
  })
})

test('what was declined and what was taken keep their profits apart', () => {
  const { answers, disagreement, groups } = agreementReport([
    suggestion('a', { status: 'rejected', outcome: outcomeOf(30) }),
    suggestion('a', { status: 'rejected', outcome: outcomeOf(-50) }),
    suggestion('b', { status: 'accepted', outcome: outcomeOf(12) }),
    suggestion('b', { status: 'modified', outcome: outcomeOf(8), observation: seenAt(200) }),
    suggestion('b', { status: 'lapsed', outcome: outcomeOf(1000) }),
  ])
  expect(answers).toBe(4)
  expect(disagreement.value).toBe(0.5)
  expect(groups).toEqual([
    { name: '15-delta put verticals before 11:00', answers: 3, declined: 2, declinedNet: -20, takenNet: 12 },
    {
      name: '15-delta put verticals from 11:00 to 13:00',
      answers: 1,
      declined: 0,
      declinedNet: 0,
      takenNet: 8,
    },
  ])
})

test('an outcome that is not there adds to no profit and is still an answer', () => {
  const { answers, groups, sessions } = agreementReport([
    suggestion('a', { status: 'rejected', outcome: outcomeOf(0, { status: 'unavailable' }) }),
    suggestion('b', { status: 'rejected', outcome: outcomeOf(5) }),
  ])
  expect(answers).toBe(2)
  expect(groups[0]).toMatchObject({ declined: 2, declinedNet: 5 })
  expect(sessions.scored).toBe(1)
})

test.each([
  [9, 0],
  [10, 4],
])('of %d sessions with scored decisions %d ways are told', (count, ways) => {
  const { outcome: _, ...open } = suggestion('open', { status: 'open' })
  const report = agreementReport([...idle(count), open])
  expect(report.sessions).toEqual({ scored: count, needed: 10 })
  expect(report.ways).toHaveLength(ways)
})

test('a trade that is still open has made nothing that is known, which is not a profit of nothing', () => {
  const open = decisionOf({ session: 'a', observation: seenAt(60), status: 'accepted' })
  const groupOf = (decisions: readonly Decision[]) => agreementReport(decisions).groups[0]
  expect(open.outcome).toBeUndefined()
  expect(groupOf([open])).toMatchObject({ takenNet: Number.NaN, declinedNet: 0 })
  const scored = suggestion('a', { status: 'accepted', outcome: outcomeOf(12) })
  expect(groupOf([open, scored])).toMatchObject({ takenNet: 12, declinedNet: 0 })
})

test('the four ways part where one would trade and the other would not', () => {
  const sure = { mean: 0.9, low: 0.8, high: 0.95 }
  const passedOver = { action: 'sellIronCondor', proposal: PROPOSAL } as const
  const wait = (given: Partial<Decision>) =>
    waitOf({ passedOver, outcome: outcomeOf(0, { forgone: 7 }), ...given })
  const decisions = [
    suggestion('a', { status: 'accepted', outcome: outcomeOf(10) }),
    suggestion('b', { status: 'rejected', outcome: outcomeOf(-30) }),
    suggestion('c', { status: 'refused', outcome: outcomeOf(500) }),
    wait({ session: 'd', status: 'rejected' }),
    wait({ session: 'e', status: 'lapsed', wouldAccept: sure }),
    wait({ session: 'f', status: 'lapsed' }),
    wait({ session: 'g', status: 'accepted', wouldAccept: sure }),
    suggestion('h', { status: 'lapsed', outcome: outcomeOf(4), wouldAccept: sure }),
  ]
  const of = (sum: number) => sum / 10
  expect(profits([...decisions, ...idle(2)])).toEqual({
    team: of(10),
    'AI alone': of(10 - 30 + 4),
    'trader alone': of(10 + 7 + 7 + 4),
    'do nothing': 0,
  })
})

test('one opinion said every minute is one trade until its exit', () => {
  const said = (minutes: number, net: number, given: Partial<Decision> = {}) =>
    suggestion('a', {
      status: 'lapsed',
      time: NOW + minutes * 60_000,
      outcome: outcomeOf(net, { time: NOW + minutes * 60_000 + HALF_HOUR }),
      ...given,
    })
  const decisions = [said(31, 3), said(0, 1), said(29, 100), said(5, 10, { action: 'sellIronCondor' })]
  expect(profits([...decisions, ...idle(9)])['AI alone']).toBe((1 + 3 + 10) / 10)
})

test.each([
  [89.9, 'sellCallVertical10', '10-delta call verticals before 11:00'],
  [90, 'sellPutVertical15', '15-delta put verticals from 11:00 to 13:00'],
  [210, 'sellIronCondor', '10-delta iron condors after 13:00'],
  [300, 'close', 'early closes after 13:00'],
] as const)('at minute %d a %s is one of the %s', (minute, action, name) => {
  expect(groupName(decisionOf({ action, observation: seenAt(minute) }))).toBe(name)
})

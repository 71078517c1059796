import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { ACTIONS } from '../core/policy/action.ts'
import type { Decision } from '../core/policy/decision.ts'
import { NOW, PROPOSAL, decisionOf, outcomeOf, waitOf } from '../fixtures/screen.ts'
import { agreementReport, wilsonInterval } from './agreement.ts'

const outcomes = fc.option(
  fc.record({ net: fc.integer({ min: -500, max: 200 }), scored: fc.boolean(), minutes: fc.nat(60) }),
  { nil: undefined },
)

const decisions: fc.Arbitrary<Decision[]> = fc.array(
  fc
    .record({
      action: fc.constantFrom(...ACTIONS),
      status: fc.constantFrom('open', 'accepted', 'modified', 'rejected', 'lapsed', 'refused'),
      session: fc.constantFrom(...'abcdefghijkl'),
      minute: fc.nat(389),
      low: fc.double({ min: 0, max: 1, noNaN: true }),
      outcome: outcomes,
    })
    .map(({ action, status, session, minute, low, outcome }) => {
      const time = NOW + minute * 60_000
      const scored = outcome && {
        outcome: outcomeOf(action === 'noTrade' ? 0 : outcome.net, {
          status: outcome.scored ? 'scored' : 'unavailable',
          time: time + outcome.minutes * 60_000,
          ...(action === 'noTrade' ? { forgone: outcome.net } : {}),
        }),
      }
      const given = { action, status, session, time, wouldAccept: { mean: low, low, high: 1 }, ...scored }
      return action === 'noTrade'
        ? waitOf({ ...given, passedOver: { action: 'sellIronCondor', proposal: PROPOSAL } })
        : decisionOf(given)
    }),
  { maxLength: 80, size: 'max' },
)

test('groups are a partition of the answers, and their profits of what was scored', () => {
  fc.assert(
    fc.property(decisions, journal => {
      const { answers, disagreement, groups } = agreementReport(journal)
      const sum = (value: (group: (typeof groups)[number]) => number) =>
        groups.reduce((all, group) => all + value(group), 0)
      expect(sum(group => group.answers)).toBe(answers)
      expect(sum(group => group.declined)).toBeCloseTo(disagreement.value * answers, 9)
      const nets = journal
        .filter(({ action, status }) => action !== 'noTrade' && /accepted|modified|rejected/.test(status))
        .map(({ outcome }) => (outcome?.status === 'scored' ? outcome.net : 0))
      const known = (net: number) => (Number.isNaN(net) ? 0 : net)
      expect(sum(group => known(group.declinedNet) + known(group.takenNet))).toBe(
        nets.reduce((all, net) => all + net, 0),
      )
    }),
    { numRuns: 60 },
  )
})

test('intervals hold their figure; doing nothing makes nothing; the order of the journal does not matter', () => {
  fc.assert(
    fc.property(decisions, journal => {
      const report = agreementReport(journal)
      for (const { value, low, high } of [report.disagreement, ...report.ways.map(way => way.perSession)]) {
        expect(low).toBeLessThanOrEqual(value + 1e-9)
        expect(high).toBeGreaterThanOrEqual(value - 1e-9)
      }
      const nothing = report.ways.filter(({ name }) => name === 'do nothing')
      expect(nothing.every(({ perSession: { value, low, high } }) => !value && !low && !high)).toBe(true)
      const sorted = [...journal].sort((one, other) => one.session.localeCompare(other.session))
      expect(agreementReport(sorted)).toEqual(report)
    }),
    { numRuns: 40 },
  )
})

test('a trader who takes everything is as the AI alone, one who declines everything as nothing', () => {
  const suggested = decisions.map(journal => journal.filter(({ action }) => action !== 'noTrade'))
  fc.assert(
    fc.property(suggested, fc.boolean(), (journal, takesAll) => {
      const status = takesAll ? 'accepted' : 'rejected'
      const report = agreementReport(journal.map(decision => ({ ...decision, status })))
      const of = (name: string) => report.ways.find(way => way.name === name)?.perSession.value
      expect(of('team')).toBe(of(takesAll ? 'AI alone' : 'do nothing'))
    }),
    { numRuns: 40 },
  )
})

test("Wilson's interval is that of the published example", () => {
  // Newcombe (1998), table I: 81 of 263
  const { low, high } = wilsonInterval(81, 263)
  expect(low).toBeCloseTo(0.2553, 4)
  expect(high).toBeCloseTo(0.3662, 4)
})

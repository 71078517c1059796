import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import type { DecisionStatus } from '../../main/core/policy/decision.ts'
import { verdict } from '../../main/core/policy/decision.ts'
import { CONDOR } from '../../main/fixtures/trades.ts'
import { PROPOSAL, decisionOf, outcomeOf, waitOf } from '../../main/fixtures/screen.ts'
import * as words from './decisionWords.ts'

const closing = decisionOf({ action: 'close', proposal: { ...PROPOSAL, purpose: 'close', quantity: 1 } })
const condor = decisionOf({ proposal: { ...PROPOSAL, structure: CONDOR, legs: CONDOR.legs } })

test.each([
  ['an opening', decisionOf(), 'Sell 686/683 put vertical ×2', '686/683 put'],
  ['a closing', closing, 'Close 686/683 put vertical ×1', 'Close 686/683 put'],
  ['a condor', condor, 'Sell 686/683/694/697 condor ×2', '686–694 condor'],
  ['a wait', waitOf(), 'No trade', 'No trade'],
])('%s is named in full and in short', (_, decision, long, short) => {
  expect(words.headline(decision)).toBe(long)
  expect(words.shortHeadline(decision)).toBe(short)
})

test.each<readonly [DecisionStatus, string, string, string]>([
  ['open', 'Open', 'Open', 'lapsed'],
  ['accepted', 'Accepted', 'Agreed', 'accepted'],
  ['modified', 'Modified', 'Modified', 'modified'],
  ['rejected', 'Rejected', 'Overruled', 'rejected'],
  ['lapsed', 'Lapsed', 'Lapsed', 'lapsed'],
  ['refused', 'Refused', 'Refused', 'lapsed'],
])('a decision that is %s reads "%s", a wait "%s", and has its mark', (status, trade, wait, shape) => {
  expect(words.answerWords(decisionOf({ status }))).toBe(trade)
  expect(words.answerWords(waitOf({ status }))).toBe(wait)
  expect(words.markShape(decisionOf({ status }))).toBe(shape)
  expect(words.markShape(waitOf({ status }))).toBe('noTrade')
})

test.each([
  ['accepted', 12, 'accepted winner', false],
  ['modified', -12, 'accepted loser', true],
  ['rejected', 12, 'rejected winner', true],
  ['rejected', -12, 'rejected loser', false],
  ['lapsed', 12, 'would have won', false],
  ['refused', -12, 'would have lost', false],
] as const)('%s with a net of %s is a "%s"', (status, net, verdictWords, isLesson) => {
  const decision = decisionOf({ status, outcome: outcomeOf(net) })
  expect(words.verdictWords(decision)).toEqual({ words: verdictWords, isLesson })
})

test('before its outcome a decision is running once answered, and says nothing while it is open', () => {
  expect(words.verdictWords(decisionOf()).words).toBe('')
  expect(words.verdictWords(decisionOf({ status: 'rejected' })).words).toBe('running')
})

test.each([
  [undefined, 'nothing missed'],
  [31, 'missed a winner'],
  [-31, 'spared a loser'],
  [0, 'spared a loser'],
])('a wait whose passed-over trade brought %s reads "%s"', (forgone, expected) => {
  const outcome = outcomeOf(0, forgone === undefined ? {} : { forgone })
  expect(words.verdictWords(waitOf({ status: 'accepted', outcome })).words).toBe(expected)
})

test('the verdict of the journal is the verdict of the book, for every trade', () => {
  const known: Record<string, string> = {
    acceptedWinner: 'accepted winner',
    acceptedLoser: 'accepted loser',
    rejectedWinner: 'rejected winner',
    rejectedLoser: 'rejected loser',
    unavailable: 'unavailable',
  }
  const trades = fc.record({
    status: fc.constantFrom<DecisionStatus>('accepted', 'modified', 'rejected', 'lapsed', 'refused'),
    outcome: fc.record({ net: fc.integer({ min: -500, max: 500 }), isKnown: fc.boolean() }),
  })
  fc.assert(
    fc.property(trades, ({ status, outcome: { net, isKnown } }) => {
      const outcome = outcomeOf(net, isKnown ? {} : { status: 'unavailable', reason: 'noQuotes' })
      const decision = decisionOf({ status, outcome })
      const booked = verdict(decision)
      const shown = words.verdictWords(decision).words
      expect(shown).toBe(booked ? known[booked] : net > 0 ? 'would have won' : 'would have lost')
    }),
  )
})

test('a mark has a colour only where a trade made or lost money', () => {
  const tone = (given: Parameters<typeof decisionOf>[0]) => words.markTone(decisionOf(given))
  expect([tone({}), tone({ outcome: outcomeOf(0.5) }), tone({ outcome: outcomeOf(-0.5) })]).toEqual([
    '',
    'up',
    'down',
  ])
  expect(tone({ outcome: outcomeOf(0) })).toBe('')
  expect(tone({ outcome: outcomeOf(9, { status: 'unavailable' }) })).toBe('')
  expect(words.markTone(waitOf({ outcome: outcomeOf(0, { forgone: 30 }) }))).toBe('')
})

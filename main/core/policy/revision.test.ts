import { expect, test } from 'vitest'
import { pricedChain } from '../../fixtures/market.ts'
import {
  CALL_VERTICAL,
  CONDOR,
  PLAN,
  PUT_VERTICAL,
  positionOf,
  proposalOf,
  quotesFor,
} from '../../fixtures/trades.ts'
import type { LegQuote, Structure } from '../portfolio/structure.ts'
import { legKey } from '../portfolio/structure.ts'
import type { Edits } from './decision.ts'
import { proposeClosing, type Proposal } from './proposal.ts'
import { reviseProposal, type EditRefusal } from './revision.ts'

/** A market lively enough that a condor pays more than the least credit. */
const LIVELY = { volatility: 0.25 }
const { smile } = pricedChain(LIVELY)

/** The quotes of a structure and of whatever strikes its edit asks for. */
function quotesOf(structure: Structure, edits: Edits): Readonly<Record<string, LegQuote>> {
  const moved = structure.legs.map((leg, index) => ({ ...leg, strike: edits.strikes?.[index] ?? leg.strike }))
  return { ...quotesFor(structure, LIVELY), ...quotesFor({ ...structure, legs: moved }, LIVELY) }
}

function revise(proposal: Proposal, edits: Edits, largest = 3) {
  return reviseProposal(proposal, edits, quotesOf(proposal.structure, edits), smile, PLAN, largest)
}

function closing(quantity = 1): Proposal {
  const given = proposeClosing(
    positionOf(proposalOf(CONDOR, quantity, LIVELY)),
    quotesFor(CONDOR, LIVELY),
    PLAN,
  )
  if (!given.ok) throw new Error('a made-up position must be quoted')
  return given.value
}

const ORDER = 'wings must lie outside the short strikes, puts below calls'

test.each<readonly [string, Structure, Edits, EditRefusal]>([
  ['no lots at all', CONDOR, { quantity: 0 }, { field: 'quantity', rule: 'size must be from 1 to 3, was 0' }],
  [
    'more lots than allowed',
    CONDOR,
    { quantity: 4 },
    { field: 'quantity', rule: 'size must be from 1 to 3, was 4' },
  ],
  ['half a lot', CONDOR, { quantity: 1.5 }, { field: 'quantity', rule: 'size must be from 1 to 3, was 1.5' }],
  [
    'too few strikes',
    CONDOR,
    { strikes: [686, 683] },
    { field: 'strikes', rule: 'strikes must be 4, were 2' },
  ],
  [
    'a strike far away',
    PUT_VERTICAL,
    { strikes: [686, 670] },
    { field: 'strikes', rule: 'a strike may move by 1 % of itself, 670 is further' },
  ],
  [
    'a put wing above its short strike',
    PUT_VERTICAL,
    { strikes: [684, 685] },
    { field: 'strikes', rule: ORDER },
  ],
  [
    'a put wing at its short strike',
    PUT_VERTICAL,
    { strikes: [684, 684] },
    { field: 'strikes', rule: ORDER },
  ],
  [
    'a call wing below its short strike',
    CALL_VERTICAL,
    { strikes: [697, 696] },
    { field: 'strikes', rule: ORDER },
  ],
  ['puts above calls', CONDOR, { strikes: [692, 683, 691, 697] }, { field: 'strikes', rule: ORDER }],
  [
    'a fraction of a cent',
    CONDOR,
    { limit: 0.505 },
    { field: 'limit', rule: 'limit must be in whole cents, was 0.505' },
  ],
])('refuses %s and says which field and why', (_, structure, edits, failure) => {
  expect(revise(proposalOf(structure, 1, LIVELY), edits)).toEqual({ ok: false, failure })
})

test('refuses a limit that nobody can fill, above the best and below the natural price', () => {
  const proposal = proposalOf(CONDOR, 1, LIVELY)
  const { natural, best } = proposal.quote
  const bounds = `${natural.toFixed(2)} to ${best.toFixed(2)}`
  for (const limit of [natural - 0.01, best + 0.01]) {
    const failure = { field: 'limit', rule: `limit must be from ${bounds}, was ${limit.toFixed(2)}` }
    expect(revise(proposal, { limit })).toEqual({ ok: false, failure })
  }
  for (const limit of [natural, best]) expect(revise(proposal, { limit }).ok).toBe(true)
})

test.each([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY])(
  'refuses %s as a limit',
  limit => {
    expect(revise(proposalOf(CONDOR, 1, LIVELY), { limit })).toMatchObject({
      ok: false,
      failure: { field: 'limit' },
    })
    expect(revise(closing(), { limit })).toMatchObject({ ok: false, failure: { field: 'limit' } })
  },
)

test('refuses a credit below the least that is worth selling', () => {
  const plan = { ...PLAN, minimumCredit: 5 }
  const proposal = proposalOf(CONDOR, 1, LIVELY)
  const limit = proposal.walk.start
  expect(reviseProposal(proposal, { limit }, quotesFor(CONDOR, LIVELY), smile, plan, 3)).toEqual({
    ok: false,
    failure: { field: 'limit', rule: `credit must be at least 5.00, was ${limit.toFixed(2)}` },
  })
})

test('refuses strikes that nobody offers', () => {
  const proposal = proposalOf(PUT_VERTICAL, 1, LIVELY)
  const quotes = Object.fromEntries(
    Object.entries(quotesOf(PUT_VERTICAL, {})).filter(
      ([key]) => key !== legKey({ right: 'put', strike: 683 }),
    ),
  )
  expect(reviseProposal(proposal, {}, quotes, smile, PLAN, 3)).toEqual({
    ok: false,
    failure: { field: 'strikes', rule: 'every strike must be offered' },
  })
})

test('a limit of his own stands still: the order does not walk away from it', () => {
  const proposal = proposalOf(CONDOR, 1, LIVELY)
  const limit = Math.round((proposal.walk.start - 0.01) * 100) / 100
  const after = revise(proposal, { limit })
  expect(after).toMatchObject({ ok: true, value: { walk: { start: limit, end: limit } } })
})

test('the frozen exit follows the new credit', () => {
  const proposal = proposalOf(CONDOR, 1, LIVELY)
  const limit = Math.round((proposal.walk.start + 0.02) * 100) / 100
  const after = revise(proposal, { limit })
  if (!after.ok) throw new Error('the limit must be within bounds')
  const { takeProfit, stop } = after.value.exit
  expect(Math.abs(takeProfit - limit * PLAN.takeProfitShare)).toBeLessThan(0.0051)
  expect(Math.abs(stop - limit * PLAN.stopMultiple)).toBeLessThan(0.0051)
  expect(after.value.exit.time).toBe(proposal.exit.time)
})

test('a wider wing costs what it costs: the worst loss says so', () => {
  const proposal = proposalOf(PUT_VERTICAL, 1, LIVELY)
  const after = revise(proposal, { strikes: [686, 680] })
  if (!after.ok) throw new Error('the wing must be within reach')
  expect(after.value.margin).toBe(600)
  expect(after.value.atWorst).toBeLessThan(proposal.atWorst - 200)
})

test('a close changes its limit only, and its cash with it', () => {
  const proposal = closing(2)
  const limit = proposal.quote.natural
  expect(revise(proposal, { limit })).toMatchObject({
    ok: true,
    value: {
      legs: proposal.legs,
      quantity: 2,
      walk: { start: limit, end: limit },
      cash: limit * 200 - proposal.fees,
      exit: proposal.exit,
    },
  })
  expect(revise(proposal, { strikes: [686, 683, 694, 697] })).toEqual({
    ok: false,
    failure: { field: 'strikes', rule: 'a close keeps its strikes' },
  })
  expect(revise(proposal, { quantity: 1 })).toEqual({
    ok: false,
    failure: { field: 'quantity', rule: 'a close keeps its size of 2, was 1' },
  })
})

test('a close of more lots than may be opened at once can still have its limit changed', () => {
  const proposal = closing(5)
  expect(revise(proposal, { limit: proposal.quote.natural }, 3)).toMatchObject({
    ok: true,
    value: { quantity: 5 },
  })
})

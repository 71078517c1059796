import { basename } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { CASE_FOLDER, TRADING_CASES } from '../../fixtures/tradingCode/cases.ts'
import { PLANTED_FUNCTIONS } from '../../fixtures/tradingCode/defects.ts'
import { openReviewer, type Reviewer } from '../../fixtures/tradingCode/reviewer.ts'
import type { ModuleReview } from './reviewModule.ts'

const isLinux = process.platform === 'linux'
const planted = [...new Set(PLANTED_FUNCTIONS.map(({ file }) => file))]
const cases = [...new Set(TRADING_CASES.map(({ file }) => file))]
const reviews = new Map<string, ModuleReview>()
let reviewer: Reviewer | undefined

beforeAll(async () => {
  if (!isLinux) return
  reviewer = await openReviewer()
  for (const file of [...planted, ...cases]) reviews.set(file, await reviewer.review(file))
}, 120_000)
afterAll(() => reviewer?.close())

/** Findings in a made-up file of the case folder. */
async function findingsIn(source: string): Promise<ModuleReview['findings']> {
  const review = await reviewer?.review(`${CASE_FOLDER}/made.py`, source)
  return review?.findings ?? []
}

function rulesAt(file: string, path: string): readonly string[] {
  return (
    reviews
      .get(file)
      ?.findings.filter(({ place }) => place.function === path)
      .map(({ rule }) => rule) ?? []
  )
}

test.runIf(isLinux).each(planted.map(file => [basename(file), file]))(
  'finds at least nine in ten planted defects of %s by the rule that is meant',
  (_, file) => {
    const defects = PLANTED_FUNCTIONS.filter(each => each.file === file && each.rule !== undefined)
    const missed = defects.filter(each => !rulesAt(file, each.function).includes(each.rule ?? ''))
    const allowed = defects[0]?.part === 'held out' ? defects.length : Math.floor(defects.length / 10)
    expect(missed.map(each => each.function).slice(allowed)).toEqual([])
  },
)

test.runIf(isLinux)('raises no alarm on code that is right', () => {
  const clean = [
    ...PLANTED_FUNCTIONS.filter(({ rule, part }) => rule === undefined && part !== 'held out'),
    ...TRADING_CASES,
  ]
  const alarms = clean.filter(each => rulesAt(each.file, each.function).length > 0)
  expect(alarms.map(each => each.function)).toEqual([])
})

test.runIf(isLinux)('every finding has an input that was run, and two different answers', () => {
  const findings = [...reviews.values()].flatMap(review => review.findings)
  expect(findings.length).toBeGreaterThan(60)
  for (const { failing } of findings) {
    expect(failing?.actual).not.toBe(failing?.expected)
  }
})

test.runIf(isLinux)(
  'a file with a fix written into it is not found again by the same rule',
  async () => {
    const fixed = planted
      .slice(0, 4)
      .flatMap(file => (reviews.get(file)?.findings ?? []).filter(({ fix }) => fix).slice(0, 3))
    expect(fixed.length).toBeGreaterThan(2)
    for (const { place, rule, fix } of fixed) {
      const after = await reviewer?.review(place.file, fix?.after)
      const again = after?.findings.filter(
        each => each.rule === rule && each.place.function === place.function,
      )
      expect([place.function, again?.length]).toEqual([place.function, 0])
    }
  },
  60_000,
)

test.runIf(isLinux)('a module that does not load is tried with what its functions stand on', async () => {
  const found = await findingsIn(
    [
      'import a_package_that_is_not_there as broker',
      'from math import log',
      '',
      'connection = broker.connect()',
      '',
      'def mid_price(bid, ask):',
      '    return (bid + ask) // 2',
    ].join('\n'),
  )
  expect(found.map(({ rule }) => rule)).toEqual(['integer-division'])
})

test.runIf(isLinux)('a method is tried on an object of its class', async () => {
  const found = await findingsIn(
    [
      'class Quote:',
      '    def __init__(self, symbol):',
      '        self.symbol = symbol',
      '    def mid(self, bid, ask):',
      '        return (bid + ask) // 2',
    ].join('\n'),
  )
  expect(found.map(({ place }) => place.function)).toEqual(['Quote.mid'])
})

test.runIf(isLinux)('what no input can show is a suspicion and no finding', async () => {
  const source =
    'def outer(bid, ask):\n    def mid(bid, ask):\n        return (bid + ask) // 2\n    return mid(bid, ask)\n'
  const review = await reviewer?.review(`${CASE_FOLDER}/made.py`, source)
  expect(review?.findings).toEqual([])
  expect(review?.suspicions).toMatchObject([
    {
      place: { function: 'outer.mid' },
      unshown: 'it stands inside another function and cannot be called alone',
    },
  ])
})

test.runIf(isLinux)(
  'code that never ends and code that ends its process leave the others their findings',
  async () => {
    const found = await findingsIn(
      [
        'import os',
        'def mid_price(bid, ask):',
        '    while True:',
        '        bid = (bid + ask) // 2',
        'def mid_of(bid, ask):',
        '    os._exit(1)',
        '    return (bid + ask) // 2',
        'def mid(bid, ask):',
        '    return (bid + ask) // 2',
      ].join('\n'),
    )
    expect(found.map(({ place }) => place.function)).toEqual(['mid'])
  },
  60_000,
)

test.runIf(isLinux)('two functions or objects made by two calls are no two answers', async () => {
  const found = await findingsIn(
    [
      'def filter_for(price, known={}):',
      '    def is_over(other):',
      '        return other > price and other not in known',
      '    return is_over',
    ].join('\n'),
  )
  expect(found).toEqual([])
})

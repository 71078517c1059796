import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { CASE_FOLDER } from '../../fixtures/tradingCode/cases.ts'
import { openReviewer, type Reviewer } from '../../fixtures/tradingCode/reviewer.ts'
import { withReferences } from './trying.ts'

const isLinux = process.platform === 'linux'
const references = readFileSync(join(import.meta.dirname, '../../../assets/assistant/references.py'), 'utf8')
let reviewer: Reviewer | undefined

beforeAll(async () => {
  if (isLinux) reviewer = await openReviewer()
})
afterAll(() => reviewer?.close())

/** What each expression over `r`, the references, comes to. */
async function numbers(...calls: readonly string[]): Promise<readonly (number | undefined)[]> {
  const module = withReferences('', references, [])
  const task = {
    module,
    folder: CASE_FOLDER,
    calls: calls.map(call => call.replaceAll('r.', 'reference.')),
    seconds: 20,
  }
  const evaluated = (await reviewer?.verifier.evaluate(task)) ?? []
  return evaluated.map(each => (each.kind === 'value' ? each.number : undefined))
}

test.runIf(isLinux)('the price is that of Hull, example 15.6', async () => {
  // Spot 42, strike 40, half a year, 20 %, rate 10 %: call 4.76, put 0.81
  const [call, put] = await numbers(
    'r.price(42, 40, 0.5, 0.2, 0.1)',
    'r.price(42, 40, 0.5, 0.2, 0.1, 0, False)',
  )
  expect(call).toBeCloseTo(4.76, 2)
  expect(put).toBeCloseTo(0.81, 2)
})

test.runIf(isLinux).each([
  [
    'delta',
    '(r.price(100.01, 95, 0.7, 0.3, 0.04, 0.01, RIGHT) - r.price(99.99, 95, 0.7, 0.3, 0.04, 0.01, RIGHT)) / 0.02',
  ],
  [
    'vega',
    '(r.price(100, 95, 0.7, 0.3001, 0.04, 0.01, RIGHT) - r.price(100, 95, 0.7, 0.2999, 0.04, 0.01, RIGHT)) / 0.0002',
  ],
  [
    'theta',
    '-(r.price(100, 95, 0.7001, 0.3, 0.04, 0.01, RIGHT) - r.price(100, 95, 0.6999, 0.3, 0.04, 0.01, RIGHT)) / 0.0002',
  ],
  [
    'rho',
    '(r.price(100, 95, 0.7, 0.3, 0.0401, 0.01, RIGHT) - r.price(100, 95, 0.7, 0.3, 0.0399, 0.01, RIGHT)) / 0.0002',
  ],
  [
    'gamma',
    '(r.delta(100.01, 95, 0.7, 0.3, 0.04, 0.01, RIGHT) - r.delta(99.99, 95, 0.7, 0.3, 0.04, 0.01, RIGHT)) / 0.02',
  ],
])('%s is the slope of what it is the slope of, for calls and puts', async (greek, slope) => {
  for (const right of ['True', 'False']) {
    const [exact, measured] = await numbers(
      `r.${greek}(100, 95, 0.7, 0.3, 0.04, 0.01, ${right})`,
      slope.replaceAll('RIGHT', right),
    )
    expect(exact).toBeCloseTo(measured ?? NaN, 4)
  }
})

test.runIf(isLinux)(
  'an American call without dividends is a European one; a put is worth its exercise at least',
  async () => {
    const [american, european, put] = await numbers(
      'r.american_price(100, 95, 0.5, 0.3, 0.05)',
      'r.price(100, 95, 0.5, 0.3, 0.05)',
      'r.american_price(80, 120, 1, 0.2, 0.08, 0.0, False)',
    )
    expect(american).toBeCloseTo(european ?? NaN, 1)
    expect(put).toBeGreaterThanOrEqual(40)
  },
)

test.runIf(isLinux)('a longer made-up market begins with the shorter one', async () => {
  const same = await numbers(
    'int(r.prices(60)[:45] == r.prices(45))',
    'int(r.changes(60, 3)[:45] == r.changes(45, 3))',
    'int(r.moved(lambda: r.prices(60), 0.03)[:59] == r.prices(60)[:59])',
    'int(r.frame({"close": r.prices(60)}).iloc[:45].equals(r.frame({"close": r.prices(45)})))',
  )
  expect(same).toEqual([1, 1, 1, 1])
})

import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { OBSERVATION_VERSION } from '../core/features/observation.ts'
import { ACTION_VERSION } from '../core/policy/action.ts'
import { madeUpJudgement } from '../fixtures/models.ts'
import { chooseCopy, type WeightCopy } from './chooseCopy.ts'
import { FEWEST_SESSIONS, confidenceOfTrial, promotionRule } from './promotionRule.ts'

const identity = fc.record({ version: fc.constantFrom('a-1', 'b-1'), digest: fc.constantFrom('1', '2', '3') })
const challenger = fc.record({
  version: fc.constantFrom('b-1', 'c-1'),
  digest: fc.constantFrom('1', '2', '3'),
  observationVersion: fc.integer({ min: OBSERVATION_VERSION - 1, max: OBSERVATION_VERSION + 1 }),
  actionVersion: fc.integer({ min: ACTION_VERSION - 1, max: ACTION_VERSION + 1 }),
})
const judgement = fc.option(
  fc.record({
    champion: identity,
    challenger: identity,
    sessions: fc.integer({ min: 0, max: 2 * FEWEST_SESSIONS }),
    low: fc.double({ min: -5, max: 5 }),
    fairHigh: fc.double({ min: -2, max: 5, noNaN: true }),
    trial: fc.integer({ min: 1, max: 5 }),
    confidence: fc.constantFrom(...[1, 2, 3, 4, 5].map(confidenceOfTrial), 0.95),
    verdict: fc.constantFrom('better' as const, 'noEdge' as const),
  }),
  { nil: undefined },
)

test('promoted exactly where the very two were judged, often enough, with an interval above zero, and no worse without edge', () => {
  fc.assert(
    fc.property(identity, challenger, judgement, (champion, asking, judged) => {
      const whole =
        judged &&
        madeUpJudgement(judged.champion, judged.challenger, {
          sessions: judged.sessions,
          verdict: judged.verdict,
          difference: { value: judged.low + 1, low: judged.low, high: judged.low + 2 },
          fairDifference: { value: judged.fairHigh - 1, low: judged.fairHigh - 2, high: judged.fairHigh },
          trial: judged.trial,
          confidence: judged.confidence,
        })
      const isRight =
        asking.observationVersion === OBSERVATION_VERSION &&
        asking.actionVersion === ACTION_VERSION &&
        asking.digest !== champion.digest &&
        judged !== undefined &&
        judged.champion.digest === champion.digest &&
        judged.challenger.digest === asking.digest &&
        judged.sessions >= FEWEST_SESSIONS &&
        judged.verdict === 'better' &&
        judged.low > 0 &&
        judged.fairHigh >= 0 &&
        judged.confidence >= confidenceOfTrial(judged.trial)
      const answer = promotionRule(champion, asking, whole)
      expect(answer.ok).toBe(isRight)
      const reasons = answer.ok ? [] : answer.failure
      expect(reasons.every(reason => reason.endsWith('.'))).toBe(true)
      expect(reasons.length > 0).toBe(!isRight)
    }),
    { numRuns: 2000 },
  )
})

test('however many comparisons there are, together they err no more often than one of 95 %', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 2000 }), trials => {
      const errors = Array.from({ length: trials }, (_, index) => 1 - confidenceOfTrial(index + 1))
      expect(errors.reduce((sum, error) => sum + error, 0)).toBeLessThan(0.05)
      expect(errors).toEqual(errors.toSorted((one, other) => other - one))
    }),
    { numRuns: 50 },
  )
  expect(confidenceOfTrial(1)).toBe(0.975)
})

test('the most exact copy that fits is taken, and always some', () => {
  const copy = (format: WeightCopy['format'], bytes: number): WeightCopy => ({
    format,
    file: `${format}.onnx`,
    bytes,
    digest: '',
    agreement: 1,
    relativeError: 0,
  })
  const formats = fc.uniqueArray(
    fc.record({
      format: fc.constantFrom('f32' as const, 'int8' as const, 'int4' as const),
      bytes: fc.integer({ min: 1, max: 1e9 }),
    }),
    { selector: ({ format }) => format, minLength: 1 },
  )
  const worth = ['int4', 'int8', 'f32']
  fc.assert(
    fc.property(
      formats,
      fc.double({ min: 0, max: 8e9, noNaN: true }),
      fc.double({ min: 0, max: 8e9, noNaN: true }),
      (given, one, other) => {
        const copies = given.map(({ format, bytes }) => copy(format, bytes))
        const [tight, wide] = [
          chooseCopy(copies, Math.min(one, other)),
          chooseCopy(copies, Math.max(one, other)),
        ]
        if (!tight || !wide) throw new Error('a copy must be chosen')
        // More memory never brings a coarser copy than one that had fitted
        const hadFitted = 48 * 2 ** 20 + 3 * tight.bytes <= Math.min(one, other)
        const isAsExact = worth.indexOf(wide.format) >= worth.indexOf(tight.format)
        expect(isAsExact || !hadFitted).toBe(true)
      },
    ),
  )
  expect(chooseCopy([], 1e9)).toBeUndefined()
  expect(chooseCopy([copy('f32', 80_000), copy('int8', 20_000)], 1e9)?.format).toBe('f32')
  expect(chooseCopy([copy('f32', 80_000), copy('int8', 20_000)], 48 * 2 ** 20 + 70_000)?.format).toBe('int8')
})

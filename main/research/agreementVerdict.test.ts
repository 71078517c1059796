import { expect, test } from 'vitest'
import type { AgreementChange } from './agreementTrial.ts'
import { agreementVerdict } from './agreementVerdict.ts'

const sure = (value: number) => ({ value, low: value, high: value })

function changeOf(fall: number, qualityAfter: number): AgreementChange {
  return {
    before: sure(0.4),
    after: sure(0.4 * (1 - fall)),
    fall: sure(fall),
    qualityBefore: { value: 20, low: 15, high: 25 },
    qualityAfter: sure(qualityAfter),
    qualityChange: sure(qualityAfter - 20),
    suggestionsBefore: 100,
    suggestionsAfter: 90,
  }
}

test.each([
  [0.5, true, true],
  [0.2, true, false],
  [0.2, false, true],
  [0.5, false, false],
])('a fall of %d is right for somebody who is consistent (%s): %s', (fall, isConsistent, isRight) => {
  expect(agreementVerdict([changeOf(fall, 20), changeOf(fall, 20)], isConsistent).isFallRight).toBe(isRight)
})

test('quality is kept down to the lower end of the interval it had', () => {
  expect(agreementVerdict([changeOf(0.5, 15), changeOf(0.5, 15)], true).isQualityKept).toBe(true)
  expect(agreementVerdict([changeOf(0.5, 14), changeOf(0.5, 15)], true).isQualityKept).toBe(false)
})

test('a seed in which nothing would be declined says nothing of the fall', () => {
  const none = { ...changeOf(0.5, 20), fall: sure(Number.NaN) }
  expect(agreementVerdict([changeOf(0.4, 20), none, changeOf(0.6, 20)], true).fall.value).toBeCloseTo(0.5)
  expect(agreementVerdict([none], true)).toMatchObject({ isFallRight: false, fall: { value: 0 } })
})

test('a seed in which nothing is suggested any more is no agreement, neither in the fall nor in what he would decline', () => {
  const silent = {
    ...changeOf(1, 20),
    after: sure(Number.NaN),
    fall: sure(Number.NaN),
    suggestionsAfter: 0,
  }
  const verdict = agreementVerdict([changeOf(0.5, 20), silent], true)
  expect(verdict).toMatchObject({ after: 0.2, fall: { value: 0.5 }, suggestionsAfter: 45 })
  expect(agreementVerdict([silent, silent], true)).toMatchObject({ after: Number.NaN, isFallRight: false })
})

test('a fall of quality is told where its interval lies wholly below zero, though it may be kept by the wider reading', () => {
  const shown = agreementVerdict([changeOf(0.5, 16), changeOf(0.5, 18)], true)
  expect(shown).toMatchObject({ isQualityKept: true, isQualityShownToFall: true })
  const unsure = { ...changeOf(0.5, 16), qualityChange: { value: -4, low: -9, high: 1 } }
  expect(agreementVerdict([unsure], true).isQualityShownToFall).toBe(false)
})

import { expect, test } from 'vitest'
import { laterArrays, losesWhereLittleIs } from './laterArrays.ts'
import { openGrammars } from './syntax/grammars.ts'
import { readPython } from './syntax/python/read.ts'
import type { Verdict } from './verifier/verdict.ts'

const grammars = await openGrammars()
const readModule = (source: string) => readPython(grammars, source)

const FORM = `def doubled(xs):
    try:
        if not 16 <= len(xs):
            raise ValueError
        with np.errstate(over="raise"):
            values = np.array(xs) * 2.0
    except ValueError:
        out = [x * 2.0 for x in xs]
    else:
        out = values.tolist()
    return out
`
const variant = (module: string) => ({
  module,
  text: module,
  steps: ['vectorise-loop'],
  title: 'Arrays',
  why: ['Faster.'],
  cost: 0.5,
  reorders: true,
})

function verdict(ratios: readonly number[], told: 'faster' | 'not shown'): Verdict {
  const interval = (value: number) => ({ value, low: value, high: value })
  const sizes = ratios.map((ratio, place) => ({
    label: `${place} elements`,
    isUnseen: false,
    before: 1,
    after: 1 / ratio,
    runs: 8,
    speedUp: interval(ratio),
    p: 0.001,
  }))
  return {
    id: 'a',
    kind: 'verified',
    equality: { kind: 'exact', inputs: 1, worst: 0, allowed: 0, kinds: [], compared: [], exceptions: 0 },
    timing: { sizes, speedUp: interval(1.5), verdict: told },
    memory: { before: 1, after: 1 },
  }
}

test('array forms are left to their loops where few elements made them slower', () => {
  const later = laterArrays(variant(FORM), 'doubled', readModule)
  expect(later?.module).toBe(FORM.replace('16 <=', '200 <='))
  expect(later?.steps).toEqual(['vectorise-loop', 'rounds-for-arrays'])
  expect(later?.why).toHaveLength(2)
})

test('what has no array form, or was changed so before, stays', () => {
  expect(laterArrays(variant('def doubled(xs):\n    return xs\n'), 'doubled', readModule)).toBeUndefined()
  expect(laterArrays(variant(FORM.replace('16', '200')), 'doubled', readModule)).toBeUndefined()
  expect(laterArrays(variant(FORM), 'tripled', readModule)).toBeUndefined()
})

test('it is asked for where few elements lose and many gain, and nowhere else', () => {
  expect(losesWhereLittleIs(verdict([0.8, 2.1, 1.9], 'not shown'))).toBe(true)
  expect(losesWhereLittleIs(verdict([0.8, 2.1, 1.9], 'faster'))).toBe(false)
  expect(losesWhereLittleIs(verdict([0.8, 0.9, 1.0], 'not shown'))).toBe(false)
  expect(losesWhereLittleIs(verdict([1.1, 2.1, 1.9], 'not shown'))).toBe(false)
  expect(losesWhereLittleIs({ id: 'a', kind: 'refuted', reason: 'another result', input: '' })).toBe(false)
})

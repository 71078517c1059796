import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { UNSEEN_VARIANTS } from '../../fixtures/plantedVariants/keepingVariants.ts'
import {
  PLANTED_FOLDER,
  plantedModule,
  plantedOriginal,
  type PlantedVariant,
} from '../../fixtures/plantedVariants/plantedVariant.ts'
import { RIGHT_VARIANTS } from '../../fixtures/plantedVariants/rightVariants.ts'
import { WRONG_VARIANTS } from '../../fixtures/plantedVariants/wrongVariants.ts'
import { findTools, openTestVerifier } from '../../fixtures/verifier.ts'
import type { Verdict } from './verdict.ts'
import type { VerificationProgress } from './verify.ts'

const tools = await findTools()
// What waits for its deadline is left to the bench, but for one
const SLOW = /never ends|sleeps|forks without end|eats memory|floods|recurses/

test('the planted set is as large as it is said to be, and every edit finds its place', () => {
  expect(WRONG_VARIANTS.length).toBeGreaterThanOrEqual(200)
  expect(RIGHT_VARIANTS).toHaveLength(100)
  const texts = [...WRONG_VARIANTS, ...UNSEEN_VARIANTS, ...RIGHT_VARIANTS].map(it => [
    plantedModule(it),
    plantedOriginal(it.file),
  ])
  expect(texts.filter(([after, before]) => after === before)).toEqual([])
})

describe.skipIf(tools === undefined)('a sample of the planted variants', () => {
  let open: Awaited<ReturnType<typeof openTestVerifier>>
  beforeAll(async () => {
    open = await openTestVerifier()
  }, 60_000)
  afterAll(() => open.close())

  function verify(
    variants: readonly PlantedVariant[],
    onProgress: (progress: VerificationProgress) => void = () => undefined,
    signal?: AbortSignal,
  ): Promise<readonly Verdict[]> {
    const [{ file, function: name } = { file: '', function: '' }] = variants
    const candidates = variants.map((variant, place) => ({
      id: String(place),
      module: plantedModule(variant),
      reorders: variant.reorders,
    }))
    const module = plantedOriginal(file)
    return open.verifier.verify(
      {
        file: join(PLANTED_FOLDER, file),
        folder: PLANTED_FOLDER,
        module,
        function: name,
        candidates,
        seen: {},
        recorded: undefined,
        seconds: 90,
      },
      { onProgress, ...(signal === undefined ? {} : { signal }) },
    )
  }

  const wrongOf = (file: string) => WRONG_VARIANTS.filter(it => it.file === file && !SLOW.test(it.kind))

  test.each(['ema.py', 'payoff.py', 'tally.py'])(
    'of %s no wrong one is accepted',
    async file => {
      const wrong = wrongOf(file).filter((_, place) => place % 3 === 0)
      const verdicts = await verify(wrong)
      expect(verdicts.map((verdict, place) => [wrong[place]?.kind, verdict.kind])).toEqual(
        wrong.map(({ kind }) => [kind, 'refuted']),
      )
    },
    120_000,
  )

  test('what no input leads to is said, and not called proven', async () => {
    const verdicts = await verify(UNSEEN_VARIANTS)
    expect(verdicts).toEqual(
      UNSEEN_VARIANTS.map((_, place) => ({
        id: String(place),
        kind: 'unverified',
        reason: expect.stringMatching(/^no input reached line \d+/),
      })),
    )
  }, 120_000)

  test('what never ends is refuted, and so is what it held up', async () => {
    const endless = WRONG_VARIANTS.find(it => it.file === 'tally.py' && it.kind === 'never ends')
    const [verdict] = endless === undefined ? [] : await verify([endless])
    expect(verdict).toMatchObject({
      kind: 'refuted',
      reason: expect.stringMatching(/more processor time|ran longer/),
    })
  }, 120_000)

  test.each([
    ['ladder.py', 3],
    ['exposure.py', 1],
  ] as const)(
    'of %s right ones are accepted with their evidence',
    async (file, many) => {
      const right = RIGHT_VARIANTS.filter(it => it.file === file).slice(0, many)
      const phases: string[] = []
      const verdicts = await verify(right, progress => phases.push(progress.kind))
      expect(verdicts.map(({ kind }) => kind)).toEqual(right.map(() => 'verified'))
      expect(phases.filter(kind => kind === 'verdict')).toHaveLength(right.length)
      for (const [place, verdict] of verdicts.entries()) {
        if (verdict.kind !== 'verified') continue
        const { equality, timing, memory } = verdict
        expect(equality.kind === 'tolerance' && right[place]?.reorders !== true).toBe(false)
        expect(equality.kind === 'exact').toBe(equality.worst === 0)
        expect(equality.inputs).toBeGreaterThan(30)
        expect(equality.kinds.map(({ kind }) => kind)).toEqual(
          expect.arrayContaining(['ordinary', 'empty', 'one', 'NaN']),
        )
        const unseen = timing.sizes.map(({ isUnseen }) => isUnseen)
        expect(unseen.indexOf(true)).toBe(unseen.length - 1)
        expect(timing.sizes.length).toBeGreaterThanOrEqual(3)
        expect(memory.before).toBeGreaterThan(0)
      }
    },
    120_000,
  )

  test('a cancel leaves what has no verdict yet unverified', async () => {
    const controller = new AbortController()
    const right = RIGHT_VARIANTS.filter(it => it.file === 'nearest.py').slice(0, 4)
    const answer = verify(right, () => controller.abort(), controller.signal)
    expect((await answer).map(({ kind }) => kind)).toEqual(right.map(() => 'unverified'))
  })
})

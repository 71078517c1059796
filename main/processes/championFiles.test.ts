import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openModel, type OpenModel } from '../adapters/policy/onnxPolicy.ts'
import { modelCard } from '../registry/modelCard.ts'
import { greedy } from '../training/baselines.ts'
import { judgementOf, playSessions } from '../training/judgePolicies.ts'
import { championCard, championCommand, readJudgements, type SeedJudgement } from './championFiles.ts'
import { HELD_BACK, JUDGING_SEED } from './judgeSeed.ts'
import { FAIR_MARKET, MOMENTUM_MARKET, TRAINING_LIMITS, sessionTables } from './sessionTables.ts'

const FOLDER = 'assets/policies/champion'

/** Sessions of each kind that are played again here. */
const AGAIN = 2

const card = modelCard.parse(JSON.parse(readFileSync(join(FOLDER, 'card.json'), 'utf8')))
const judgements = readJudgements(join(FOLDER, 'judgement.json'))
const champion = bestOf(judgements)
let policy: OpenModel

beforeAll(async () => {
  policy = await openModel('champion', join(FOLDER, 'policy.onnx'))
})

afterAll(() => policy.release())

function bestOf(found: readonly SeedJudgement[]): SeedJudgement {
  const [best] = found.toSorted((one, other) => other.validation.value - one.validation.value)
  if (!best) throw new Error('a champion must have a judgement')
  return best
}

describe('the champion that is shipped', () => {
  test('its card names files that are those files', () => {
    expect(card.copies.map(({ format }) => format)).toEqual(['f32', 'int8', 'int4'])
    for (const { file, bytes, digest } of card.copies) {
      const found = readFileSync(join(FOLDER, file))
      expect(found.length).toBe(bytes)
      expect(createHash('sha256').update(found).digest('hex')).toBe(digest)
    }
  })

  test('its card says what was judged of all seeds, and nothing else', () => {
    expect(judgements).toHaveLength(3)
    expect(card).toEqual(championCard(judgements, champion, card.createdAt ?? 0))
    expect(card.madeBy).toContain(`--seed ${champion.seed} `)
    expect(card.claims).toMatch(/^Nothing is claimed of any real market\./)
    expect(card.claims).toContain('No edge shown')
  })

  test('the command on its card tells everything that was chosen of its training', () => {
    expect(championCommand(champion.plan)).toBe(card.madeBy)
    const learning = { ...champion.plan.learning, encoder: 'attention' as const, adversary: { budget: 0.02 } }
    expect(championCommand({ ...champion.plan, learning })).toBe(
      `${card.madeBy} --encoder attention --adversary 0.02`,
    )
  })

  test.each(judgements.map(judgement => [judgement.seed, judgement] as const))(
    'seed %i: with an edge planted every interval lies above zero, without one none is shown, as its sessions say',
    (_, { planted, fair, played }) => {
      for (const [judged, sessions] of [
        [planted, played.planted],
        [fair, played.fair],
      ] as const) {
        const again = judgementOf(
          sessions.map(({ name, trades, nets }) => ({ name, trades, nets: Float64Array.from(nets) })),
          JUDGING_SEED,
        )
        expect(again.sentence).toBe(judged.sentence)
        again.differences.forEach(({ than, difference }, index) => {
          expect(than).toBe(judged.differences[index]?.than)
          expect(difference.low).toBeCloseTo(judged.differences[index]?.difference.low ?? Number.NaN, 6)
        })
        expect(again.strategies.map(({ sessions: count }) => count)).toEqual(
          again.strategies.map(() => HELD_BACK.count),
        )
      }
      expect(planted.differences.map(({ than }) => than)).toEqual([
        'do nothing',
        'fixed-time condor',
        'fixed-time put vertical',
        'fixed-time call vertical',
        'the first policy',
      ])
      for (const { difference } of planted.differences) expect(difference.low).toBeGreaterThan(0)
      expect(planted.isEdgeShown).toBe(true)
      expect(fair.isEdgeShown).toBe(false)
      expect(fair.sentence).toMatch(/^No edge shown/)
    },
  )

  test.each([
    ['with the edge planted', MOMENTUM_MARKET, champion.played.planted],
    ['without one', FAIR_MARKET, champion.played.fair],
  ] as const)('held-back sessions %s bring again what was written down', async (_, market, played) => {
    const open = sessionTables()
    const tables = await Promise.all(
      Array.from({ length: AGAIN }, (_each, index) => open(HELD_BACK.firstSeed + index, market)),
    )
    const again = await playSessions(greedy('champion', policy), {
      tables,
      limits: TRAINING_LIMITS,
      seed: JUDGING_SEED,
    })
    again.nets.forEach((net, session) => expect(net).toBeCloseTo(played[0]?.nets[session] ?? Number.NaN, 6))
  })
})

test('nothing that was judged on was trained on', () => {
  for (const { plan } of judgements) {
    const last = plan.sessions.firstSeed + plan.sessions.count - 1
    expect(last).toBeLessThan(plan.heldBack.firstSeed)
    expect(plan.heldBack).toEqual(HELD_BACK)
  }
})

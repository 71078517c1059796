import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as z from 'zod'
import type { Measured } from '../contract/learning.ts'
import { FEATURES, OBSERVATION_VERSION } from '../core/features/observation.ts'
import { ACTIONS, ACTION_VERSION } from '../core/policy/action.ts'
import { modelCard, type ModelCard } from '../registry/modelCard.ts'
import type { Judgement } from '../training/judgePolicies.ts'
import { networkSentence } from '../training/tradingNetwork.ts'
import type { TrainingPlan } from '../training/trainingPlan.ts'

const measured = z.object({ value: z.number(), low: z.number(), high: z.number() })
const judgement = z.object({
  strategies: z
    .array(z.object({ name: z.string(), sessions: z.int(), trades: z.int(), perSession: measured }))
    .readonly(),
  differences: z.array(z.object({ than: z.string(), difference: measured })).readonly(),
  isEdgeShown: z.boolean(),
  sentence: z.string(),
})

const played = z.array(z.object({ name: z.string(), trades: z.int(), nets: z.array(z.number()) })).readonly()

const seedJudgement = z.object({
  seed: z.int(),
  command: z.string(),
  plan: z.custom<TrainingPlan>(value => typeof value === 'object' && value !== null && 'learning' in value),
  /** How long the updates took, all runs together, on the machine and under the load of that day. */
  minutes: z.number(),
  /** Dollars a session on the sessions that choose among seeds. */
  validation: measured,
  /** Held-back sessions with the edge planted, and the same ones without it. */
  planted: judgement,
  fair: judgement,
  /** What everybody made in each of those sessions, in their order, so that anyone can work it out again. */
  played: z.object({ planted: played, fair: played }),
  copies: modelCard.shape.copies.removeDefault(),
})

/** What a trained seed was found to do; lies beside its weights. */
export type SeedJudgement = z.infer<typeof seedJudgement>

/** The file in which a seed's judgement lies; a champion has those of all seeds. */
export const JUDGEMENT_FILE = 'judgement.json'

/** The judgements in a file, of one seed or of several; throws with the field and the rule where it holds none. */
export function readJudgements(file: string): readonly SeedJudgement[] {
  const found: unknown = JSON.parse(readFileSync(file, 'utf8'))
  return z.array(seedJudgement).parse(Array.isArray(found) ? found : [found])
}

/** Writes a file whole or not at all. */
export function writeWhole(file: string, content: Uint8Array | string): void {
  const beside = `${file}.${process.pid}.new`
  writeFileSync(beside, content)
  renameSync(beside, file)
}

/** The bytes of a file, undefined where it is not there. */
export function bytesOf(file: string): Uint8Array | undefined {
  return existsSync(file) ? new Uint8Array(readFileSync(file)) : undefined
}

/** Writes the files of a model and what was found of it. */
export function writeSeed(
  folder: string,
  files: ReadonlyMap<string, Uint8Array>,
  judgement: SeedJudgement,
): void {
  mkdirSync(folder, { recursive: true })
  for (const [name, bytes] of files) writeWhole(join(folder, name), bytes)
  writeWhole(join(folder, JUDGEMENT_FILE), written(judgement))
}

/** The command that trains by such a plan. */
export function championCommand({ seed, updates, sessions, learning }: TrainingPlan): string {
  const { encoder, regimes, adversary, ensemble } = learning
  return [
    `npm run train:champion -- --seed ${seed} --updates ${updates} --sessions ${sessions.count}`,
    ...(encoder ? [`--encoder ${encoder}`] : []),
    ...(regimes ? ['--regimes'] : []),
    ...(adversary ? [`--adversary ${adversary.budget}`] : []),
    ...(ensemble ? [`--ensemble ${ensemble}`] : []),
  ].join(' ')
}

/** Puts the best of some seeds into a folder as the champion: its files, every judgement, and a card that names all seeds. */
export function publishChampion(
  from: string,
  to: string,
  judgements: readonly SeedJudgement[],
  best: SeedJudgement,
  createdAt: number,
): void {
  mkdirSync(to, { recursive: true })
  for (const name of [...best.copies.map(({ file }) => file), 'start.bin'])
    writeWhole(join(to, name), readFileSync(join(from, name)))
  writeWhole(join(to, JUDGEMENT_FILE), written(judgements))
  const card = championCard(judgements, best, createdAt)
  writeWhole(join(to, 'card.json'), written(card))
}

/** The card of the champion, from what was found of every seed and the one that was chosen. */
export function championCard(
  judgements: readonly SeedJudgement[],
  best: SeedJudgement,
  createdAt: number,
): ModelCard {
  const { plan, planted, fair } = best
  const metrics = [
    ...judgements.flatMap(({ seed, validation, ...judged }) => [
      [`validation, seed ${seed}`, validation] as const,
      [`planted edge, seed ${seed}`, ownOf(judged.planted)] as const,
      [`no edge, seed ${seed}`, ownOf(judged.fair)] as const,
    ]),
    ...planted.differences.map(
      ({ than, difference }) => [`planted edge, more than ${than}`, difference] as const,
    ),
    ...fair.differences.map(({ than, difference }) => [`no edge, more than ${than}`, difference] as const),
  ]
  return modelCard.parse({
    name: 'champion',
    version: 'champion-1',
    createdAt,
    observationVersion: OBSERVATION_VERSION,
    actionVersion: ACTION_VERSION,
    inputs: FEATURES.map(({ name }) => name),
    outputs: [...ACTIONS],
    madeBy: best.command,
    kind: networkSentence(plan.learning),
    claims: [
      'Nothing is claimed of any real market.',
      `Held-back simulated sessions with a planted ${plan.market.edge.kind} edge: ${planted.sentence}`,
      `The same sessions without it: ${fair.sentence}`,
    ].join(' '),
    seeds: judgements.map(({ seed }) => seed),
    data: dataOf(plan),
    metrics: Object.fromEntries(metrics),
    copies: best.copies,
  })
}

/** JSON as people read it, with a list of numbers on one line. */
function written(value: unknown): string {
  const text = JSON.stringify(value, undefined, 2)
  return `${text.replaceAll(/\[\s+(-?[\d.][^\]{}"]*?)\s+\]/g, (_, list: string) => `[${list.replaceAll(/\s+/g, ' ')}]`)}\n`
}

function dataOf({ market, sessions, updates, learning }: TrainingPlan): string {
  const decisions = updates * learning.environments * learning.steps
  return [
    `${sessions.count} simulated sessions, the whole chain quoted every ${market.quoteEvery / 1000} s`,
    'their parameters drawn around the calibrated ones',
    `a planted ${market.edge.kind} edge of strength ${market.edge.strength}`,
    `${decisions} decisions in ${updates} updates; no recorded session`,
  ].join(', ')
}

function ownOf({ strategies }: Judgement): Measured {
  const own = strategies[0]
  if (!own) throw new RangeError('a judgement is about somebody')
  return own.perSession
}

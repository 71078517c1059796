import * as z from 'zod'
import { OBSERVATION_SIZE, OBSERVATION_VERSION } from '../../core/features/observation.ts'
import { ACTION_COUNT, ACTION_VERSION } from '../../core/policy/action.ts'
import { failure, success, type Result } from '../../core/base/result.ts'
import { parseJson } from '../../registry/championFile.ts'

const count = z.int().min(1).max(1_000_000)
const range = z.strictObject({
  firstSeed: z.int().min(0).max(2_147_483_647),
  count: z.int().min(1).max(100_000),
})
const plan = z.strictObject({
  seed: z.int(),
  updates: count,
  learning: z.strictObject({
    environments: count,
    steps: count,
    epochs: count,
    minibatch: count,
    learningRate: z.number().positive(),
    discount: z.number().min(0).max(1),
    lambda: z.number().min(0).max(1),
    clip: z.number().positive(),
    entropy: z.number().min(0),
    hidden: z.array(count).min(1).max(8).readonly(),
    patience: z.number(),
    encoder: z.enum(['plain', 'attention']).optional(),
    regimes: z.boolean().optional(),
    adversary: z.strictObject({ budget: z.number().min(0).max(0.5) }).optional(),
    ensemble: z.int().min(2).max(20).optional(),
  }),
  market: z.strictObject({
    edge: z.strictObject({ kind: z.enum(['none', 'momentum', 'premium']), strength: z.number() }),
    spread: z.number().min(0),
    quoteEvery: z.number().positive(),
  }),
  limits: z.strictObject({
    maximumLossPerTrade: z.number(),
    dayLossLimit: z.number(),
    lotsPerOrder: z.number(),
    openContracts: z.number(),
    openStructures: z.number(),
    exposure: z.number(),
    tradesPerSession: z.number(),
    maximumQuoteAge: z.number(),
  }),
  sessions: range,
  heldBack: range,
  checkpointEvery: count,
  start: z
    .object({ parameters: z.array(z.number()).readonly(), moments: z.array(z.number()).readonly() })
    .optional(),
})
const version = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9.-]{0,79}$/)

type WrittenPlan = z.infer<typeof plan>

/** What of a job the training engine is given. */
export type JobPlan = Omit<WrittenPlan, 'start'> & { readonly start?: NonNullable<WrittenPlan['start']> }

const shape = z.strictObject({
  format: z.literal(2),
  /** Name of the run, of its folder too. */
  run: version,
  name: z.string().min(1).max(200),
  kind: z.enum(['train', 'retrain']),
  /** Milliseconds of the epoch; the only time in the result, so that the same job gives the same bytes. */
  createdAt: z.number(),
  /** Git revision of the program that wrote the job. */
  revision: z.string().max(100),
  observationVersion: z.int(),
  actionVersion: z.int(),
  /** The command that makes the same weights again, and where: they hang on the champion and the journal too. */
  madeBy: z.string().max(1000),
  /** The version that the model gets. */
  model: version,
  /** The champion it is compared with; its files lie beside the job. */
  champion: z.strictObject({ version, digest: z.string().regex(/^[0-9a-f]{64}$/) }),
  /** Which of the comparisons with this champion the one at its end is; counted when the job was written. */
  trial: z.int().min(1).max(1_000_000),
  /** What its trader did: answers and scored suggestions in the journal, and the rows that are learned from. */
  experience: z.strictObject({
    answers: z.int().min(0),
    outcomes: z.int().min(0),
    rows: z
      .array(
        z.strictObject({
          observation: z.array(z.number()).length(OBSERVATION_SIZE).readonly(),
          mask: z.array(z.int().min(0).max(1)).length(ACTION_COUNT).readonly(),
          /** The trade that was suggested, or that a wait passed over which he overruled. */
          action: z
            .int()
            .min(0)
            .max(ACTION_COUNT - 1),
          answer: z.enum(['accepted', 'modified', 'rejected']).optional(),
          rating: z.int().min(1).max(5).optional(),
        }),
      )
      .max(10_000)
      .readonly(),
  }),
  plan,
})

/** Everything that decides what a training gives, as plain JSON: it can be done on any machine, and done again. */
export type TrainingJob = Omit<z.infer<typeof shape>, 'plan'> & { readonly plan: JobPlan }

/** A job as it was written, or the field and the rule it breaks; one of other versions is refused by their names. */
export function parseJob(bytes: Uint8Array): Result<TrainingJob, string> {
  const parsed = parseJson(shape, bytes)
  if (!parsed.ok) return parsed
  const { plan: written, observationVersion, actionVersion, ...job } = parsed.value
  if (observationVersion !== OBSERVATION_VERSION)
    return failure(`observationVersion must be ${OBSERVATION_VERSION}, is ${observationVersion}`)
  if (actionVersion !== ACTION_VERSION)
    return failure(`actionVersion must be ${ACTION_VERSION}, is ${actionVersion}`)
  const { start, ...rest } = written
  return success({ ...job, observationVersion, actionVersion, plan: { ...rest, ...(start && { start }) } })
}

/** The job in bytes; the same job always gives the same. */
export function writeJob(job: TrainingJob): Uint8Array {
  return new TextEncoder().encode(`${JSON.stringify(job, null, 2)}\n`)
}

import * as z from 'zod'
import { assistantRequests } from './assistantRequests.ts'

/** How a command was given; an order key counts only while the order keys are armed. */
const via = z.enum(['click', 'key', 'menu', 'cli', 'api'])
const decision = z.string().min(1).max(64)
const price = z.number().finite().min(-10_000).max(10_000)

const edits = z.strictObject({
  strikes: z.array(z.number().positive().max(100_000)).min(2).max(4).optional(),
  quantity: z.int().min(1).max(1000).optional(),
  limit: price.optional(),
})

const limits = z.strictObject({
  maximumLossPerTrade: z.number().positive().max(1_000_000),
  dayLossLimit: z.number().positive().max(1_000_000),
  lotsPerOrder: z.int().min(1).max(1000),
  openContracts: z.int().min(2).max(10_000),
  openStructures: z.int().min(1).max(100),
  exposure: z.number().positive().max(10_000_000),
  tradesPerSession: z.int().min(1).max(1000),
  maximumQuoteAge: z.number().min(100).max(600_000),
})

const sizing = z.strictObject({
  by: z.enum(['limits', 'kelly']),
  bankroll: z.number().positive().max(1_000_000_000),
  volatilityTarget: z.number().positive().max(5),
})

const alertRule = z.strictObject({
  kind: z.string().min(1).max(32),
  isOn: z.boolean(),
  threshold: z.number().finite().min(0).max(1_000_000).optional(),
})

/** What the trader may ask of the engine: every command by name, with the shape of its request. */
export const commands = {
  'suggestion/accept': z.strictObject({ id: decision, via }),
  'suggestion/modify': z.strictObject({ id: decision, edits, via }),
  'suggestion/reject': z.strictObject({
    id: decision,
    reason: z.string().min(1).max(40).optional(),
    comment: z.string().max(2000).optional(),
    via,
  }),
  'suggestion/lapse': z.strictObject({ id: decision, via }),
  'suggestion/preview': z.strictObject({ id: decision, edits }),
  'outcome/rate': z.strictObject({ id: decision, rating: z.int().min(1).max(5) }),
  'order/cancel': z.strictObject({ id: z.string().min(1).max(64), via }),
  'position/close': z.strictObject({ id: decision, via }),
  'killSwitch/flatten': z.strictObject({ via, immediately: z.boolean() }),
  'killSwitch/keep': z.strictObject({ via }),
  'keys/arm': z.strictObject({ minutes: z.number().min(1).max(60) }),
  'keys/disarm': z.strictObject({}),
  'limits/set': limits,
  /** What makes the number of lots from the next suggestion on, in this session and those after it. */
  'sizing/set': sizing,
  'reasons/set': z.strictObject({ reasons: z.array(z.string().trim().min(1).max(40)).min(1).max(9) }),
  'alerts/setRules': z.strictObject({ rules: z.array(alertRule).max(40) }),
  'alerts/see': z.strictObject({ ids: z.array(z.string().max(64)).max(500) }),
} as const

/** Most scenarios that one grid may hold, all times, volatilities and prices together. */
const MOST_SCENARIOS = 200_000

const scenarioGrid = z
  .strictObject({
    subject: z.enum(['book', 'suggestion']),
    /** Prices of the underlying, spread evenly around the forward. */
    spotSteps: z.int().min(3).max(401),
    /** How far the prices reach on each side, in expected moves. */
    spotReach: z.number().min(0.1).max(10).optional(),
    volatilityFactors: z.array(z.number().min(0.05).max(10)).min(1).max(81),
    /** Minutes from now; past the close they stand at the close. */
    minutes: z.array(z.number().min(0).max(1440)).min(1).max(121),
  })
  .refine(
    ({ spotSteps, volatilityFactors, minutes }) =>
      spotSteps * volatilityFactors.length * minutes.length <= MOST_SCENARIOS,
    { error: `Too many scenarios: must be at most ${MOST_SCENARIOS}` },
  )

/** +1 where a leg is held long, -1 where it is short. */
const ratio = z
  .int()
  .min(-1)
  .max(1)
  .refine(value => value !== 0, { error: 'Must be 1 or -1' })
  .transform(value => (value < 0 ? -1 : 1))

const payoffHolding = z.strictObject({
  legs: z
    .array(
      z.strictObject({
        right: z.enum(['call', 'put']),
        strike: z.number().positive().max(100_000),
        ratio,
      }),
    )
    .min(1)
    .max(8),
  quantity: z.int().min(1).max(1000),
  /** Received a share and lot, negative where paid; without it what the market gives at the middle. */
  net: price.optional(),
  /** Dollars paid for opening it; without it what an order of today would pay. */
  fees: z.number().min(0).max(1_000_000).optional(),
})

/** The version of a model; also a folder's name, so nothing but letters, digits, dot and dash. */
const modelVersion = z
  .string()
  .max(80)
  .regex(/^[A-Za-z0-9][A-Za-z0-9.-]*$/)

const backtestData = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('simulated'),
    seed: z.int().min(0).max(2_147_483_647),
    sessions: z.int().min(1).max(1000),
  }),
  z.strictObject({
    kind: z.literal('mids'),
    file: z.string().min(1).max(1000),
    closes: z.string().min(1).max(1000).optional(),
    entry: z.int().min(0).max(1439).optional(),
  }),
])

/** What a client may ask of the program around the engine. */
export const requests = {
  'snapshot/get': z.strictObject({}),
  'journal/query': z.strictObject({
    session: z.string().max(64).optional(),
    limit: z.int().min(1).max(1000),
  }),
  'layout/get': z.strictObject({ display: z.string().min(1).max(40) }),
  'layout/save': z.strictObject({ display: z.string().min(1).max(40), layout: z.string().max(200_000) }),
  'playback/set': z.strictObject({
    speed: z.number().min(0.1).max(10_000).optional(),
    isPaused: z.boolean().optional(),
  }),
  'recording/start': z.strictObject({ file: z.string().min(1).max(1000) }),
  'recording/stop': z.strictObject({}),
  'health/get': z.strictObject({}),
  'machine/get': z.strictObject({}),
  'machine/measure': z.strictObject({}),
  'scenario/get': scenarioGrid,
  'payoff/preview': z.strictObject({
    holdings: z.array(payoffHolding).min(1).max(100),
    /** Minutes from now and a factor on volatility, for the curve before the close. */
    minutes: z.number().min(0).max(1440).optional(),
    volatilityFactor: z.number().min(0.05).max(10).optional(),
  }),
  'learning/get': z.strictObject({}),
  /** Trains a challenger in the background; a short budget is for looking, the usual one for promoting. */
  'learning/train': z.strictObject({
    seed: z.int().min(0).max(2_147_483_647),
    budget: z.enum(['short', 'usual']),
    /** The kind of network; that of the champion where it is left out. */
    encoder: z.enum(['plain', 'attention']).optional(),
  }),
  'learning/pause': z.strictObject({ isPaused: z.boolean() }),
  'learning/stop': z.strictObject({}),
  /** Compares a model with the champion over held-back sessions. */
  'learning/compare': z.strictObject({ version: modelVersion }),
  'learning/promote': z.strictObject({ version: modelVersion }),
  'learning/rollBack': z.strictObject({}),
  'experiments/get': z.strictObject({ ids: z.array(z.string().min(1).max(80)).min(1).max(20) }),
  'experiments/export': z.strictObject({ id: z.string().min(1).max(80), address: z.url().max(400) }),
  'backtest/strategies': z.strictObject({}),
  'backtest/run': z.strictObject({ strategy: z.string().min(1).max(80), data: backtestData }),
  'backtest/get': z.strictObject({ id: z.string().min(1).max(80).optional() }),
  'explanation/get': z.strictObject({ id: decision, method: z.enum(['sampled', 'exact']) }),
  'wire/echo': z.strictObject({ value: z.unknown() }),
  ...assistantRequests,
} as const

export type CommandName = keyof typeof commands
export type RequestName = keyof typeof requests

/** The request of a command. */
export type CommandRequest<Name extends CommandName> = z.infer<(typeof commands)[Name]>

/** One command with its request. */
export type Command = {
  [Name in CommandName]: { readonly name: Name; readonly request: CommandRequest<Name> }
}[CommandName]

/** A request to the program around the engine. */
export type ClientRequest<Name extends RequestName> = z.infer<(typeof requests)[Name]>

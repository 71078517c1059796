import { existsSync, readFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join, resolve } from 'node:path'
import * as z from 'zod'
import { failure, success, type Result } from '../../core/base/result.ts'
import { DEFAULT_SIZING } from '../../core/risk/kelly.ts'
import { DEFAULT_LIMITS } from '../../core/risk/limits.ts'
import { tradingDayOnOrBefore } from '../../core/session/calendar.ts'
import { newYorkDate } from '../../core/session/newYork.ts'

const positive = z.number().positive()
const share = z.number().min(0).max(1)

/** All settings by section, each with its rule. Files, environment and command line fill the same shape. */
const schema = z.strictObject({
  feed: z.strictObject({
    kind: z.enum(['simulated', 'replay']),
    session: z.string().min(1).optional(),
    speed: z.union([positive.max(100_000), z.literal('max')]),
    seed: z.int().min(0).max(2_147_483_647),
    date: z.iso.date(),
    from: z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/),
  }),
  shell: z.strictObject({
    port: z.int().min(0).max(65_535),
    open: z.boolean(),
  }),
  data: z.strictObject({ folder: z.string().min(1) }),
  suggestion: z.strictObject({
    cadence: positive.min(1).max(3600),
    life: positive.min(5).max(3600),
    horizon: positive.min(1).max(390),
    minimumCredit: positive.max(100),
    wingShare: positive.max(0.1),
    takeProfitShare: share,
    stopMultiple: positive.min(1.05).max(20),
    walkSteps: z.int().min(0).max(20),
    walkEvery: positive.max(600),
    /** What makes the number of lots until the trader chooses: the limits alone, or Kelly under uncertainty within them. */
    sizing: z.enum(['limits', 'kelly']),
    bankroll: positive,
    volatilityTarget: positive.max(5),
  }),
  fees: z.strictObject({ commission: z.number().min(0).max(10), exchange: z.number().min(0).max(10) }),
  risk: z.strictObject({
    maximumLossPerTrade: positive,
    dayLossLimit: positive,
    lotsPerOrder: z.int().min(1),
    openContracts: z.int().min(2),
    openStructures: z.int().min(1),
    exposure: positive,
    tradesPerSession: z.int().min(1),
    maximumQuoteAge: positive.min(100),
  }),
  policy: z.strictObject({ folder: z.string().min(1) }),
  /** Who computes the chain that decisions rest on; `auto` is native where it was built, else the reference. */
  pricer: z.strictObject({ backend: z.enum(['auto', 'reference', 'native']) }),
  broker: z.strictObject({ rejectShare: share }),
  learning: z.strictObject({
    /** Where the learner runs: a thread of the program, or a process of its own, which may crash alone. */
    host: z.enum(['thread', 'process']),
    /** Whether the week is learned from on Sundays. */
    retraining: z.enum(['weekly', 'never']),
  }),
  assistant: z.strictObject({
    /** The interpreter that runs his code; empty for the first one that is found with NumPy and pandas. */
    python: z.string().max(1000),
    /** Whether the code is gone through at two at night, New York, or at the next start after it. */
    nights: z.enum(['nightly', 'never']),
    /** Where Ollama answers. */
    ollama: z.url(),
    /** A folder of GGUF files; empty for none. */
    models: z.string().max(1000),
    /** A folder with an ONNX code model and its tokenizer.json, instead of the encoder trained here; empty for none. */
    encoder: z.string().max(1000),
  }),
})

/** Everything the program is told before it starts. Times are seconds, the horizon minutes, as people write them. */
export type Settings = z.infer<typeof schema>

/** One layer: some settings, under the name people know it by. */
export interface SettingsLayer {
  readonly from: string
  readonly values: Readonly<Record<string, unknown>>
}

/** A setting that breaks its rule, in one line. */
export interface SettingsProblem {
  readonly key: string
  readonly sentence: string
}

/** The settings of a program that was told nothing. */
export function defaultSettings(assetsFolder: string, now: number): Settings {
  return {
    feed: {
      kind: 'simulated',
      speed: 1,
      seed: 1,
      date: tradingDayOnOrBefore(newYorkDate(now)),
      from: '10:00',
    },
    shell: { port: 0, open: true },
    data: { folder: join(homedir(), '.zerodte') },
    suggestion: {
      cadence: 60,
      life: 120,
      horizon: 60,
      minimumCredit: 0.1,
      wingShare: 0.004,
      takeProfitShare: 0.35,
      stopMultiple: 2.5,
      walkSteps: 2,
      walkEvery: 10,
      sizing: DEFAULT_SIZING.by,
      bankroll: DEFAULT_SIZING.bankroll,
      volatilityTarget: DEFAULT_SIZING.volatilityTarget,
    },
    fees: { commission: 0.65, exchange: 0.05 },
    risk: { ...DEFAULT_LIMITS },
    policy: { folder: join(assetsFolder, 'policies/champion') },
    pricer: { backend: 'auto' },
    broker: { rejectShare: 0 },
    learning: { host: 'thread', retraining: 'weekly' },
    assistant: { python: '', nights: 'nightly', ollama: 'http://127.0.0.1:11434', models: '', encoder: '' },
  }
}

/** The settings of all layers, the later ones stronger, or the first one that breaks its rule. */
export function mergeSettings(
  defaults: Settings,
  layers: readonly SettingsLayer[],
): Result<Settings, SettingsProblem> {
  let merged: Record<string, unknown> = { ...defaults }
  for (const layer of layers) merged = mergeLayer(merged, layer.values)
  const checked = schema.safeParse(merged)
  if (checked.success)
    return success({ ...checked.data, data: { folder: resolve(checked.data.data.folder) } })
  const issue = checked.error.issues[0]
  const path = issue?.path.map(String) ?? []
  const unknown = issue?.code === 'unrecognized_keys' ? issue.keys[0] : undefined
  const key = [...path, ...(unknown === undefined ? [] : [unknown])].join('.')
  const found: unknown = path.reduce<unknown>(
    (part, name) => (isRecord(part) ? part[name] : undefined),
    merged,
  )
  const rule = unknown === undefined ? ruleOf(issue) : 'is no setting'
  const sentence =
    unknown === undefined
      ? `${key} ${rule}, is ${JSON.stringify(found)}. Not started.`
      : `${key} ${rule}. Not started.`
  return failure({ key, sentence })
}

/** The layer of a settings file; absent files say nothing, broken ones are a problem. */
export function fileLayer(file: string): Result<SettingsLayer, SettingsProblem> {
  if (!existsSync(file)) return success({ from: file, values: {} })
  try {
    const values: unknown = JSON.parse(readFileSync(file, 'utf8'))
    if (!isRecord(values))
      return failure({ key: file, sentence: `${file} must hold an object of settings. Not started.` })
    return success({ from: file, values })
  } catch {
    return failure({ key: file, sentence: `${file} must be JSON. Not started.` })
  }
}

/** The layer of environment variables: `ZERODTE_FEED_SPEED=5` is `feed.speed`. */
export function environmentLayer(
  environment: Readonly<Record<string, string | undefined>>,
  known: Settings,
): SettingsLayer {
  const values: Record<string, Record<string, unknown>> = {}
  for (const [section, content] of Object.entries(known)) {
    for (const name of [...Object.keys(content), ...(section === 'feed' ? ['session'] : [])]) {
      const text = environment[`ZERODTE_${section}_${name}`.toUpperCase()]
      if (text !== undefined) values[section] = { ...values[section], [name]: plainValue(text) }
    }
  }
  return { from: 'environment', values }
}

/** A text as the number or truth value that it spells, else as the text. */
export function plainValue(text: string): unknown {
  if (text === 'true' || text === 'false') return text === 'true'
  return text.trim() !== '' && Number.isFinite(Number(text)) ? Number(text) : text
}

function mergeLayer(
  under: Readonly<Record<string, unknown>>,
  over: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const merged: Record<string, unknown> = { ...under }
  for (const [key, value] of Object.entries(over)) {
    const below = under[key]
    merged[key] = isRecord(below) && isRecord(value) ? mergeLayer(below, value) : value
  }
  return merged
}

const KINDS: Readonly<Record<string, string>> = { int: 'a whole number', object: 'an object' }

function ruleOf(issue: z.core.$ZodIssue | undefined): string {
  if (!issue) return 'must be valid'
  if (issue.code === 'invalid_type') return `must be ${KINDS[issue.expected] ?? `a ${issue.expected}`}`
  if (issue.code === 'too_small' && issue.origin === 'string') return 'must not be empty'
  if (issue.code === 'too_small')
    return `must be ${issue.inclusive ? 'at least' : 'a number above'} ${issue.minimum}`
  if (issue.code === 'too_big') return `must be at most ${issue.maximum}`
  if (issue.code === 'invalid_value') return `must be one of ${issue.values.join(', ')}`
  if (issue.code === 'invalid_union') return 'must be a number above 0 or "max"'
  return issue.code === 'invalid_format'
    ? `must be written like ${issue.format === 'date' ? '2026-11-20' : 'HH:MM'}`
    : issue.message
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

import { setTimeout as sleep } from 'node:timers/promises'
import * as z from 'zod'
import type { RunDetail, RunStatus } from '../../contract/learning.ts'
import { failure, success, type Result } from '../../core/base/result.ts'

/** How patient an export is; times are milliseconds. */
export interface Patience {
  /** How long one request may take. */
  readonly timeout: number
  /** How often a request is tried that the server was too busy for, or that did not get through. */
  readonly attempts: number
  /** Pause before the second attempt, twice as long before each further one. */
  readonly pause: number
}

const USUAL_PATIENCE: Patience = { timeout: 10_000, attempts: 3, pause: 250 }

/** What MLflow takes in one request. */
const METRICS_A_BATCH = 1000
const PARAMETERS_A_BATCH = 100
const LONGEST_PARAMETER = 500

const EXPERIMENT = 'zerodte'
/** The tag by which a run that was exported before is found again. */
const RUN_TAG = 'zerodte.run'

const STATUS: Readonly<Record<RunStatus, string>> = {
  running: 'RUNNING',
  paused: 'RUNNING',
  finished: 'FINISHED',
  failed: 'FAILED',
  interrupted: 'KILLED',
}

const runInfo = z.object({ info: z.object({ run_id: z.string().min(1) }) })
const replies = {
  experiment: z.object({ experiment: z.object({ experiment_id: z.string().min(1) }) }),
  created: z.object({ experiment_id: z.string().min(1) }),
  found: z.object({ runs: z.array(runInfo).optional() }),
  run: z.object({ run: runInfo }),
  nothing: z.unknown(),
}

/** What was exported, and where it can be seen. */
export interface Exported {
  readonly address: string
  readonly metrics: number
}

/**
 * Exports a run through the REST API of an MLflow tracking server (version 2.0 of the protocol). Done twice it changes nothing:
 * the run is found by its tag, and every value goes with the same step and time. The failure says which request was
 * refused and why.
 */
export async function exportToMlflow(
  address: string,
  run: RunDetail,
  patience: Patience = USUAL_PATIENCE,
): Promise<Result<Exported, string>> {
  const server = createServerCalls(address, patience)
  const experiment = await findExperiment(server)
  if (!experiment.ok) return experiment
  const runId = await findRun(server, experiment.value, run)
  if (!runId.ok) return runId
  const parameters = batches(parametersOf(run), PARAMETERS_A_BATCH)
  const metrics = metricsOf(run)
  const bodies = [
    ...parameters.map(params => ({ run_id: runId.value, params })),
    ...batches(metrics, METRICS_A_BATCH).map(part => ({ run_id: runId.value, metrics: part })),
  ]
  for (const body of bodies) {
    const logged = await server.post('runs/log-batch', body, replies.nothing)
    if (!logged.ok) return failure(logged.failure.sentence)
  }
  const update = {
    run_id: runId.value,
    status: STATUS[run.status],
    ...(run.endedAt !== undefined && { end_time: run.endedAt }),
  }
  const ended = await server.post('runs/update', update, replies.nothing)
  if (!ended.ok) return failure(ended.failure.sentence)
  const shown = new URL(`#/experiments/${experiment.value}/runs/${runId.value}`, address)
  return success({ address: shown.href, metrics: metrics.length })
}

async function findExperiment(server: ServerCalls): Promise<Result<string, string>> {
  const found = await server.get(`experiments/get-by-name?experiment_name=${EXPERIMENT}`, replies.experiment)
  if (found.ok) return success(found.value.experiment.experiment_id)
  if (found.failure.code !== 'RESOURCE_DOES_NOT_EXIST') return failure(found.failure.sentence)
  const made = await server.post('experiments/create', { name: EXPERIMENT }, replies.created)
  return made.ok ? success(made.value.experiment_id) : failure(made.failure.sentence)
}

async function findRun(
  server: ServerCalls,
  experiment: string,
  run: RunDetail,
): Promise<Result<string, string>> {
  const search = {
    experiment_ids: [experiment],
    filter: `tags.\`${RUN_TAG}\` = '${run.id}'`,
    max_results: 1,
  }
  const found = await server.post('runs/search', search, replies.found)
  if (!found.ok) return failure(found.failure.sentence)
  const known = found.value.runs?.[0]
  if (known) return success(known.info.run_id)
  const tags = [
    { key: RUN_TAG, value: run.id },
    { key: 'mlflow.source.git.commit', value: run.revision },
  ]
  const create = { experiment_id: experiment, run_name: run.name, start_time: run.startedAt, tags }
  const made = await server.post('runs/create', create, replies.run)
  return made.ok ? success(made.value.run.info.run_id) : failure(made.failure.sentence)
}

interface Metric {
  readonly key: string
  readonly value: number
  readonly timestamp: number
  readonly step: number
}

/** The time of a value is told by its step, so that a second export is the same as the first. */
function metricsOf({ curves, startedAt }: RunDetail): Metric[] {
  return curves.flatMap(({ name, steps, values }) =>
    [...values].flatMap((value, index) => {
      const step = steps[index] ?? index
      return Number.isFinite(value) ? [{ key: nameOf(name), value, timestamp: startedAt + step, step }] : []
    }),
  )
}

function parametersOf({
  parameters,
  seed,
  kind,
}: RunDetail): { readonly key: string; readonly value: string }[] {
  return Object.entries({ ...parameters, seed, kind }).map(([name, value]) => ({
    key: nameOf(name),
    value: String(value).slice(0, LONGEST_PARAMETER),
  }))
}

/** A name with only the characters that MLflow allows. */
function nameOf(name: string): string {
  return name.replace(/[^\w\-. /]/g, '_').slice(0, 250)
}

function batches<Value>(values: readonly Value[], size: number): Value[][] {
  return Array.from({ length: Math.ceil(values.length / size) }, (_, index) =>
    values.slice(index * size, (index + 1) * size),
  )
}

/** Why a request brought nothing: a code to branch on, and a sentence. */
interface Refusal {
  readonly code: string
  readonly sentence: string
}

interface ServerCalls {
  get<Value>(path: string, reply: z.ZodType<Value>): Promise<Result<Value, Refusal>>
  post<Value>(path: string, body: object, reply: z.ZodType<Value>): Promise<Result<Value, Refusal>>
}

function createServerCalls(address: string, patience: Patience): ServerCalls {
  const base = address.endsWith('/') ? address : `${address}/`
  async function call<Value>(path: string, request: RequestInit, reply: z.ZodType<Value>) {
    const url = new URL(`api/2.0/mlflow/${path}`, base)
    let last: Attempt = {
      mayPass: false,
      refusal: { code: 'NOT_TRIED', sentence: `${url.href} was not asked.` },
    }
    for (let attempt = 0; attempt < patience.attempts; attempt += 1) {
      if (attempt > 0) await sleep(patience.pause * 2 ** (attempt - 1))
      const answer = await ask(url, { ...request, signal: AbortSignal.timeout(patience.timeout) })
      if ('body' in answer) return parseReply(url, answer.body, reply)
      last = answer
      if (!last.mayPass) break
    }
    return failure(last.refusal)
  }
  return {
    get: (path, reply) => call(path, { method: 'GET' }, reply),
    post: (path, body, reply) =>
      call(
        path,
        { method: 'POST', body: JSON.stringify(body), headers: { 'content-type': 'application/json' } },
        reply,
      ),
  }
}

interface Attempt {
  /** Whether the same request may do better a little later. */
  readonly mayPass: boolean
  readonly refusal: Refusal
}

async function ask(url: URL, request: RequestInit): Promise<Attempt | { readonly body: string }> {
  try {
    const response = await fetch(url, { ...request, redirect: 'error' })
    const body = await response.text()
    if (response.ok) return { body }
    const code = errorCode(body) ?? `HTTP_${response.status}`
    const mayPass = response.status === 429 || response.status >= 500
    return { mayPass, refusal: { code, sentence: `${url.href} was refused: ${code}.` } }
  } catch (cause) {
    const isLate = cause instanceof Error && cause.name === 'TimeoutError'
    const sentence = isLate
      ? `${url.href} did not answer in time.`
      : `${url.href} cannot be reached: ${reasonOf(cause)}.`
    return { mayPass: true, refusal: { code: isLate ? 'TIMEOUT' : 'UNREACHABLE', sentence } }
  }
}

function parseReply<Value>(url: URL, body: string, reply: z.ZodType<Value>): Result<Value, Refusal> {
  let written: unknown
  try {
    written = JSON.parse(body)
  } catch {
    written = undefined
  }
  const parsed = reply.safeParse(written)
  return parsed.success
    ? success(parsed.data)
    : failure({ code: 'BAD_REPLY', sentence: `${url.href} answered what MLflow does not.` })
}

function errorCode(body: string): string | undefined {
  try {
    const parsed = z.object({ error_code: z.string().max(200) }).safeParse(JSON.parse(body))
    return parsed.success ? parsed.data.error_code : undefined
  } catch {
    return undefined
  }
}

function reasonOf(cause: unknown): string {
  if (!(cause instanceof Error)) return String(cause)
  return cause.cause instanceof Error ? cause.cause.message : cause.message
}

import * as z from 'zod'
import type { RunDetail, RunStatus } from '../../contract/learning.ts'
import { failure, success, type Result } from '../../core/base/result.ts'
import { artefactsOf, type Artefact } from './artefacts.ts'
import {
  below,
  insist,
  trackingServer,
  type Patience,
  type Refusal,
  type TrackingServer,
} from './mlflowCalls.ts'

const USUAL_PATIENCE: Patience = { timeout: 10_000, attempts: 3, pause: 250 }

/** What MLflow takes in one request, and of one name and value (`mlflow/utils/validation.py`). */
const METRICS_A_BATCH = 1000
const PARAMETERS_A_BATCH = 100
const LONGEST_PARAMETER = 6000
const LONGEST_NAME = 250

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

const tracked = z.object({ info: z.object({ run_id: z.string().min(1), artifact_uri: z.string() }) })
const metric = z.object({ value: z.coerce.number(), timestamp: z.coerce.number(), step: z.coerce.number() })
const replies = {
  experiment: z.object({ experiment: z.object({ experiment_id: z.string().min(1) }) }),
  created: z.object({ experiment_id: z.string().min(1) }),
  found: z.object({ runs: z.array(tracked).optional() }),
  run: z.object({ run: tracked }),
  history: z.object({ metrics: z.array(metric).optional(), next_page_token: z.string().optional() }),
  nothing: z.unknown(),
}

/** What was exported, and where it can be seen. */
export interface Exported {
  readonly address: string
  readonly metrics: number
  readonly artefacts: number
  /** Which artefacts were not sent and why, undefined where all were. */
  readonly note: string | undefined
}

/** A run as the server keeps it. */
interface Tracked {
  readonly id: string
  readonly artefactUri: string
}

/**
 * Exports a run through the REST API of an MLflow tracking server (version 2.0 of the protocol): parameters, tags, curves and
 * artefacts. Done twice, or once more after it was cut short, it leaves what it leaves done once: the run is found by its tag, and
 * of a curve only what the server does not have is sent. The failure says which request was refused and why.
 */
export async function exportToMlflow(
  address: string,
  run: RunDetail,
  patience: Patience = USUAL_PATIENCE,
): Promise<Result<Exported, string>> {
  const server = trackingServer(address, patience)
  const step = <Value>(once: () => Promise<Result<Value, Refusal>>) => insist(patience, once)
  const experiment = await step(() => findExperiment(server))
  if (!experiment.ok) return failure(experiment.failure.sentence)
  const kept = await step(() => findRun(server, experiment.value, run))
  if (!kept.ok) return failure(kept.failure.sentence)
  const curves = curvesOf(run)
  const words = [
    ...batches(parametersOf(run), PARAMETERS_A_BATCH).map(params => ({ params })),
    { tags: tagsOf(run) },
  ]
  const sent = artefactSteps(address, server, kept.value, run)
  const steps = [
    ...words.map(part => () => logBatch(server, kept.value, part)),
    ...curves.map(curve => () => logCurve(server, kept.value, curve)),
    ...sent.steps,
    () => end(server, kept.value, run),
  ]
  for (const once of steps) {
    const done = await step(once)
    if (!done.ok) return failure(done.failure.sentence)
  }
  const metrics = curves.reduce((sum, { points }) => sum + points.length, 0)
  const shown = new URL(`#/experiments/${experiment.value}/runs/${kept.value.id}`, address)
  return success({ address: shown.href, metrics, artefacts: sent.steps.length, note: sent.note })
}

async function findExperiment(server: TrackingServer): Promise<Result<string, Refusal>> {
  const found = await server.get(`experiments/get-by-name?experiment_name=${EXPERIMENT}`, replies.experiment)
  if (found.ok) return success(found.value.experiment.experiment_id)
  if (found.failure.code !== 'RESOURCE_DOES_NOT_EXIST') return found
  const made = await server.post('experiments/create', { name: EXPERIMENT }, replies.created)
  return made.ok ? success(made.value.experiment_id) : made
}

async function findRun(
  server: TrackingServer,
  experiment: string,
  run: RunDetail,
): Promise<Result<Tracked, Refusal>> {
  const search = {
    experiment_ids: [experiment],
    filter: `tags.\`${RUN_TAG}\` = '${run.id}'`,
    max_results: 1,
  }
  const found = await server.post('runs/search', search, replies.found)
  if (!found.ok) return found
  const known = found.value.runs?.[0]
  if (known) return success(trackedOf(known))
  const tags = [{ key: RUN_TAG, value: run.id }]
  const create = { experiment_id: experiment, run_name: run.name, start_time: run.startedAt, tags }
  const made = await server.post('runs/create', create, replies.run)
  return made.ok ? success(trackedOf(made.value.run)) : made
}

function trackedOf({ info }: z.infer<typeof tracked>): Tracked {
  return { id: info.run_id, artefactUri: info.artifact_uri }
}

function logBatch(server: TrackingServer, { id }: Tracked, part: object): Promise<Result<unknown, Refusal>> {
  return server.post('runs/log-batch', { run_id: id, ...part }, replies.nothing)
}

interface Point {
  readonly value: number
  readonly timestamp: number
  readonly step: number
}

interface TrackedCurve {
  readonly key: string
  readonly points: readonly Point[]
}

/** Sends of a curve what the server does not have: some servers keep equal points once, others as often as they come. */
async function logCurve(
  server: TrackingServer,
  run: Tracked,
  { key, points }: TrackedCurve,
): Promise<Result<unknown, Refusal>> {
  const known = await historyOf(server, run, key)
  if (!known.ok) return known
  const had = new Set(known.value.map(identity))
  const missing = points.filter(point => !had.has(identity(point)))
  for (const part of batches(missing, METRICS_A_BATCH)) {
    const logged = await logBatch(server, run, { metrics: part.map(point => ({ key, ...point })) })
    if (!logged.ok) return logged
  }
  return success(undefined)
}

function identity({ step, timestamp, value }: Point): string {
  return `${step} ${timestamp} ${value}`
}

/** Every point of a curve that the server has. */
async function historyOf(
  server: TrackingServer,
  { id }: Tracked,
  key: string,
): Promise<Result<readonly Point[], Refusal>> {
  const known: Point[] = []
  let token: string | undefined
  do {
    const query = new URLSearchParams({ run_id: id, metric_key: key, ...(token && { page_token: token }) })
    const page = await server.get(`metrics/get-history?${query}`, replies.history)
    if (!page.ok) return page.failure.code === 'RESOURCE_DOES_NOT_EXIST' ? success([]) : page
    known.push(...(page.value.metrics ?? []))
    token = page.value.next_page_token
  } while (token)
  return success(known)
}

/** A step a file, where the server takes files; else why it does not. */
function artefactSteps(
  address: string,
  server: TrackingServer,
  { artefactUri }: Tracked,
  run: RunDetail,
): {
  readonly steps: readonly (() => Promise<Result<unknown, Refusal>>)[]
  readonly note: string | undefined
} {
  const root = artefactRoot(address, artefactUri)
  if (!root)
    return {
      steps: [],
      note: `No artefact was sent: the server keeps them at ${artefactUri}, which it does not take them to (mlflow server --serve-artifacts does).`,
    }
  const { files, missing } = artefactsOf(run)
  return {
    steps: files.map(file => () => putArtefact(server, root, file)),
    note: missing.length === 0 ? undefined : `Not there any more: ${missing.join(', ')}.`,
  }
}

async function putArtefact(
  server: TrackingServer,
  root: string,
  { name, read }: Artefact,
): Promise<Result<unknown, Refusal>> {
  try {
    return await server.put(new URL(`${root}/${name}`), read())
  } catch (cause) {
    const sentence = `${name} cannot be read: ${cause instanceof Error ? cause.message : String(cause)}.`
    return failure({ code: 'UNREADABLE', sentence, mayPass: false })
  }
}

/**
 * Where the files of a run are put, undefined where the server does not take them itself. Files go to the very server that was
 * named and nowhere it may point to.
 */
function artefactRoot(address: string, uri: string): string | undefined {
  const proxy = below(address, 'mlflow-artifacts/artifacts').href
  if (uri.startsWith(`${proxy}/`)) return uri
  const [, host = '', path] = /^mlflow-artifacts:(?:\/\/([^/]*))?(\/.*)$/.exec(uri) ?? []
  return path !== undefined && ['', new URL(address).host].includes(host) ? `${proxy}${path}` : undefined
}

function end(
  server: TrackingServer,
  { id }: Tracked,
  { status, endedAt }: RunDetail,
): Promise<Result<unknown, Refusal>> {
  const update = { run_id: id, status: STATUS[status], ...(endedAt !== undefined && { end_time: endedAt }) }
  return server.post('runs/update', update, replies.nothing)
}

/** The time of a point is told by its step, so that a second export is the same as the first. */
function curvesOf({ curves, startedAt }: RunDetail): TrackedCurve[] {
  return curves.map(({ name, steps, values }) => ({
    key: nameOf(name),
    points: [...values].flatMap((value, index) => {
      const step = steps[index] ?? index
      return Number.isFinite(value) ? [{ value, timestamp: startedAt + step, step }] : []
    }),
  }))
}

interface Word {
  readonly key: string
  readonly value: string
}

function parametersOf({ parameters, seed, kind }: RunDetail): Word[] {
  return Object.entries({ ...parameters, seed, kind }).map(([name, value]) => ({
    key: nameOf(name),
    value: String(value).slice(0, LONGEST_PARAMETER),
  }))
}

/** The revision, the model and the note; MLflow shows the first and the last of them at places of their own. */
function tagsOf({ revision, model, note }: RunDetail): Word[] {
  return [
    { key: 'mlflow.source.git.commit', value: revision },
    ...(model === undefined ? [] : [{ key: 'zerodte.model', value: model }]),
    ...(note === undefined ? [] : [{ key: 'mlflow.note.content', value: note }]),
  ]
}

/** A name that MLflow allows: its characters, and no path that is another path. */
function nameOf(name: string): string {
  const parts = name
    .replace(/[^\w\-. /]/g, '_')
    .split('/')
    .filter(part => part !== '' && part !== '.')
    .map(part => (part === '..' ? '__' : part))
  return parts.join('/').slice(0, LONGEST_NAME).replace(/\/$/, '') || '_'
}

function batches<Value>(values: readonly Value[], size: number): Value[][] {
  return Array.from({ length: Math.ceil(values.length / size) }, (_, index) =>
    values.slice(index * size, (index + 1) * size),
  )
}

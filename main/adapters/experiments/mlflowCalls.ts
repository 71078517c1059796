import { setTimeout as sleep } from 'node:timers/promises'
import * as z from 'zod'
import { failure, success, type Result } from '../../core/base/result.ts'

/** How patient an export is; times are milliseconds. */
export interface Patience {
  /** How long one request may take. */
  readonly timeout: number
  /** How often a step is tried for which the server was too busy, or which did not get through. */
  readonly attempts: number
  /** Pause before the second attempt, twice as long before each further one. */
  readonly pause: number
}

/** Why a request brought nothing. */
export interface Refusal {
  /** MLflow's own code where it gave one, to branch on. */
  readonly code: string
  readonly sentence: string
  /** Whether the same request may do better a little later. */
  readonly mayPass: boolean
}

/** A tracking server, asked once a call: who repeats a request must know that it may be repeated. */
export interface TrackingServer {
  /** A request of the tracking API, by its path below `api/2.0/mlflow`. */
  get<Value>(path: string, reply: z.ZodType<Value>): Promise<Result<Value, Refusal>>
  post<Value>(path: string, body: object, reply: z.ZodType<Value>): Promise<Result<Value, Refusal>>
  /** Stores a file at an address, in the place of one that is there. */
  put(url: URL, content: Uint8Array<ArrayBuffer>): Promise<Result<unknown, Refusal>>
}

/** The server at an address; nothing is asked of it yet. */
export function trackingServer(address: string, { timeout }: Patience): TrackingServer {
  async function call<Value>(url: URL, request: RequestInit, reply: z.ZodType<Value>) {
    const answer = await ask(url, { ...request, signal: AbortSignal.timeout(timeout) })
    return answer.ok ? parseReply(url, answer.value, reply) : answer
  }
  const json = { 'content-type': 'application/json' }
  const binary = { 'content-type': 'application/octet-stream' }
  return {
    get: (path, reply) => call(below(address, `mlflow/${path}`), { method: 'GET' }, reply),
    post: (path, body, reply) =>
      call(
        below(address, `mlflow/${path}`),
        { method: 'POST', body: JSON.stringify(body), headers: json },
        reply,
      ),
    put: (url, content) => call(url, { method: 'PUT', body: content, headers: binary }, z.unknown()),
  }
}

/** A place below `api/2.0` of a server that may itself stand below a path. */
export function below(address: string, path: string): URL {
  return new URL(`api/2.0/${path}`, address.endsWith('/') ? address : `${address}/`)
}

/** Repeats a step until it is done, is refused for good, or patience ends; a step must not mind that it was half done before. */
export async function insist<Value>(
  { attempts, pause }: Patience,
  step: () => Promise<Result<Value, Refusal>>,
): Promise<Result<Value, Refusal>> {
  for (let attempt = 1; ; attempt += 1) {
    const done = await step()
    if (done.ok || !done.failure.mayPass || attempt >= attempts) return done
    await sleep(pause * 2 ** (attempt - 1))
  }
}

async function ask(url: URL, request: RequestInit): Promise<Result<string, Refusal>> {
  try {
    const response = await fetch(url, { ...request, redirect: 'error' })
    const body = await response.text()
    if (response.ok) return success(body)
    const code = errorCode(body) ?? `HTTP_${response.status}`
    const mayPass = response.status === 429 || response.status >= 500
    return failure({ code, sentence: `${url.href} was refused: ${code}.`, mayPass })
  } catch (cause) {
    const isLate = cause instanceof Error && cause.name === 'TimeoutError'
    const sentence = isLate
      ? `${url.href} did not answer in time.`
      : `${url.href} cannot be reached: ${reasonOf(cause)}.`
    return failure({ code: isLate ? 'TIMEOUT' : 'UNREACHABLE', sentence, mayPass: true })
  }
}

function parseReply<Value>(url: URL, body: string, reply: z.ZodType<Value>): Result<Value, Refusal> {
  const parsed = reply.safeParse(written(body))
  return parsed.success
    ? success(parsed.data)
    : failure({ code: 'BAD_REPLY', sentence: `${url.href} answered what MLflow does not.`, mayPass: false })
}

function errorCode(body: string): string | undefined {
  const parsed = z.object({ error_code: z.string().max(200) }).safeParse(written(body))
  return parsed.success ? parsed.data.error_code : undefined
}

/** What a text says as JSON, undefined where it says nothing. */
function written(body: string): unknown {
  try {
    return JSON.parse(body)
  } catch {
    return undefined
  }
}

function reasonOf(cause: unknown): string {
  if (!(cause instanceof Error)) return String(cause)
  return cause.cause instanceof Error ? cause.cause.message : cause.message
}

import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { expect, onTestFinished, test } from 'vitest'
import * as z from 'zod'
import type { RunDetail } from '../../contract/learning.ts'
import { exportToMlflow } from './mlflow.ts'

const HURRIED = { timeout: 150, attempts: 3, pause: 1 }

const entry = z.object({ key: z.string(), value: z.union([z.string(), z.number()]) })
const metric = z.strictObject({ key: z.string(), value: z.number(), timestamp: z.int(), step: z.int() })
const bodies = {
  'experiments/create': z.strictObject({ name: z.string() }),
  'runs/create': z.strictObject({
    experiment_id: z.string(),
    run_name: z.string(),
    start_time: z.int(),
    tags: z.array(entry),
  }),
  'runs/search': z.strictObject({
    experiment_ids: z.array(z.string()),
    filter: z.string(),
    max_results: z.int(),
  }),
  'runs/log-batch': z.strictObject({
    run_id: z.string(),
    metrics: z.array(metric).max(1000).optional(),
    params: z.array(entry).max(100).optional(),
  }),
  'runs/update': z.strictObject({ run_id: z.string(), status: z.string(), end_time: z.int().optional() }),
}

/** What a tracking server remembers, by its own rules: parameters never change, equal values are one. */
interface Remembered {
  readonly experiments: Map<string, string>
  readonly runs: Map<
    string,
    { tags: Map<string, string>; params: Map<string, string>; metrics: Set<string>; status: string }
  >
}

/** A server that speaks the part of the protocol we use, as strictly as the real one; `trouble` may answer first. */
async function tracking(
  trouble: (path: string, count: number, response: ServerResponse) => boolean = () => false,
) {
  const remembered: Remembered = { experiments: new Map(), runs: new Map() }
  const asked: string[] = []
  const server = createServer((request, response) => {
    void answer(request, response)
  })
  async function answer(request: IncomingMessage, response: ServerResponse) {
    const url = new URL(request.url ?? '/', 'http://localhost')
    const path = url.pathname.replace('/api/2.0/mlflow/', '')
    asked.push(path)
    let text = ''
    for await (const part of request) text += String(part)
    if (trouble(path, asked.filter(name => name === path).length, response)) return
    const [status, reply] = serve(remembered, path, url, text)
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(reply))
  }
  await new Promise<void>(done => server.listen(0, '127.0.0.1', done))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  const address = server.address()
  if (typeof address !== 'object' || address === null) throw new Error('a port must be open')
  return { url: `http://127.0.0.1:${address.port}`, remembered, asked }
}

function serve({ experiments, runs }: Remembered, path: string, url: URL, text: string): [number, unknown] {
  const refused = (code: string): [number, unknown] => [
    code === 'RESOURCE_DOES_NOT_EXIST' ? 404 : 400,
    { error_code: code, message: '' },
  ]
  if (path === 'experiments/get-by-name') {
    const id = experiments.get(url.searchParams.get('experiment_name') ?? '')
    return id ? [200, { experiment: { experiment_id: id } }] : refused('RESOURCE_DOES_NOT_EXIST')
  }
  if (path === 'experiments/create') {
    experiments.set(bodies[path].parse(JSON.parse(text)).name, '1')
    return [200, { experiment_id: '1' }]
  }
  if (path === 'runs/search') {
    const { filter } = bodies[path].parse(JSON.parse(text))
    const wanted = /^tags\.`zerodte\.run` = '([\w.-]+)'$/.exec(filter)?.[1]
    const found = [...runs].filter(([, run]) => run.tags.get('zerodte.run') === wanted)
    return [200, found.length > 0 ? { runs: found.map(([run_id]) => ({ info: { run_id } })) } : {}]
  }
  if (path === 'runs/create') {
    const { tags } = bodies[path].parse(JSON.parse(text))
    const run_id = `run${runs.size}`
    runs.set(run_id, {
      tags: new Map(tags.map(({ key, value }) => [key, String(value)])),
      params: new Map(),
      metrics: new Set(),
      status: 'RUNNING',
    })
    return [200, { run: { info: { run_id } } }]
  }
  if (path === 'runs/update') {
    const { run_id, status } = bodies[path].parse(JSON.parse(text))
    const run = runs.get(run_id)
    if (run) run.status = status
    return [200, {}]
  }
  const { run_id, params = [], metrics = [] } = bodies['runs/log-batch'].parse(JSON.parse(text))
  const run = runs.get(run_id)
  if (!run) return refused('RESOURCE_DOES_NOT_EXIST')
  for (const { key, value } of params) {
    if (run.params.has(key) && run.params.get(key) !== String(value))
      return refused('INVALID_PARAMETER_VALUE')
    run.params.set(key, String(value))
  }
  for (const value of metrics) run.metrics.add(JSON.stringify(value))
  return [200, {}]
}

function madeUpRun(points: number): RunDetail {
  return {
    id: 'train-1',
    name: 'A training',
    kind: 'train',
    status: 'finished',
    startedAt: 1_795_000_000_000,
    endedAt: 1_795_000_060_000,
    seed: 3,
    revision: 'abc',
    parameters: Object.fromEntries(Array.from({ length: 140 }, (_, index) => [`parameter ${index}`, index])),
    metrics: {},
    model: 'challenger-1',
    note: undefined,
    curves: [
      {
        name: 'loss (mean)',
        steps: Float64Array.from({ length: points }, (_, index) => index),
        values: Float64Array.from({ length: points }, (_, index) =>
          index === 3 ? Number.NaN : 1 / (1 + index),
        ),
      },
    ],
    artefacts: [],
  }
}

test('a run arrives whole, in batches that the server takes, and a second export changes nothing', async () => {
  const { url, remembered, asked } = await tracking()
  const run = madeUpRun(2500)
  for (let times = 0; times < 2; times += 1) {
    const exported = await exportToMlflow(url, run, HURRIED)
    expect(exported).toEqual({
      ok: true,
      value: { address: `${url}/#/experiments/1/runs/run0`, metrics: 2499 },
    })
    expect(remembered.runs.size).toBe(1)
    const stored = remembered.runs.get('run0')
    expect([stored?.metrics.size, stored?.params.size, stored?.status]).toEqual([2499, 142, 'FINISHED'])
  }
  expect(asked.filter(path => path === 'runs/log-batch')).toHaveLength(2 * (2 + 3))
  expect(asked.filter(path => path === 'experiments/create')).toHaveLength(1)
})

test('a server that is busy or drops the line is asked again, one that says no is not', async () => {
  const busy = await tracking((path, count, response) => {
    if (path === 'runs/create' && count === 1) {
      response.writeHead(503).end()
      return true
    }
    if (path !== 'runs/log-batch' || count !== 2) return false
    response.destroy()
    return true
  })
  expect(await exportToMlflow(busy.url, madeUpRun(10), HURRIED)).toMatchObject({
    ok: true,
    value: { metrics: 9 },
  })
  expect(busy.asked.filter(path => path === 'runs/create')).toHaveLength(2)
  const firm = await tracking((path, _count, response) => {
    if (path !== 'runs/create') return false
    response.writeHead(403).end(JSON.stringify({ error_code: 'PERMISSION_DENIED' }))
    return true
  })
  expect(await exportToMlflow(firm.url, madeUpRun(10), HURRIED)).toEqual({
    ok: false,
    failure: `${firm.url}/api/2.0/mlflow/runs/create was refused: PERMISSION_DENIED.`,
  })
  expect(firm.asked.filter(path => path === 'runs/create')).toHaveLength(1)
})

test('a parameter that differs from the one exported before is a refusal in the words of the server', async () => {
  const { url } = await tracking()
  await exportToMlflow(url, madeUpRun(1), HURRIED)
  const changed = { ...madeUpRun(1), seed: 4 }
  expect(await exportToMlflow(url, changed, HURRIED)).toMatchObject({
    ok: false,
    failure: expect.stringMatching(/runs\/log-batch was refused: INVALID_PARAMETER_VALUE\.$/),
  })
})

test.each([
  [
    'silence',
    (_path: string, _count: number, _response: ServerResponse) => true,
    /did not answer in time\.$/,
  ],
  [
    'another program',
    (_path: string, _count: number, response: ServerResponse) => {
      response.writeHead(200).end('<html>Welcome</html>')
      return true
    },
    /answered what MLflow does not\.$/,
  ],
  [
    'a redirection',
    (_path: string, _count: number, response: ServerResponse) => {
      response.writeHead(302, { location: 'http://127.0.0.1:9/' }).end()
      return true
    },
    /cannot be reached: /,
  ],
])('%s is a refusal, not a crash', async (_name, trouble, sentence) => {
  const { url } = await tracking(trouble)
  const exported = await exportToMlflow(url, madeUpRun(2), { ...HURRIED, attempts: 2, timeout: 40 })
  expect(exported).toMatchObject({ ok: false, failure: expect.stringMatching(sentence) })
})

test('nobody at the address is a refusal', async () => {
  const exported = await exportToMlflow('http://127.0.0.1:1', madeUpRun(2), HURRIED)
  expect(exported).toMatchObject({ ok: false, failure: expect.stringMatching(/cannot be reached/) })
})

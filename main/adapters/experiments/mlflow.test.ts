import * as fc from 'fast-check'
import { writeFileSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import type { RunDetail } from '../../contract/learning.ts'
import { temporaryFolder } from '../../fixtures/folder.ts'
import {
  openTrackingServer,
  type KeptExperiments,
  type MadeUpTrackingServer,
  type ServerNature,
  type Trouble,
} from '../../fixtures/trackingServer.ts'
import { exportToMlflow } from './mlflow.ts'

const HURRIED = { timeout: 1000, attempts: 3, pause: 1 }

async function tracking(nature: Partial<ServerNature> = {}): Promise<MadeUpTrackingServer> {
  const server = await openTrackingServer(nature)
  onTestFinished(() => server.close())
  return server
}

function madeUpRun(points: number, given: Partial<RunDetail> = {}): RunDetail {
  const steps = Float64Array.from({ length: points }, (_, index) => index)
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
    note: 'No edge shown.',
    curves: [
      { name: 'loss (mean)', steps, values: steps.map(step => (step === 3 ? Number.NaN : 1 / (1 + step))) },
      { name: '../odd//name/', steps, values: steps.map(step => step % 2) },
    ],
    artefacts: [],
    ...given,
  }
}

/** A folder as a model leaves it. */
function modelFolder(): string {
  const folder = join(temporaryFolder(), 'challenger-1')
  mkdirSync(join(folder, 'deeper'), { recursive: true })
  writeFileSync(
    join(folder, 'policy.onnx'),
    Uint8Array.from({ length: 5000 }, (_, index) => index),
  )
  writeFileSync(join(folder, 'card.json'), '{"name":"mine"}')
  writeFileSync(join(folder, 'a #1?.txt'), 'oddly named')
  return folder
}

/** What a server keeps, as plain data: in which order points came is no matter. */
function plain({ experiments, runs, files }: KeptExperiments): unknown {
  return {
    experiments: [...experiments],
    runs: [...runs].map(([id, { metrics, tags, params, status }]) => ({
      id,
      status,
      tags: [...tags].toSorted(),
      params: [...params].toSorted(),
      metrics: metrics.map(point => JSON.stringify(point)).toSorted(),
    })),
    files: [...files].map(([name, content]) => `${name} ${content.toString('base64')}`).toSorted(),
  }
}

test.each([true, false])(
  'a run arrives whole, and a second export changes nothing (appends: %s)',
  async appends => {
    const { address, kept, asked } = await tracking({ appends, page: 700 })
    const run = madeUpRun(2500, { artefacts: [modelFolder()] })
    const states: unknown[] = []
    for (let times = 0; times < 2; times += 1) {
      expect(await exportToMlflow(address, run, HURRIED)).toEqual({
        ok: true,
        value: {
          address: `${address}/#/experiments/1/runs/run0`,
          metrics: 4999,
          artefacts: 4,
          note: undefined,
        },
      })
      states.push(plain(kept))
    }
    expect(states[1]).toEqual(states[0])
    const stored = kept.runs.get('run0')
    expect([kept.runs.size, stored?.metrics.length, stored?.params.size, stored?.status]).toEqual([
      1,
      4999,
      142,
      'FINISHED',
    ])
    expect(Object.fromEntries(stored?.tags ?? [])).toEqual({
      'zerodte.run': 'train-1',
      'zerodte.model': 'challenger-1',
      'mlflow.source.git.commit': 'abc',
      'mlflow.note.content': 'No edge shown.',
    })
    expect(asked.filter(path => path === 'experiments/create')).toHaveLength(1)
  },
)

test('model, card and curves are files of the run, byte for byte', async () => {
  const { address, kept } = await tracking()
  await exportToMlflow(address, madeUpRun(2, { artefacts: [modelFolder()] }), HURRIED)
  const text = (name: string) => kept.files.get(`1/run0/artifacts/${name}`)?.toString()
  expect([...kept.files.keys()].toSorted()).toEqual(
    ['challenger-1/a__1_.txt', 'challenger-1/card.json', 'challenger-1/policy.onnx', 'curves.csv'].map(
      name => `1/run0/artifacts/${name}`,
    ),
  )
  expect(kept.files.get('1/run0/artifacts/challenger-1/policy.onnx')).toEqual(
    Buffer.from(Uint8Array.from({ length: 5000 }, (_, index) => index)),
  )
  expect(text('challenger-1/card.json')).toBe('{"name":"mine"}')
  expect(text('curves.csv')).toBe(
    'curve,step,value\n"loss (mean)",0,1\n"loss (mean)",1,0.5\n"../odd//name/",0,0\n"../odd//name/",1,1\n',
  )
})

test.each([
  ['s3://bucket/1/RUN', 'No artefact was sent: the server keeps them at s3://bucket/1/run0'],
  [
    'mlflow-artifacts://elsewhere:80/1/RUN',
    'No artefact was sent: the server keeps them at mlflow-artifacts://',
  ],
])('files go nowhere but to the server that was named, not to %s', async (artefactUri, note) => {
  const { address, kept } = await tracking({ artefactUri })
  expect(await exportToMlflow(address, madeUpRun(2), HURRIED)).toMatchObject({
    ok: true,
    value: { metrics: 4, artefacts: 0, note: expect.stringContaining(note) },
  })
  expect(kept.runs.get('run0')?.status).toBe('FINISHED')
})

test('an artefact that is gone is named, and the rest arrives', async () => {
  const { address } = await tracking()
  const gone = join(temporaryFolder(), 'gone')
  expect(await exportToMlflow(address, madeUpRun(2, { artefacts: [gone] }), HURRIED)).toMatchObject({
    ok: true,
    value: { artefacts: 1, note: `Not there any more: ${gone}.` },
  })
})

const TROUBLES: readonly Trouble[] = [
  { kind: 'refuses', status: 500, body: '{"error_code":"INTERNAL_ERROR"}' },
  { kind: 'refuses', status: 503, body: 'Service Unavailable' },
  { kind: 'refuses', status: 429, body: '{"error_code":"REQUEST_LIMIT_EXCEEDED"}' },
  { kind: 'halves' },
  { kind: 'forgets' },
]

test('whatever goes wrong on the way, what arrives in the end is what arrives without trouble', async () => {
  const run = madeUpRun(1200, { artefacts: [modelFolder()] })
  const calm = await tracking()
  await exportToMlflow(calm.address, run, HURRIED)
  const expected = plain(calm.kept)
  // At most two troubles in a row at one place are within its patience
  const plans = fc.dictionary(fc.nat(calm.asked.length), fc.constantFrom(...TROUBLES), { maxKeys: 12 })
  await fc.assert(
    fc.asyncProperty(plans, fc.boolean(), async (plan, appends) => {
      let request = 0
      const server = await openTrackingServer({ appends, trouble: () => plan[(request += 1)] })
      try {
        // An export that ran out of patience is done again
        for (let times = 0; times < 6; times += 1)
          if ((await exportToMlflow(server.address, run, HURRIED)).ok) break
        expect(plain(server.kept)).toEqual(expected)
      } finally {
        server.close()
      }
    }),
    { numRuns: 25 },
  )
})

test('a server that stays busy ends the export after its attempts, one that says no after the first', async () => {
  const always = (trouble: Trouble) => (path: string) => (path === 'runs/create' ? trouble : undefined)
  const busy = await tracking({ trouble: always({ kind: 'refuses', status: 503 }) })
  expect(await exportToMlflow(busy.address, madeUpRun(2), HURRIED)).toEqual({
    ok: false,
    failure: `${busy.address}/api/2.0/mlflow/runs/create was refused: HTTP_503.`,
  })
  expect(busy.asked.filter(path => path === 'runs/create')).toHaveLength(3)
  const body = '{"error_code":"PERMISSION_DENIED"}'
  const firm = await tracking({ trouble: always({ kind: 'refuses', status: 403, body }) })
  expect(await exportToMlflow(firm.address, madeUpRun(2), HURRIED)).toEqual({
    ok: false,
    failure: `${firm.address}/api/2.0/mlflow/runs/create was refused: PERMISSION_DENIED.`,
  })
  expect(firm.asked.filter(path => path === 'runs/create')).toHaveLength(1)
})

test('a parameter that differs from the one exported before is a refusal in the words of the server', async () => {
  const { address } = await tracking()
  await exportToMlflow(address, madeUpRun(1), HURRIED)
  expect(await exportToMlflow(address, madeUpRun(1, { seed: 4 }), HURRIED)).toMatchObject({
    ok: false,
    failure: expect.stringMatching(/runs\/log-batch was refused: INVALID_PARAMETER_VALUE\.$/),
  })
})

test.each<[string, Trouble, RegExp]>([
  ['silence', { kind: 'is silent' }, /did not answer in time\.$/],
  [
    'another program',
    { kind: 'refuses', status: 200, body: '<html>Welcome</html>' },
    /answered what MLflow does not\.$/,
  ],
  ['a redirection', { kind: 'refuses', status: 302, to: 'http://127.0.0.1:9/' }, /cannot be reached: /],
])('%s is a refusal, not a crash', async (_name, trouble, sentence) => {
  const { address } = await tracking({ trouble: () => trouble })
  const exported = await exportToMlflow(address, madeUpRun(2), { ...HURRIED, attempts: 2, timeout: 40 })
  expect(exported).toMatchObject({ ok: false, failure: expect.stringMatching(sentence) })
})

test('nobody at the address is a refusal', async () => {
  const exported = await exportToMlflow('http://127.0.0.1:1', madeUpRun(2), HURRIED)
  expect(exported).toMatchObject({ ok: false, failure: expect.stringMatching(/cannot be reached/) })
})

test.each([
  [
    'metrics',
    { metrics: Array.from({ length: 1001 }, (_, step) => ({ key: 'a', value: 1, timestamp: 1, step })) },
  ],
  ['parameters', { params: Array.from({ length: 101 }, (_, index) => ({ key: `p${index}`, value: '' })) }],
  ['one parameter twice', { params: [1, 2].map(value => ({ key: 'p', value: String(value) })) }],
  ['a value that is too long', { params: [{ key: 'p', value: 'x'.repeat(6001) }] }],
  ['a name with a bracket', { tags: [{ key: 'a(b)', value: '' }] }],
  ['a name that is another path', { tags: [{ key: 'a//b', value: '' }] }],
  ['a step that is no whole number', { metrics: [{ key: 'a', value: 1, timestamp: 1, step: 0.5 }] }],
])('the made-up server is as strict as the real one: %s', async (_name, part) => {
  const { address, kept } = await tracking()
  await exportToMlflow(address, madeUpRun(1), HURRIED)
  const before = plain(kept)
  const response = await fetch(`${address}/api/2.0/mlflow/runs/log-batch`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ run_id: 'run0', ...part }),
  })
  expect(response.status).toBe(400)
  expect(await response.json()).toMatchObject({ error_code: 'INVALID_PARAMETER_VALUE' })
  expect(plain(kept)).toEqual(before)
})

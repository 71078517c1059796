// How long somebody waits: from a cold start on an indexed folder of 10,000 functions to the first answer of search, to the first
// verified card for a small function, and until a cancel has ended everything.
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { randomUUID } from 'node:crypto'
import { openDatabase } from '../../adapters/memory/openDatabase.ts'
import { openAssistant } from '../../assistant/assistant.ts'
import type { AssistantNews } from '../../contract/assistant.ts'
import { quantile } from '../../core/base/statistics.ts'
import { writeCodeFolder } from '../../fixtures/codeFolder.ts'
import { tell, type Section } from './report.ts'

const FUNCTIONS = 10_000
const STARTS = 5
const TOP = join(import.meta.dirname, '../../..')

const SMALL = `def notional(quantities, prices):
    """Money that stands behind positions."""
    total = 0.0
    for quantity, price in zip(quantities, prices):
        total += quantity * price * 100
    return total


print(notional([1, 2, 3], [1.5, 2.25, 3.0]))
`

/** What one start measures, in milliseconds. */
interface Start {
  readonly search: number
  readonly hits: number
  readonly verified: number | undefined
  readonly cancel: number
  /** Processes of the sandbox that were still there after the cancel. */
  readonly left: number
}

const [, , role, folder = ''] = process.argv
if (role === '--start') process.stdout.write(JSON.stringify(await measureStart(folder)))
else tell([await measure()])

async function measure(): Promise<Section> {
  const made = mkdtempSync(join(tmpdir(), 'zerodte-start-'))
  try {
    mkdirSync(join(made, 'code'))
    writeCodeFolder(join(made, 'code'), FUNCTIONS, 1)
    writeFileSync(join(made, 'code/small.py'), SMALL)
    await indexOnce(made)
    const starts = Array.from({ length: STARTS }, () => startOnce(made))
    const median = (pick: (start: Start) => number) => quantile(starts.map(pick), 0.5)
    return {
      title: `A cold start on an indexed folder of ${FUNCTIONS} functions, median of ${STARTS}`,
      figures: [
        { name: 'first answer of search', value: median(it => it.search), unit: 'ms', atMost: 1000 },
        { name: 'hits of it', value: median(it => it.hits), atLeast: 1 },
        {
          name: 'first verified card of a small function, from asking',
          value: median(it => it.verified ?? Number.POSITIVE_INFINITY),
          unit: 'ms',
          atMost: 5000,
        },
        {
          name: 'a cancel, until everything has ended',
          value: median(it => it.cancel),
          unit: 'ms',
          atMost: 200,
        },
        {
          name: 'processes left after it, most of all starts',
          value: Math.max(...starts.map(it => it.left)),
          atMost: 0,
        },
      ],
      notes: ['From the start of the process, Node and its modules among it.'],
    }
  } finally {
    rmSync(made, { recursive: true, force: true })
  }
}

function startOnce(made: string): Start {
  const output = execFileSync(process.execPath, [import.meta.filename, '--start', made], { encoding: 'utf8' })
  return JSON.parse(output)
}

/** Reads the folder, and learns to find in it, as after the first day. */
async function indexOnce(made: string): Promise<void> {
  const { assistant, ended, close } = await open(made)
  await assistant.answer('assistant/addFolder', { path: join(made, 'code') })
  await ended('index')
  await close()
}

async function measureStart(made: string): Promise<Start> {
  const { assistant, verified, close } = await open(made)
  const answer = await assistant.answer('assistant/search', { query: 'notional of positions', limit: 10 })
  // Counted from the start of the process
  const search = performance.now()
  const file = join(made, 'code/small.py')
  const began = performance.now()
  const { task } = await assistant.answer('assistant/optimise', { file, function: 'notional', seconds: 20 })
  const first = await verified(task)
  const stopping = performance.now()
  await assistant.answer('assistant/cancel', { task })
  const cancel = performance.now() - stopping
  const left = childrenLeft()
  await close()
  return {
    search,
    hits: answer.hits.length,
    verified: first === undefined ? undefined : first - began,
    cancel,
    left,
  }
}

async function open(made: string) {
  const { database } = openDatabase(
    join(made, 'assistant.db'),
    join(TOP, 'migrations/assistant'),
    () => new Date(),
  )
  const listeners = new Set<(news: AssistantNews) => void>()
  const assistant = await openAssistant(
    {
      folder: made,
      assets: join(TOP, 'assets'),
      database,
      setAside: undefined,
      python: '',
      ollama: '',
      models: '',
      encoder: '',
      engine: { ask: () => Promise.reject(new Error('there is no engine here')) },
      now: Date.now,
      newId: randomUUID,
      tell: news => listeners.forEach(listener => listener(news)),
    },
    false,
  )
  const kinds = new Map<string, string>()
  listeners.add(news => {
    if (news.kind === 'task') kinds.set(news.task.id, news.task.kind)
  })
  const ended = (kind: string) =>
    new Promise<void>(resolve =>
      listeners.add(news => {
        if (news.kind === 'ended' && kinds.get(news.task) === kind) resolve()
      }),
    )
  /** When the first verified card of a task was told; undefined where it ended without one. */
  const verified = (task: string) =>
    new Promise<number | undefined>(resolve =>
      listeners.add(news => {
        if (news.kind === 'optimise' && news.task === task && news.report.verified > 0)
          resolve(performance.now())
        if (news.kind === 'ended' && news.task === task) resolve(undefined)
      }),
    )
  const close = async () => {
    await assistant.close()
    database.close()
  }
  return { assistant, ended, verified, close }
}

/** Processes that this one began and that run still. */
function childrenLeft(): number {
  const output = execFileSync('ps', ['-o', 'ppid=,comm=', '-A'], { encoding: 'utf8' })
  const lines = output.split('\n').map(line => line.trim().split(/\s+/))
  return lines.filter(([parent, name]) => Number(parent) === process.pid && name !== 'ps').length
}

// How long somebody waits: from a cold start on an indexed folder of 10,000 functions to the first answer of search, to the first
// verified card for a small function, and until a cancel has ended everything. The process is the one that the cockpit starts.
import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { AssistantNews } from '../../contract/assistant.ts'
import { quantile } from '../../core/base/statistics.ts'
import { writeCodeFolder } from '../../fixtures/codeFolder.ts'
import { assistantProcess } from '../assistantProcess.ts'
import { processHost } from '../host.ts'
import { tell, type Section } from './report.ts'

const FUNCTIONS = 10_000
const STARTS = 5
const TOP = join(import.meta.dirname, '../../..')
const BUILT = join(TOP, 'out/main/assistantWorker.js')
const WORKER = existsSync(BUILT) ? BUILT : join(TOP, 'main/processes/assistantWorker.ts')

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
  /** Undefined where none was verified. */
  readonly card: number | undefined
  readonly cancel: number
  /** Processes of the sandbox that were still there after the cancel. */
  readonly left: number
}

const made = mkdtempSync(join(tmpdir(), 'zerodte-start-'))
try {
  tell([await measure()])
} finally {
  rmSync(made, { recursive: true, force: true })
}

async function measure(): Promise<Section> {
  mkdirSync(join(made, 'code'))
  writeCodeFolder(join(made, 'code'), FUNCTIONS, 1)
  writeFileSync(join(made, 'code/small.py'), SMALL)
  await readOnce()
  const starts: Start[] = []
  while (starts.length < STARTS) starts.push(await measureStart())
  const median = (pick: (start: Start) => number) => quantile(starts.map(pick), 0.5)
  const asked = 'first verified card of a small function, from asking'
  return {
    title: `A cold start on an indexed folder of ${FUNCTIONS} functions, median of ${STARTS}`,
    figures: [
      {
        name: 'first answer of search, from the start of the process',
        value: median(it => it.search),
        unit: 'ms',
        atMost: 1000,
      },
      { name: 'hits of it', value: median(it => it.hits), atLeast: 1 },
      { name: asked, value: median(it => it.card ?? Number.POSITIVE_INFINITY), unit: 'ms', atMost: 5000 },
      {
        name: 'a cancel, until everything has ended',
        value: median(it => it.cancel),
        unit: 'ms',
        atMost: 200,
      },
      {
        name: 'processes left after a cancel, most of all starts',
        value: Math.max(...starts.map(it => it.left)),
        atMost: 0,
      },
    ],
    notes: [
      WORKER === BUILT ? 'The program as it is built.' : 'From source; the built program starts faster.',
    ],
  }
}

/** Reads the folder, as it was read the day before. */
async function readOnce(): Promise<void> {
  const { assistant, heard } = start()
  const ended = heard(news => news.kind === 'ended')
  await assistant.call('assistant/addFolder', { path: join(made, 'code') })
  await ended
  await assistant.close()
}

async function measureStart(): Promise<Start> {
  const began = performance.now()
  const { assistant, heard } = start()
  const answer = await assistant.call('assistant/search', { query: 'notional of positions', limit: 10 })
  const search = performance.now() - began
  // What is done at every start, such as looking for changed files, is not what is measured next
  await untilIdle(assistant)

  const asked = performance.now()
  const file = join(made, 'code/small.py')
  const { task } = await assistant.call('assistant/optimise', { file, function: 'notional', seconds: 20 })
  const found = await heard(
    news =>
      (news.kind === 'optimise' && news.task === task && news.report.verified > 0) ||
      (news.kind === 'ended' && news.task === task),
  )
  const card = found.kind === 'optimise' ? performance.now() - asked : undefined

  const again = await assistant.call('assistant/optimise', { file, function: 'notional', seconds: 20 })
  const running = await heard(
    news =>
      (news.kind === 'task' && news.task.id === again.task && /^(checking|timing)/.test(news.task.phase)) ||
      (news.kind === 'ended' && news.task === again.task),
  )
  if (running.kind === 'ended') throw new Error('it ended before there was anything to cancel')
  const stopped = performance.now()
  await assistant.call('assistant/cancel', { task: again.task })
  const cancel = performance.now() - stopped
  const left = sandboxes()
  await assistant.close()
  return { search, hits: answer.hits.length, card, cancel, left }
}

function start() {
  const opening = {
    folder: join(made, 'assistant'),
    migrations: join(TOP, 'migrations'),
    assets: join(TOP, 'assets'),
    python: '',
    ollama: 'http://127.0.0.1:9',
    models: '',
    encoder: '',
  }
  const engine = { ask: () => Promise.reject(new Error('there is no engine here')) }
  const assistant = assistantProcess(processHost, WORKER, opening, engine)
  const heard = (isWanted: (news: AssistantNews) => boolean) =>
    new Promise<AssistantNews>(resolve =>
      assistant.onNews(news => {
        if (isWanted(news)) resolve(news)
      }),
    )
  return { assistant, heard }
}

async function untilIdle(assistant: ReturnType<typeof start>['assistant']): Promise<void> {
  for (;;) {
    const { tasks } = await assistant.call('assistant/get', {})
    if (tasks.length === 0) return
    await sleep(50)
  }
}

/** Sandboxes that run on this machine for the folder of this bench. */
function sandboxes(): number {
  const output = execFileSync('ps', ['-eo', 'args'], { encoding: 'utf8' })
  return output.split('\n').filter(line => line.startsWith('bwrap') && line.includes(made)).length
}

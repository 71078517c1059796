// Says whether the cockpit learns its trader: scripted traders of opposite taste answer suggestions of the real engine on
// simulated days; afterwards, and after a restart, he is shown other days, and so is somebody who never answered.
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import { bootstrap, type Interval } from '../../research/bootstrap.ts'
import type { SuggestionCounts } from '../../research/preferenceTrial.ts'
import { SCRIPTED_TRADERS } from '../../research/scriptedTrader.ts'
import type { SeedResult } from './preferenceSeed.ts'

const SEEDS = Number(process.argv.at(process.argv.indexOf('--seeds') + 1)) || 20

/** What must come of it: how far the refused must fall at least, and how far the rest may. */
const LEAST_FALL = 0.8
const MOST_LOST = 0.1

const results = await runSeeds(Array.from({ length: SEEDS }, (_, index) => index + 1))
const verdicts = SCRIPTED_TRADERS.map((trader, index) => {
  const fall = (group: keyof SuggestionCounts) =>
    bootstrap(results, sample => 1 - sum(sample, group, index) / sum(sample, group), index + 1)
  const refused = trader.refuses
  const [fallen, lost] = [fall(refused), fall(refused === 'others' ? 'earlyCalls' : 'others')]
  say(`${trader.name}:`)
  say(`  suggestions he refuses: ${change(fallen)}; a fall of at least ${LEAST_FALL * 100} % is wanted`)
  say(`  suggestions he accepts: ${change(lost)}; a fall of less than ${MOST_LOST * 100} % is wanted`)
  return fallen.value >= LEAST_FALL && lost.value < MOST_LOST
})
const isGood = verdicts.every(Boolean)
say(isGood ? 'The preference is learned, survives a restart, and is this trader’s own.' : 'NOT as wanted.')
process.exit(isGood ? 0 : 1)

/** Every seed on one of as many threads as there are cores; prints each as it comes. */
async function runSeeds(seeds: readonly number[]): Promise<SeedResult[]> {
  const waiting = [...seeds]
  const done: SeedResult[] = []
  const threads = Array.from({ length: Math.min(availableParallelism(), seeds.length) }, async () => {
    const worker = new Worker(join(import.meta.dirname, 'preferenceSeed.ts'))
    for (let seed = waiting.shift(); seed !== undefined; seed = waiting.shift()) {
      const result = await ask(worker, seed)
      done.push(result)
      say(lineOf(result))
    }
    await worker.terminate()
  })
  await Promise.all(threads)
  return done.sort((one, other) => one.seed - other.seed)
}

function ask(worker: Worker, seed: number): Promise<SeedResult> {
  return new Promise((resolve, reject) => {
    worker.once('message', resolve)
    worker.once('error', reject)
    worker.postMessage(seed)
  })
}

function lineOf({ seed, untaught, taught, answers }: SeedResult): string {
  const words = ({ earlyCalls, others }: SuggestionCounts) => `${earlyCalls} early calls and ${others} others`
  const each = taught.map(
    (counts, index) => `trader ${index + 1} after ${answers[index]} answers: ${words(counts)}`,
  )
  return [`seed ${String(seed).padStart(2)}  nobody: ${words(untaught)}`, ...each].join('; ')
}

function sum(sample: readonly SeedResult[], group: keyof SuggestionCounts, trader?: number): number {
  return sample.reduce((all, { untaught, taught }) => {
    const counts = trader === undefined ? untaught : taught[trader]
    return all + (counts?.[group] ?? 0)
  }, 0)
}

function change(fall: Interval): string {
  const percent = (share: number) => `${share > 0 ? '-' : '+'}${Math.abs(share * 100).toFixed(1)} %`
  return `${percent(fall.value)} (95 % interval over seeds ${percent(fall.high)} to ${percent(fall.low)})`
}

function say(text: string): void {
  process.stdout.write(`${text}\n`)
}

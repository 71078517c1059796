// Says whether the cockpit comes to agree with its trader and at what price: four scripted traders answer forty
// suggestions each; then they are shown other sessions, before and after, by the adapter that learns from every answer at
// once, and by a policy tuned from the same answers. Sessions have a planted truth: suggesting less, or worse, makes less.
import { mkdtempSync, rmSync } from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { Worker } from 'node:worker_threads'
import { loadOnnxPolicy, type LoadedPolicy } from '../../adapters/policy/onnxPolicy.ts'
import { defaultSettings } from '../../adapters/settings/settings.ts'
import { present } from '../../core/base/assert.ts'
import type { IsoDate } from '../../core/base/units.ts'
import { ACTIONS, ACTION_COUNT, opensRisk } from '../../core/policy/action.ts'
import { nextTradingDay } from '../../core/session/calendar.ts'
import { latencyAt, liveAtDesk } from '../../research/agreementDesk.ts'
import type { DecisionPoint } from '../../research/agreementTrial.ts'
import { WANTED_FALL, agreementVerdict } from '../../research/agreementVerdict.ts'
import { inWords } from '../../research/plantedTruth.ts'
import { tasteTraders } from '../../research/scriptedTrader.ts'
import { prepareGround, runAgreementTrial, type AgreementTrialRow } from '../../training/agreementTuning.ts'
import { findPlaces } from '../resolveSettings.ts'
import { suggestionRules } from '../rules.ts'
import { openSittings } from './sittings.ts'

const FIRST_DATE = '2026-01-05'
const LIMIT_MILLISECONDS = 100
const TIMED_ANSWERS = 240

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '5' },
    sessions: { type: 'string', default: '64' },
    // The first policy suggests all kinds of trades at all hours: there is something to disagree about
    policy: { type: 'string', default: 'first' },
    // Times the answers alone, for a machine that is calm only now
    timing: { type: 'boolean', default: false },
  },
})
const { assets } = findPlaces()
const settings = defaultSettings(assets, 0)
const policy = await loadOnnxPolicy(join(assets, 'policies', values.policy))

const areTastesLearned = values.timing || (await learnTastes())
const isInTime = await timeAnswers()
const isGood = areTastesLearned && isInTime
say(isGood ? 'As wanted.' : 'NOT all as wanted.')
process.exit(isGood ? 0 : 1)

/** Four traders answer, and are shown other sessions; prints what came of it, gives whether all of it is as wanted. */
async function learnTastes(): Promise<boolean> {
  const sessions = await compileSessions(Number(values.sessions))
  const half = Math.floor(sessions.length / 2)
  say(
    `${half} sessions to answer in, ${sessions.length - half} to be judged by, policy ${policy.card.version}`,
  )
  const logitsAt = await askPolicy(policy, sessions.flat())
  const ground = await prepareGround(sessions.slice(0, half), sessions.slice(half).flat(), logitsAt, 1)
  const rows: AgreementTrialRow[] = []
  for (let seed = 1; seed <= Number(values.seeds); seed += 1)
    rows.push(...(await runAgreementTrial(ground, seed)))
  return tasteTraders(1)
    .map(trader => judgeTrader(trader.kind, rows))
    .every(Boolean)
}

/** Prints both ways of one trader; gives whether all that is wanted of him is there. */
function judgeTrader(kind: AgreementTrialRow['trader']['kind'], rows: readonly AgreementTrialRow[]): boolean {
  const own = rows.filter(row => row.trader.kind === kind)
  const [first] = own
  const { trader } = present(first, 'every trader has rows')
  say(`${trader.kind}: ${trader.words}`)
  return (['adapter', 'tuned policy'] as const)
    .map(way => {
      const trials = own.filter(row => row.way === way)
      const verdict = agreementVerdict(
        trials.map(({ change }) => change),
        trader.isConsistent,
      )
      const { before, after, suggestionsBefore, suggestionsAfter, fall } = verdict
      const { qualityBefore, qualityAfter, qualityChange } = verdict
      const shown = verdict.isQualityShownToFall ? ', shown to fall' : ''
      const answers = trials.map(row => row.answers).join(', ')
      say(
        `  ${way}: would decline ${percent(before)} of ${suggestionsBefore.toFixed(0)} suggestions before, ${percent(after)} of ${suggestionsAfter.toFixed(0)} after; answers ${answers}`,
      )
      say(
        `    fall ${inWords(fall, 'share')}; wanted ${trader.isConsistent ? 'over' : 'under'} ${WANTED_FALL * 100} %: ${yes(verdict.isFallRight)}`,
      )
      say(
        `    dollars a session ${inWords(qualityBefore)} before, ${inWords(qualityAfter)} after, change ${inWords(qualityChange)}${shown}; not below its interval: ${yes(verdict.isQualityKept)}`,
      )
      return verdict.isFallRight && verdict.isQualityKept
    })
    .every(Boolean)
}

/**
 * Answers at the real engine, at once and many in a row: how long until the decision that knows each stands there. The
 * policy wants to trade whatever it sees, or he would soon be asked nothing more; the work of a decision is the same.
 */
async function timeAnswers(): Promise<boolean> {
  const folder = mkdtempSync(join(tmpdir(), 'zerodte-agreement-'))
  try {
    const open = openSittings(join(folder, 'memory.db'), {
      policy: { ...policy, logits: wantsToTrade },
      rules: suggestionRules(settings),
      quoting: { strikesEachSide: 45 },
    })
    const sittings = [7, 8, 9].map(day => ({ date: `2026-07-0${day}`, seed: day, from: 600, until: 630 }))
    const coin = present(
      tasteTraders(1).find(({ isConsistent }) => !isConsistent),
      'one trader throws a coin',
    )
    const { latencies } = await liveAtDesk(open, sittings, coin, TIMED_ANSWERS, () => performance.now(), 0)
    const [middle, late] = [latencyAt(latencies, 0.5), latencyAt(latencies, 0.99)]
    const isInTime = late < LIMIT_MILLISECONDS
    say(
      `${latencies.length} times no at the engine: adapted suggestion after ${middle.toFixed(1)} ms (p50), ${late.toFixed(1)} ms (p99), wanted under ${LIMIT_MILLISECONDS} ms: ${yes(isInTime)}`,
    )
    return isInTime
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

async function wantsToTrade(observations: Float32Array, count: number): Promise<Float32Array> {
  const logits = await policy.logits(observations, count)
  return logits.map((logit, index) =>
    opensRisk(ACTIONS[index % ACTION_COUNT] ?? 'noTrade') ? logit + 20 : logit,
  )
}

/** Sessions of simulated days in a row, compiled on as many threads as there are cores. */
async function compileSessions(count: number): Promise<DecisionPoint[][]> {
  let date: IsoDate = FIRST_DATE
  const waiting = Array.from({ length: count }, (_, index) => {
    date = nextTradingDay(date)
    return { index, date }
  })
  const compiled: DecisionPoint[][] = []
  const threads = Array.from({ length: availableParallelism() }, async () => {
    const worker = new Worker(join(import.meta.dirname, 'agreementSession.ts'))
    for (let next = waiting.shift(); next; next = waiting.shift())
      compiled[next.index] = await ask(worker, { date: next.date, seed: 1 })
    await worker.terminate()
  })
  await Promise.all(threads)
  return compiled
}

function ask(
  worker: Worker,
  session: { readonly date: IsoDate; readonly seed: number },
): Promise<DecisionPoint[]> {
  return new Promise((resolve, reject) => {
    worker.once('message', points => {
      worker.removeListener('error', reject)
      resolve(points)
    })
    worker.once('error', reject)
    worker.postMessage(session)
  })
}

async function askPolicy(
  asked: LoadedPolicy,
  points: readonly DecisionPoint[],
): Promise<(point: DecisionPoint) => Float32Array> {
  const observations = Float32Array.from(points.flatMap(point => [...point.observation]))
  const logits = await asked.logits(observations, points.length)
  const byId = new Map(
    points.map(({ id }, row) => [id, logits.subarray(row * ACTION_COUNT, (row + 1) * ACTION_COUNT)]),
  )
  return ({ id }) => present(byId.get(id), 'logits at every point')
}

function percent(share: number): string {
  return Number.isNaN(share) ? 'none' : `${(share * 100).toFixed(1)} %`
}

function yes(isSo: boolean): string {
  return isSo ? 'yes' : 'NO'
}

function say(text: string): void {
  process.stdout.write(`${text}\n`)
}

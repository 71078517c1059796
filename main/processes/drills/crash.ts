// Kills the product at random moments while a scripted trader answers, starts it again, and holds what is left against
// what the trader was told and what the broker wrote down. `--times 50`
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileBrokerLog } from '../../adapters/execution/brokerLog.ts'
import { defaultSettings } from '../../adapters/settings/settings.ts'
import { contractsFromFills, contractsFromPositions } from '../../core/portfolio/position.ts'
import type { Decision } from '../../core/policy/decision.ts'
import { verifyMemory } from '../commands/journal.ts'
import { findPlaces } from '../resolveSettings.ts'
import { startRunning, type RunningCockpit } from './runningCockpit.ts'

const TIMES = readTimes(process.argv)

/** After so many kills another day on a fresh folder begins, so that every part of a day is hit. */
const KILLS_A_DAY = 10
const DATE = '2026-11-20'
const SPEED = 100

/** What the trader knows: what was acknowledged to him and what he was shown as filled. */
interface Known {
  readonly answers: Map<string, string>
  readonly fills: Set<string>
}

const problems: string[] = []
const tally = { answers: 0, fills: 0, entries: 0 }
const last = { entries: 0 }
for (let first = 0; first < TIMES; first += KILLS_A_DAY) {
  await liveOneDay(1 + first / KILLS_A_DAY, Math.min(KILLS_A_DAY, TIMES - first))
}
say(
  `${TIMES} kills: ${tally.answers} acknowledged answers, ${tally.fills} fills, ${tally.entries} journal entries.`,
)
for (const problem of problems) say(problem)
say(
  problems.length === 0 ? 'Nothing was lost, and every journal lives again.' : `${problems.length} problems.`,
)
process.exit(problems.length === 0 ? 0 : 1)

async function liveOneDay(seed: number, kills: number): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'zerodte-crash-'))
  const known: Known = { answers: new Map(), fills: new Set() }
  const options = ['--date', DATE, '--seed', String(seed), '--speed', String(SPEED)]
  for (let kill = 1; kill <= kills; kill += 1) {
    const cockpit = await startRunning(folder, options)
    const place = `day ${seed}, kill ${kill}`
    await checkRecovered(cockpit, folder, place)
    trade(cockpit, known)
    await sleep(200 + 2800 * Math.random())
    await cockpit.kill()
    await checkJournal(folder, known, place)
  }
  tally.answers += known.answers.size
  tally.fills += known.fills.size
  tally.entries += last.entries
  say(`day ${seed}: ${kills} kills, ${known.answers.size} answers, ${known.fills.size} fills`)
  rmSync(folder, { recursive: true, force: true })
}

/** Answers everything at once, by chance, and notes what comes back. */
function trade({ client }: RunningCockpit, known: Known): void {
  client.on('audit', ({ facts }) => {
    for (const fact of facts) {
      if (fact.kind === 'filled') known.fills.add(fact.fill.id)
      if (fact.kind === 'suggested' && fact.decision.status === 'open')
        void answer(client, fact.decision, known)
    }
  })
}

async function answer(client: RunningCockpit['client'], decision: Decision, known: Known): Promise<void> {
  const { id, proposal } = decision
  const chance = Math.random()
  const via = 'click'
  if (chance < 0.3) {
    const reply = await client.call('suggestion/reject', { id, reason: 'Size', via })
    if (reply.ok) known.answers.set(id, 'rejected')
  } else if (chance < 0.5 && proposal?.purpose === 'open') {
    const reply = await client.call('suggestion/modify', { id, edits: { quantity: 1 }, via })
    if (reply.ok) known.answers.set(id, 'modified')
  } else {
    const reply = await client.call('suggestion/accept', { id, via })
    if (reply.ok) known.answers.set(id, 'accepted')
  }
}

/** After a start: every fill of the broker is in the book, and positions are the sum of fills. */
async function checkRecovered({ client }: RunningCockpit, folder: string, place: string): Promise<void> {
  const log = fileBrokerLog(join(folder, 'broker.jsonl'))
  log.close()
  const atBroker = log.read().flatMap(record => (record.kind === 'fill' ? [record.fill.id] : []))
  for (let attempt = 0; attempt < 200; attempt += 1) {
    const reply = await client.call('snapshot/get', {})
    if (!reply.ok || !reply.value.session) {
      await sleep(25)
      continue
    }
    const { fills, positions } = reply.value
    const inBook = new Set(fills.map(fill => fill.id))
    const missing = atBroker.filter(id => !inBook.has(id))
    if (missing.length > 0 && attempt < 199) {
      await sleep(25)
      continue
    }
    if (missing.length > 0) problems.push(`${place}: fills ${missing.join(', ')} are missing after the start`)
    const fromFills = contractsFromFills(fills)
    const held = [...contractsFromPositions(positions)]
    if (held.length !== fromFills.size || !held.every(([leg, count]) => fromFills.get(leg) === count))
      problems.push(`${place}: positions are not the sum of fills`)
    return
  }
  problems.push(`${place}: no session after the start`)
}

/** After a kill: what was acknowledged is in the journal, and the journal lives again to the same facts. */
async function checkJournal(folder: string, known: Known, place: string): Promise<void> {
  const places = findPlaces()
  const settings = { ...defaultSettings(places.assets, 0), data: { folder } }
  const report = await verifyMemory(settings, places, undefined)
  if (!report.ok) {
    if (known.answers.size > 0) problems.push(`${place}: ${report.failure}`)
    return
  }
  const { answers, fills, isSame, differsAt, positionsMatchFills, entries } = report.value
  last.entries = entries
  const kept = new Map(answers.map(({ decision, kind }) => [decision, kind]))
  for (const [decision, kind] of known.answers)
    if (kept.get(decision) !== kind) problems.push(`${place}: "${kind}" to ${decision} was lost`)
  for (const fill of known.fills) if (!fills.includes(fill)) problems.push(`${place}: fill ${fill} was lost`)
  if (!isSame) problems.push(`${place}: the journal lives differently from entry ${differsAt}`)
  if (!positionsMatchFills) problems.push(`${place}: positions are not the sum of fills`)
}

function readTimes(given: readonly string[]): number {
  const text = given[given.indexOf('--times') + 1]
  const times = given.includes('--times') ? Number(text) : 50
  if (Number.isInteger(times) && times >= 1) return times
  process.stderr.write(`--times must be a whole number above 0, is "${text}"\n`)
  return process.exit(2)
}

function say(text: string): void {
  process.stdout.write(`${text}\n`)
}

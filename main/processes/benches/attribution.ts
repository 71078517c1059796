// How much of a profit its explanation leaves unexplained: simulated days on which every suggestion is taken, minute by minute.
// `npm run bench -- attribution [--days N] [--json]`; a miss ends with 1.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { memoryBrokerLog } from '../../adapters/execution/brokerLog.ts'
import { simulatedFeed } from '../../adapters/marketdata/simulatedFeed.ts'
import { openMemory } from '../../adapters/memory/memoryStore.ts'
import { loadOnnxPolicy } from '../../adapters/policy/onnxPolicy.ts'
import { referencePricer } from '../../adapters/pricer/referencePricer.ts'
import { defaultSettings } from '../../adapters/settings/settings.ts'
import type { RunningAttribution } from '../../contract/audits.ts'
import { standardDeviation } from '../../core/base/statistics.ts'
import { attributionTotal } from '../../core/portfolio/attribution.ts'
import { FACTOR_PARTS, NO_FACTORS, addFactors, factorTotal } from '../../core/portfolio/factorAttribution.ts'
import { newYorkTime } from '../../core/session/newYork.ts'
import { REPEATABLE_DEADLINES, createDesk } from '../desk.ts'
import { findPlaces } from '../resolveSettings.ts'
import { suggestionRules } from '../rules.ts'
import { tell, type Section } from './report.ts'

const DATE = '2026-11-20'
const FROM = 10 * 60
const STRIKES_EACH_SIDE = 22
const CADENCE = 300_000

/** What is wanted of the residual: its share of the variance of profit. */
const MOST_UNEXPLAINED = 10

/** Every change of a position's explanation, and how each position ended. */
interface Day {
  readonly steps: { readonly profit: number; readonly residual: number }[]
  readonly ends: Map<string, RunningAttribution>
}

const days = process.argv.includes('--days') ? Number(process.argv[process.argv.indexOf('--days') + 1]) : 3
const played: Day[] = []
for (let seed = 1; seed <= days; seed += 1) played.push(await playDay(seed))
tell([greekSection(played), factorSection(played)])

async function playDay(seed: number): Promise<Day> {
  const folder = mkdtempSync(join(tmpdir(), 'attribution-'))
  const settings = defaultSettings(findPlaces().assets, 0)
  const memory = await openMemory(join(folder, 'memory.db'), findPlaces().migrations)
  const from = newYorkTime(DATE, FROM)
  const { engine, player } = createDesk({
    source: simulatedFeed({ date: DATE, seed, from, strikesEachSide: STRIKES_EACH_SIDE }),
    memory,
    policy: await loadOnnxPolicy(settings.policy.folder),
    pricer: referencePricer,
    brokerLog: memoryBrokerLog(),
    rules: { ...suggestionRules(settings), cadence: CADENCE },
    deadlines: REPEATABLE_DEADLINES,
    pace: 'max',
    seed,
  })
  const day: Day = { steps: [], ends: new Map() }
  engine.onAudit(({ facts }) => {
    for (const fact of facts) {
      if (fact.kind === 'suggested' && fact.decision.status === 'open' && fact.decision.proposal)
        void engine.send({ name: 'suggestion/accept', request: { id: fact.decision.id, via: 'click' } })
      if (fact.kind === 'attributed') for (const entry of fact.attributions) note(day, entry)
    }
  })
  await player.play()
  await engine.settled()
  await memory.close()
  rmSync(folder, { recursive: true, force: true })
  return day
}

/** A change between two marks; what a fill itself costs is told by its own parts and is no matter of the market. */
function note({ steps, ends }: Day, entry: RunningAttribution): void {
  const before = ends.get(entry.decision)
  ends.set(entry.decision, entry)
  if (!before?.mark) return
  const profit = attributionTotal(entry.total) - attributionTotal(before.total)
  steps.push({ profit, residual: entry.total.residual - before.total.residual })
}

function greekSection(all: readonly Day[]): Section {
  const steps = all.flatMap(day => day.steps)
  const ends = all.flatMap(day => [...day.ends.values()])
  const share = (residuals: readonly number[], profits: readonly number[]) =>
    100 * (standardDeviation(residuals) / standardDeviation(profits)) ** 2
  return {
    title: `Profit by Greek, ${all.length} simulated days, every suggestion taken`,
    figures: [
      {
        name: 'variance of the residual, minute by minute',
        value: share(
          steps.map(step => step.residual),
          steps.map(step => step.profit),
        ),
        unit: '% of that of profit',
        atMost: MOST_UNEXPLAINED,
      },
      {
        name: 'variance of the residual, position by position',
        value: share(
          ends.map(end => end.total.residual),
          ends.map(end => attributionTotal(end.total)),
        ),
        unit: '% of that of profit',
        atMost: MOST_UNEXPLAINED,
      },
    ],
    notes: [`${steps.length} steps of ${ends.length} positions`],
  }
}

function factorSection(all: readonly Day[]): Section {
  const ends = all.flatMap(day => [...day.ends.values()])
  const sum = ends.reduce((total, end) => addFactors(total, end.factors?.total ?? NO_FACTORS), NO_FACTORS)
  const apart = ends.map(end =>
    Math.abs(factorTotal(end.factors?.total ?? NO_FACTORS) - attributionTotal(end.total)),
  )
  return {
    title: 'The same profit by factor',
    figures: [
      {
        name: 'factors less Greeks, largest of a position',
        value: Math.max(0, ...apart),
        unit: '$',
        atMost: 1e-6,
      },
      ...FACTOR_PARTS.map(name => ({ name, value: sum[name], unit: '$' })),
    ],
  }
}

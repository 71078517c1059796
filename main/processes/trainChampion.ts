// Trains a champion: `npm run train:champion -- --seed S`, and what `--help` tells. It compiles sessions, trains, judges on
// held-back ones with the planted edge and without, and writes the model with what was found. Started again it goes on
// where it stopped. `--choose DIR --choose DIR ... --out DIR` puts the seed that did best on the validation sessions into
// a folder as champion, with a card that names all of them.
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { present } from '../core/base/assert.ts'
import type { Judgement } from '../training/judgePolicies.ts'
import { WrongCheckpoint, trainPolicy } from '../training/trainPolicy.ts'
import {
  USUAL_LEARNING,
  type LearningSettings,
  type OpenTable,
  type TrainedPolicy,
  type TrainingPlan,
} from '../training/trainingPlan.ts'
import {
  JUDGEMENT_FILE,
  bytesOf,
  publishChampion,
  readJudgements,
  writeSeed,
  writeWhole,
  type SeedJudgement,
} from './championFiles.ts'
import { compileSessions, wishesOf } from './compileSessions.ts'
import { HELD_BACK, judgeSeed, judgedSessions } from './judgeSeed.ts'
import { MOMENTUM_MARKET, TRAINING_LIMITS, sessionTables } from './sessionTables.ts'

const USAGE = `npm run train:champion -- --seed S            trains and judges a seed, or goes on where it stopped
  --updates N --sessions N                   how long, and on how many sessions
  --encoder plain|attention                  the kind of network
  --regimes                                  one network a market regime
  --adversary SHARE                          learns from observations at their worst within this share, such as 0.02
  --ensemble N                               so many value networks beside it, such as 5
  --out DIR --tables DIR                     where it goes, and where compiled sessions are kept
npm run train:champion -- --choose DIR --choose DIR ... --out DIR   makes the best of several seeds the champion`

const OUT = join(import.meta.dirname, '../../out')

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    updates: { type: 'string', default: '400' },
    sessions: { type: 'string', default: '300' },
    out: { type: 'string' },
    tables: { type: 'string', default: join(OUT, 'sessionTables') },
    encoder: { type: 'string', default: 'plain' },
    regimes: { type: 'boolean', default: false },
    adversary: { type: 'string', default: '0' },
    ensemble: { type: 'string', default: '0' },
    choose: { type: 'string', multiple: true },
    help: { type: 'boolean', default: false },
  },
})

if (values.help) say(USAGE)
else if (values.choose) chooseChampion(values.choose, values.out ?? join(OUT, 'champion'))
else {
  try {
    await trainSeed()
  } catch (cause) {
    // A checkpoint that is damaged, or of another plan, is no fault of the program
    if (!(cause instanceof WrongCheckpoint)) throw cause
    process.stderr.write(`${cause.message}; another --out begins anew\n`)
    process.exitCode = 2
  }
}

/** Trains and judges one seed. */
async function trainSeed(): Promise<void> {
  const [seed, updates, sessions] = [
    wholeNumber('seed', values.seed),
    wholeNumber('updates', values.updates),
    wholeNumber('sessions', values.sessions),
  ]
  const folder = values.out ?? join(OUT, `champion-${seed}`)
  const plan = championPlan(seed, updates, sessions)
  const open = sessionTables(values.tables, say)
  mkdirSync(folder, { recursive: true })
  const wanted = [...wishesOf(plan.sessions, plan.market), ...judgedSessions(plan)]
  await compileSessions(values.tables, wanted, done => {
    if (done % 50 === 0) say(`${done} of ${wanted.length} sessions`)
  })
  const { trained, minutes } = await train(plan, folder, open)
  say(`trained in ${minutes.toFixed(1)} minutes; judging`)
  const judgement = await judgeSeed(plan, trained, minutes, open)
  writeSeed(folder, judgement.weights, judgement.found)
  report(judgement.found)
  say(folder)
}

function championPlan(seed: number, updates: number, sessions: number): TrainingPlan {
  return {
    seed,
    updates,
    learning: { ...USUAL_LEARNING, ...chosenLearning() },
    market: MOMENTUM_MARKET,
    limits: TRAINING_LIMITS,
    sessions: { firstSeed: 1, count: sessions },
    heldBack: HELD_BACK,
    checkpointEvery: 10,
  }
}

/** What was chosen of how it learns; what was not is left out, so that the plan stays what it was. */
function chosenLearning(): Pick<LearningSettings, 'encoder' | 'regimes' | 'adversary' | 'ensemble'> {
  const { encoder, regimes } = values
  if (encoder !== 'plain' && encoder !== 'attention')
    refuse(`--encoder must be plain or attention, was "${encoder}"`)
  const budget = Number(values.adversary)
  if (!(budget >= 0 && budget <= 0.5))
    refuse(`--adversary must be a share from 0 to 0.5, was "${values.adversary}"`)
  const ensemble = Number(values.ensemble)
  if (!Number.isInteger(ensemble) || ensemble < 0 || ensemble > 20 || ensemble === 1)
    refuse(`--ensemble must be 0 for none or 2 to 20, was "${values.ensemble}"`)
  return {
    ...(encoder !== 'plain' && { encoder }),
    ...(regimes && { regimes }),
    ...(budget > 0 && { adversary: { budget } }),
    ...(ensemble > 0 && { ensemble }),
  }
}

/** Trains from the last checkpoint on; the minutes are those of all runs together. */
async function train(
  plan: TrainingPlan,
  folder: string,
  open: OpenTable,
): Promise<{ readonly trained: TrainedPolicy; readonly minutes: number }> {
  const checkpoint = join(folder, 'checkpoint')
  const clock = join(folder, 'minutes')
  const before = Number(new TextDecoder().decode(bytesOf(checkpoint) && bytesOf(clock)))
  const began = performance.now()
  const minutes = () => before + (performance.now() - began) / 60_000
  const trained = await trainPolicy(plan, open, {
    loadCheckpoint: () => bytesOf(checkpoint),
    saveCheckpoint(bytes) {
      writeWhole(checkpoint, bytes)
      writeWhole(clock, String(minutes()))
    },
    onMetrics(update, { meanReturn = Number.NaN, entropy = Number.NaN }) {
      if (update % 20 === 0)
        say(`update ${update}: $${(meanReturn * 100).toFixed(0)} an episode, entropy ${entropy.toFixed(3)}`)
    },
  })
  return { trained, minutes: minutes() }
}

/** The best seed by what it made on the validation sessions; the held-back ones are not asked. */
function chooseChampion(folders: readonly string[], out: string): void {
  const found = folders.map(folder => ({ folder, judgement: readJudgement(folder) }))
  const best = found.reduce((one, other) =>
    other.judgement.validation.value > one.judgement.validation.value ? other : one,
  )
  const judgements = found.map(({ judgement }) => judgement)
  publishChampion(best.folder, out, judgements, best.judgement, Date.now())
  report(best.judgement)
  say(`seed ${best.judgement.seed} is the champion: ${out}`)
}

function readJudgement(folder: string): SeedJudgement {
  return present(readJudgements(join(folder, JUDGEMENT_FILE))[0], `${folder} must hold a judgement`)
}

function report({ seed, validation, planted, fair }: SeedJudgement): void {
  say(`seed ${seed}, validation: $${validation.value.toFixed(2)} a session`)
  for (const [name, { strategies, sentence }] of Object.entries<Judgement>({ planted, fair })) {
    say(`${name}: ${sentence}`)
    for (const { name: strategy, perSession, trades, sessions } of strategies) {
      const { value, low, high } = perSession
      const figures = [value, low, high].map(figure => figure.toFixed(2).padStart(9)).join(' ')
      say(`  ${strategy.padEnd(26)}${figures}   ${(trades / sessions).toFixed(2)} trades a session`)
    }
  }
}

function wholeNumber(name: string, text: string): number {
  const value = Number(text)
  if (Number.isInteger(value) && value >= 1) return value
  return refuse(`--${name} must be a whole number from 1 on, was "${text}"`)
}

function refuse(text: string): never {
  process.stderr.write(`${text}\n`)
  process.exit(2)
}

function say(text: string): void {
  process.stdout.write(`${text}\n`)
}

// Runs every experiment with a planted truth over several seeds and says for each what is claimed, what was measured
// with its interval, and whether the claim is reached.
import { adversarial } from '../../training/experiments/adversarial.ts'
import { attention } from '../../training/experiments/attention.ts'
import { ensembleKelly } from '../../training/experiments/ensembleKelly.ts'
import { metaLearning } from '../../training/experiments/metaLearning.ts'
import { regimes } from '../../training/experiments/regimes.ts'
import { inWords, type Experiment, type Figures } from '../../research/plantedTruth.ts'
import { parseArgs } from 'node:util'

const EXPERIMENTS: readonly Experiment[] = [metaLearning, attention, adversarial, regimes, ensembleKelly]

const { values } = parseArgs({
  options: { seeds: { type: 'string', default: '6' }, only: { type: 'string' } },
})
const count = Number(values.seeds)
if (!Number.isInteger(count) || count < 2)
  refuse(`--seeds must be a whole number from 2 on, was "${values.seeds}"`)
const seeds = Array.from({ length: count }, (_, index) => index + 1)
const chosen = EXPERIMENTS.filter(
  ({ name }) => !values.only || name.toLowerCase().includes(values.only.toLowerCase()),
)
if (chosen.length === 0)
  refuse(`--only must be in one of ${EXPERIMENTS.map(({ name }) => name).join(', ')}, was "${values.only}"`)

let reached = 0
for (const experiment of chosen) {
  const begun = performance.now()
  say(`${experiment.name}: ${experiment.claim}.`)
  const trials: Figures[] = []
  for (const seed of seeds) trials.push(await experiment.trial(seed, 'whole'))
  const { figures, isReached, sentence } = experiment.judge(trials)
  for (const { words, measured } of figures) say(`  ${words}: ${inWords(measured)}`)
  reached += isReached ? 1 : 0
  say(`  ${sentence} (${seeds.length} seeds, ${((performance.now() - begun) / 1000).toFixed(0)} s)`)
}
// A claim that is not reached is a finding and no failure: the program says so and ends well
say(`${reached} of ${chosen.length} claims reached.`)

function refuse(text: string): never {
  process.stderr.write(`${text}\n`)
  process.exit(2)
}

function say(text: string): void {
  process.stdout.write(`${text}\n`)
}

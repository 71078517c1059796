// The case set through the whole assistant: `npm run bench -- assistantCases [-- --seconds 20 --only ema --json]`. Each function
// is explored, proven and timed; the first card is chosen where it was shown to be faster, else the original stays. What was
// chosen is then timed once more from the start, for the best of many timings flatters. Ends with exit code 1 on a missed goal.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { parseArgs } from 'node:util'
import { explore } from '../../assistant/explorer/explore.ts'
import { optimise } from '../../assistant/optimise.ts'
import type { OptimiseParts } from '../../assistant/optimiseParts.ts'
import { openGrammars } from '../../assistant/syntax/grammars.ts'
import { readPython } from '../../assistant/syntax/python/read.ts'
import { readCode } from '../../assistant/syntax/readCode.ts'
import { openTaste } from '../../assistant/taste/taste.ts'
import { STEP_FAMILIES } from '../../assistant/transform/transforms.ts'
import { findPython } from '../../assistant/verifier/findPython.ts'
import { openVerifier } from '../../assistant/verifier/openVerifier.ts'
import { findSandbox } from '../../assistant/verifier/sandbox.ts'
import type { Verdict } from '../../assistant/verifier/verdict.ts'
import type { OptimiseReport, VariantCard } from '../../contract/assistant.ts'
import { createRandom } from '../../core/base/random.ts'
import { assistantDatabase } from '../../fixtures/assistantDatabase.ts'
import { CASE_FOLDER, TRADING_CASES, type TradingCase } from '../../fixtures/tradingCode/cases.ts'
import { tell, type Section } from './report.ts'

/** What became of one case. */
interface Outcome {
  readonly of: TradingCase
  readonly report: OptimiseReport
  /** The card that a person would take; undefined where nothing faster was shown. */
  readonly chosen: VariantCard | undefined
  /** The chosen one timed again. */
  readonly again: Verdict | undefined
}

const { values } = parseArgs({
  allowPositionals: true,
  options: {
    seconds: { type: 'string', default: '20' },
    only: { type: 'string', default: '' },
    json: { type: 'boolean', default: false },
  },
})
const seconds = Number(values.seconds)
const [python, sandbox] = [await findPython(undefined), await findSandbox()]
if (!python.ok) throw new Error(python.failure)
if (!sandbox.ok) throw new Error(sandbox.failure)
const packages = python.value.packages.map(name => name.split(' ')[0] ?? name)
const grammars = await openGrammars()
const scratch = mkdtempSync(join(tmpdir(), 'zerodte-cases-'))
const assets = join(import.meta.dirname, '../../../assets/assistant')
const verifier = openVerifier({ python: python.value, sandbox: sandbox.value, assets, scratch })

const outcomes: Outcome[] = []
for (const of of TRADING_CASES.filter(each => each.function.includes(values.only))) {
  const outcome = await outcomeOf(of)
  outcomes.push(outcome)
  if (!values.json) process.stdout.write(`${lineOf(outcome)}\n`)
}
await verifier.close()
rmSync(scratch, { recursive: true, force: true })
tell([sectionOf(outcomes)])

async function outcomeOf(of: TradingCase): Promise<Outcome> {
  const source = readFileSync(of.file, 'utf8')
  const sites = readCode(grammars, 'python', source).callSites
  const database = assistantDatabase()
  const signal = new AbortController().signal
  let id = 0
  const parts: OptimiseParts = {
    database,
    taste: openTaste({ database, now: () => Date.now(), stepFamilies: STEP_FAMILIES }),
    random: createRandom(1),
    now: () => Date.now(),
    newId: () => `card-${String((id += 1))}`,
    readModule: text => readPython(grammars, text),
    unreadLine: () => undefined,
    callSites: name => sites.filter(({ callee }) => callee.split('.').at(-1) === name),
    explore: (module, path, knowledge, options) => explore(module, path, knowledge, { ...options, packages }),
    verify: verifier.verify,
  }
  const done = await optimise(parts, { text: '', file: of.file, function: of.function, seconds }, { signal })
  database.close()
  if (!done.ok) throw new Error(done.failure)
  const [first] = done.value.cards
  const isFaster = first?.state.kind === 'verified' && first.state.timing.verdict === 'faster'
  const chosen = isFaster ? first : undefined
  const again = chosen && ((await timedAgain(of, chosen)) ?? (await timedAgain(of, chosen)))
  return { of, report: done.value, chosen, again }
}

/** The chosen one proven and timed once more; undefined where that came to no end. */
async function timedAgain(of: TradingCase, chosen: VariantCard): Promise<Verdict | undefined> {
  const [verdict] = await verifier.verify({
    file: of.file,
    folder: CASE_FOLDER,
    module: chosen.before,
    function: of.function,
    candidates: [{ id: chosen.id, module: chosen.after, reorders: reordersOf(chosen) }],
    seen: {},
    recorded: undefined,
    seconds,
  })
  return verdict?.kind === 'unverified' ? undefined : verdict
}

/** Whether the card was proven as one that may differ in the last digits, or in whether a float is NumPy's. */
function reordersOf({ state }: VariantCard): boolean {
  if (state.kind !== 'verified') return false
  const { kind, compared } = state.equality
  return kind === 'tolerance' || compared.some(said => said.startsWith('NumPy'))
}

/**
 * How many times as fast what stands at the end is, by the second timing: 1 where the original stays, and where the chosen one came
 * to no second timing; none where it was refuted.
 */
function speedUpOf({ again }: Outcome): number {
  if (!again) return 1
  return again.kind === 'verified' ? again.timing.speedUp.value : Number.NaN
}

function lineOf(outcome: Outcome): string {
  const { of, chosen, again, report } = outcome
  const name = `${basename(of.file)} ${of.function}`.padEnd(42)
  const kind = of.isVectorisable ? 'array' : 'other'
  if (!chosen) return `${name} ${kind}  original stays: ${whyNot(report)}`
  const state = again ?? chosen.state
  if (state.kind !== 'verified') return `${name} ${kind}  chosen, then ${state.kind}: ${state.reason}`
  const { timing, memory, equality } = state
  const { value, low, high } = timing.speedUp
  const equal = equality.kind === 'exact' ? 'exact' : `within ${equality.allowed.toExponential(0)}`
  return [
    `${name} ${kind} ${value.toFixed(1).padStart(7)}x (${low.toFixed(1)} to ${high.toFixed(1)}), ${timing.verdict}`,
    timing.sizes.map(size => `${size.speedUp.value.toFixed(1)}x ${size.label}`).join(', '),
    `${equal}, ${String(equality.inputs)} inputs`,
    `memory ${memoryRatio(state).toFixed(2)}x of ${String(Math.round(memory.before / 1024))} KiB`,
    chosen.title,
    ...(again ? [] : ['not timed again, so it counts as 1x']),
  ].join('; ')
}

function whyNot({ sentence, refuted, cards }: OptimiseReport): string {
  const said = refuted.map(({ reason, variants }) => `${reason} (${String(variants)})`)
  const states = cards
    .slice(0, 2)
    .flatMap(({ state, title }) =>
      state.kind === 'verified'
        ? [`${title}: ${state.timing.verdict} ${state.timing.speedUp.value.toFixed(2)}x`]
        : [`${title}: ${state.reason}`],
    )
  return [sentence, ...states, ...said].join(' ').slice(0, 400)
}

function memoryRatio(state: VariantCard['state']): number {
  return state.kind === 'verified' ? state.memory.after / Math.max(1, state.memory.before) : Number.NaN
}

function sectionOf(all: readonly Outcome[]): Section {
  const arrays = all.filter(({ of }) => of.isVectorisable)
  const taken = all.filter(({ chosen }) => chosen)
  const slower = taken.filter(
    ({ again }) =>
      again?.kind === 'refuted' || (again?.kind === 'verified' && again.timing.verdict === 'slower'),
  )
  const doubtful = taken.filter(
    ({ again }) => again?.kind === 'verified' && again.timing.verdict === 'not shown',
  )
  const heavy = taken.filter(({ chosen }) => chosen && memoryRatio(chosen.state) > 2)
  const silent = heavy.filter(
    ({ chosen }) => !/memory/i.test([...(chosen?.why ?? []), ...(chosen?.rank.because ?? [])].join(' ')),
  )
  return {
    title: `${String(all.length)} trading functions, ${String(seconds)} s each`,
    figures: [
      {
        name: 'speed-up where arrays serve, geometric mean',
        value: geometricMean(arrays.map(speedUpOf)),
        unit: 'x',
        atLeast: 10,
      },
      { name: 'speed-up of all, geometric mean', value: geometricMean(all.map(speedUpOf)), unit: 'x' },
      { name: 'functions with a faster form', value: taken.length, unit: `of ${String(all.length)}` },
      {
        name: 'where arrays serve',
        value: arrays.filter(({ chosen }) => chosen).length,
        unit: `of ${String(arrays.length)}`,
      },
      { name: 'chosen and slower or different when timed again', value: slower.length, atMost: 0 },
      { name: 'chosen and not shown to be faster when timed again', value: doubtful.length },
      {
        name: 'chosen and not timed again (counted as 1x)',
        value: taken.filter(({ again }) => !again).length,
      },
      { name: 'over twice the memory', value: heavy.length },
      { name: 'over twice the memory and not said', value: silent.length, atMost: 0 },
    ],
  }
}

function geometricMean(ratios: readonly number[]): number {
  return Math.exp(ratios.reduce((sum, ratio) => sum + Math.log(ratio), 0) / ratios.length)
}

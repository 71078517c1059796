// The verifier against planted variants: none of the wrong ones may be accepted, and nearly all right ones must be; how long the first
// verdict takes from cold, how fast a cancel is, and how often the same code is called faster than itself. `npm run bench -- verifier`;
// `--only TEXT` tries those whose file or kind has the text in it.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { findPython } from '../../assistant/verifier/findPython.ts'
import { openVerifier, type Verifier } from '../../assistant/verifier/openVerifier.ts'
import { findSandbox } from '../../assistant/verifier/sandbox.ts'
import type { Verdict } from '../../assistant/verifier/verdict.ts'
import {
  PLANTED_FOLDER,
  plantedModule,
  plantedOriginal,
  type PlantedVariant,
} from '../../fixtures/plantedVariants/plantedVariant.ts'
import { RIGHT_VARIANTS } from '../../fixtures/plantedVariants/rightVariants.ts'
import { WRONG_VARIANTS } from '../../fixtures/plantedVariants/wrongVariants.ts'
import { tellEach, type Section } from './report.ts'

const ASSETS = join(import.meta.dirname, '../../../assets/assistant')
const SECONDS_A_VARIANT = 20
/** So many of the wrong variants may come to no verdict. */
const UNVERIFIED_SHARE = 0.05
const only = process.argv.includes('--only') ? (process.argv[process.argv.indexOf('--only') + 1] ?? '') : ''
const chosen = (variants: readonly PlantedVariant[]) =>
  variants.filter(({ file, kind }) => `${file} ${kind}`.includes(only))

const scratch = mkdtempSync(join(tmpdir(), 'verifier-'))
const [python, sandbox] = [await findPython(undefined), await findSandbox()]
try {
  if (!python.ok || !sandbox.ok) {
    const leftOut = python.ok ? (sandbox.ok ? '' : sandbox.failure) : python.failure
    await tellEach([() => Promise.resolve([{ title: 'verifier', leftOut }])])
  } else {
    const open = () => openVerifier({ python: python.value, sandbox: sandbox.value, assets: ASSETS, scratch })
    await tellEach([
      () => firstVerdict(open),
      () => cancelling(open),
      () => same(open),
      () => wrong(open),
      () => right(open),
    ])
  }
} finally {
  rmSync(scratch, { recursive: true, force: true })
}

/** All variants of each file in one verification, as the assistant asks for them. */
async function verdictsOf(
  verifier: Verifier,
  variants: readonly PlantedVariant[],
): Promise<readonly (readonly [PlantedVariant, Verdict])[]> {
  const rows: (readonly [PlantedVariant, Verdict])[] = []
  for (const file of new Set(variants.map(it => it.file))) {
    const own = variants.filter(it => it.file === file)
    const verdicts = await verify(verifier, own, own.length * SECONDS_A_VARIANT)
    own.forEach((variant, place) => {
      const verdict = verdicts[place]
      if (verdict !== undefined) rows.push([variant, verdict])
    })
  }
  return rows
}

function verify(
  verifier: Verifier,
  variants: readonly PlantedVariant[],
  seconds: number,
  signal?: AbortSignal,
): Promise<readonly Verdict[]> {
  const [{ file, function: name } = { file: '', function: '' }] = variants
  return verifier.verify(
    {
      file: join(PLANTED_FOLDER, file),
      folder: PLANTED_FOLDER,
      module: plantedOriginal(file),
      function: name,
      candidates: variants.map((variant, place) => ({
        id: String(place),
        module: plantedModule(variant),
        reorders: variant.reorders,
      })),
      seen: {},
      recorded: undefined,
      seconds,
    },
    signal === undefined ? {} : { signal },
  )
}

async function wrong(open: () => Verifier): Promise<readonly Section[]> {
  const verifier = open()
  const rows = await verdictsOf(verifier, chosen(WRONG_VARIANTS))
  await verifier.close()
  const accepted = rows.filter(([, { kind }]) => kind === 'verified')
  const unknown = rows.filter(([, { kind }]) => kind === 'unverified')
  return [
    {
      title: 'Wrong variants',
      figures: [
        { name: 'tried', value: rows.length, ...(only === '' ? { atLeast: 200 } : {}) },
        { name: 'accepted', value: accepted.length, atMost: 0 },
        { name: 'refuted', value: rows.length - accepted.length - unknown.length },
        // What could not be tried was not refused either
        { name: 'unverified', value: unknown.length, atMost: Math.floor(rows.length * UNVERIFIED_SHARE) },
      ],
      notes: [...accepted, ...unknown].map(lineOf),
    },
  ]
}

async function right(open: () => Verifier): Promise<readonly Section[]> {
  const verifier = open()
  const rows = await verdictsOf(verifier, chosen(RIGHT_VARIANTS))
  await verifier.close()
  const missed = rows.filter(([, { kind }]) => kind !== 'verified')
  return [
    {
      title: 'Right variants',
      figures: [
        { name: 'tried', value: rows.length, ...(only === '' ? { atLeast: 100 } : {}) },
        {
          name: 'accepted',
          value: (100 * (rows.length - missed.length)) / rows.length,
          unit: '%',
          atLeast: 95,
        },
      ],
      notes: missed.map(lineOf),
    },
  ]
}

function lineOf([{ file, kind }, verdict]: readonly [PlantedVariant, Verdict]): string {
  return `${file}, ${kind}: ${verdict.kind}${verdict.kind === 'verified' ? '' : `, ${verdict.reason}`}`
}

/** From nothing running to a verdict with its evidence. */
async function firstVerdict(open: () => Verifier): Promise<readonly Section[]> {
  const seconds: number[] = []
  for (const file of ['book.py', 'ema.py', 'exposure.py']) {
    const variant = RIGHT_VARIANTS.find(it => it.file === file)
    if (variant === undefined) continue
    const verifier = open()
    const started = performance.now()
    const [verdict] = await verify(verifier, [variant], 30)
    if (verdict?.kind === 'verified') seconds.push((performance.now() - started) / 1_000)
    await verifier.close()
  }
  return [
    {
      title: 'First verified verdict, cold',
      figures: [
        { name: 'functions', value: seconds.length, atLeast: 3 },
        { name: 'slowest', value: Math.max(...seconds), unit: 's', atMost: 5 },
      ],
    },
  ]
}

/** From a cancel in the middle of code that never ends until nothing of it runs. */
async function cancelling(open: () => Verifier): Promise<readonly Section[]> {
  const milliseconds: number[] = []
  for (let run = 0; run < 5; run += 1) {
    const verifier = open()
    const controller = new AbortController()
    const answer = verifier.evaluate(
      { module: 'def run():\n    while True: pass\n', folder: PLANTED_FOLDER, calls: ['run()'], seconds: 60 },
      controller.signal,
    )
    await new Promise(resolve => setTimeout(resolve, 700))
    const started = performance.now()
    controller.abort()
    await answer
    await verifier.close()
    milliseconds.push(performance.now() - started)
  }
  return [
    {
      title: 'Cancel of code that never ends',
      figures: [
        {
          name: 'slowest of 5, all processes gone',
          value: Math.max(...milliseconds),
          unit: 'ms',
          atMost: 200,
        },
      ],
    },
  ]
}

/** The original against itself: neither faster nor slower, nearly always. */
async function same(open: () => Verifier): Promise<readonly Section[]> {
  const files = [...new Set(RIGHT_VARIANTS.map(it => it.file))].filter(
    file => file.includes(only) || only === '',
  )
  const twins = files.flatMap(file => {
    const variant = RIGHT_VARIANTS.find(it => it.file === file)
    return variant === undefined
      ? []
      : Array.from({ length: 4 }, (): PlantedVariant => ({
          ...variant,
          kind: 'the same',
          edits: [],
          reorders: false,
        }))
  })
  const verifier = open()
  const rows = await verdictsOf(verifier, twins)
  await verifier.close()
  const shown = rows.filter(
    ([, verdict]) => verdict.kind === 'verified' && verdict.timing.verdict !== 'not shown',
  )
  return [
    {
      title: 'The same code against itself',
      figures: [
        {
          name: 'verified',
          value: rows.filter(([, { kind }]) => kind === 'verified').length,
          atLeast: rows.length,
        },
        {
          name: 'of them called faster or slower',
          value: shown.length,
          atMost: Math.ceil(rows.length * 0.06),
        },
      ],
    },
  ]
}

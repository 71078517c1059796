import * as z from 'zod'
import type { Milliseconds } from '../../core/base/units.ts'
import type { Curve, RunDetail, RunStatus } from '../../contract/learning.ts'

const id = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9.-]{0,79}$/)
const parameter = z.union([z.string().max(10_000), z.number(), z.boolean()])

/** One line of a run's file. Lines are only ever added, so whatever was written before a crash stays. */
export const runLine = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('started'),
    id,
    name: z.string().min(1).max(200),
    run: z.enum(['train', 'retrain', 'imported', 'experiment']),
    time: z.number(),
    seed: z.int(),
    revision: z.string().max(100),
    parameters: z.record(z.string().max(200), parameter),
  }),
  z.object({ kind: z.literal('resumed'), time: z.number() }),
  z.object({
    kind: z.literal('metrics'),
    step: z.number().min(0),
    values: z.record(z.string().max(200), z.number()),
  }),
  z.object({ kind: z.literal('artefact'), file: z.string().min(1).max(1000) }),
  z.object({
    kind: z.literal('ended'),
    time: z.number(),
    /** Milliseconds that were worked since it was started or gone on with, pauses left out. */
    worked: z.number().min(0).optional(),
    status: z.enum(['finished', 'failed', 'interrupted']),
    model: z.string().max(80).optional(),
    note: z.string().max(2000).optional(),
  }),
])

export type RunLine = z.infer<typeof runLine>

/** What begins a run. */
export type RunStart = Omit<Extract<RunLine, { kind: 'started' }>, 'kind'>

/** A run as its file tells it, and how many lines of the file could not be read. */
export interface ReadRun {
  readonly run: RunDetail
  readonly damagedLines: number
}

/** Lines of a run's file so far: more of them may be added as the file grows. */
export interface ReadLines {
  readonly lines: readonly RunLine[]
  readonly damaged: number
  /** What came after the last end of a line, which a crash may have torn. */
  readonly rest: string
}

/** The lines of some more text of a file, after those that were read of it before. */
export function readLines(text: string, before: ReadLines = { lines: [], damaged: 0, rest: '' }): ReadLines {
  const pieces = (before.rest + text).split('\n')
  const rest = pieces.pop() ?? ''
  const read = pieces.filter(line => line !== '').map(parseLine)
  const known = read.filter(line => line !== undefined)
  return {
    lines: [...before.lines, ...known],
    damaged: before.damaged + read.length - known.length,
    rest,
  }
}

/**
 * Reads the file of a run. The last line may be torn by a crash; lines that are damaged are counted and left out. A run that
 * never ended is interrupted. Steps that were lived again after a resume count once, as they were lived last. Undefined where the
 * file does not say which run it is.
 */
export function readRun(text: string): ReadRun | undefined {
  return runOf(readLines(text))
}

/** The run that some lines tell of. */
export function runOf({ lines, damaged, rest }: ReadLines): ReadRun | undefined {
  const last = rest === '' ? undefined : parseLine(rest)
  const known = last ? [...lines, last] : lines
  const started = known.find(line => line.kind === 'started')
  if (!started) return undefined
  const curves = curvesOf(known)
  return {
    run: {
      id: started.id,
      name: started.name,
      kind: started.run,
      ...endOf(known),
      startedAt: started.time,
      worked: workedOf(known),
      seed: started.seed,
      revision: started.revision,
      parameters: started.parameters,
      metrics: Object.fromEntries(curves.map(({ name, values }) => [name, values.at(-1) ?? Number.NaN])),
      curves,
      artefacts: [...new Set(known.flatMap(line => (line.kind === 'artefact' ? [line.file] : [])))],
    },
    damagedLines: damaged,
  }
}

/** A line of the file of a run. */
export function writeLine(line: RunLine): string {
  return `${JSON.stringify(line)}\n`
}

function endOf(lines: readonly RunLine[]): Pick<RunDetail, 'status' | 'endedAt' | 'model' | 'note'> {
  const last = lines.findLast(line => line.kind === 'ended' || line.kind === 'resumed')
  if (last?.kind !== 'ended')
    return {
      status: 'interrupted' satisfies RunStatus,
      endedAt: undefined,
      model: undefined,
      note: undefined,
    }
  return { status: last.status, endedAt: last.time, model: last.model, note: last.note }
}

/** Every part of it that ended counts as long as it was worked on, where that is known, else until its end. */
function workedOf(lines: readonly RunLine[]): Milliseconds {
  let [began, worked] = [0, 0]
  for (const line of lines) {
    if (line.kind === 'started' || line.kind === 'resumed') began = line.time
    if (line.kind === 'ended') worked += line.worked ?? line.time - began
  }
  return worked
}

function curvesOf(lines: readonly RunLine[]): Curve[] {
  const points = new Map<string, Map<number, number>>()
  for (const line of lines) {
    if (line.kind !== 'metrics') continue
    for (const [name, value] of Object.entries(line.values)) {
      const curve = points.get(name) ?? new Map<number, number>()
      points.set(name, curve.set(line.step, value))
    }
  }
  return [...points].map(([name, curve]) => {
    const steps = Float64Array.from(curve.keys()).sort()
    return { name, steps, values: steps.map(step => curve.get(step) ?? Number.NaN) }
  })
}

function parseLine(line: string): RunLine | undefined {
  try {
    const parsed = runLine.safeParse(JSON.parse(line))
    return parsed.success ? parsed.data : undefined
  } catch {
    return undefined
  }
}

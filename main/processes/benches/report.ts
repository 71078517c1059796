import { cpus, loadavg } from 'node:os'

/** One figure of a report. With a limit it is good or not; without, it is told for comparison. */
export interface Figure {
  readonly name: string
  readonly value: number
  readonly unit?: string
  readonly atMost?: number
  readonly atLeast?: number
}

/** A part of a report: its figures, or why it was left out on this machine. */
export type Section =
  | { readonly title: string; readonly figures: readonly Figure[]; readonly notes?: readonly string[] }
  | { readonly title: string; readonly leftOut: string }

/** Whether a figure keeps its limit; NaN keeps none. */
export function isGood({ value, atMost, atLeast }: Figure): boolean {
  if (atMost !== undefined && !(value <= atMost)) return false
  return atLeast === undefined || value >= atLeast
}

/** The figures of all sections that miss their limits. */
export function missesOf(sections: readonly Section[]): readonly Figure[] {
  return sections.flatMap(section => ('figures' in section ? section.figures.filter(it => !isGood(it)) : []))
}

/** Sections as a table for people, one line a figure. */
export function tableOf(sections: readonly Section[]): string {
  return sections.map(section => `${linesOf(section).join('\n')}\n`).join('\n')
}

const isJson = process.argv.includes('--json')

/**
 * Prints sections as a table, or with `--json` as one object. Ends with exit code 1 where a figure misses its limit, with 2 where none
 * does but a section was left out: what was not measured keeps no limit.
 */
export function tell(sections: readonly Section[]): void {
  if (!isJson) process.stdout.write(`${tableOf(sections)}\n`)
  const end = finish(sections)
  if (!isJson && end.leftOut > 0) process.stdout.write(`${sentenceOf(end)}\n`)
}

/** The same of parts that take their time, each printed as soon as it is there. */
export async function tellEach(parts: readonly (() => Promise<readonly Section[]>)[]): Promise<void> {
  const sections: Section[] = []
  for (const part of parts) {
    const found = await part()
    sections.push(...found)
    if (!isJson) process.stdout.write(`${tableOf(found)}\n`)
  }
  const end = finish(sections)
  if (!isJson) process.stdout.write(`${sentenceOf(end)}\n`)
}

/** How many figures missed their limits, and how many sections were not measured. */
export interface End {
  readonly missed: number
  readonly leftOut: number
}

/** What came of it all, in a sentence. */
export function sentenceOf({ missed, leftOut }: End): string {
  const kept = missed > 0 ? `${missed} missed.` : 'Every figure that was measured keeps its limit.'
  if (leftOut > 0) return `${kept} ${leftOut} left out: not everything was measured.`
  return missed > 0 ? kept : 'Every figure keeps its limit.'
}

/** What both end with. */
function finish(sections: readonly Section[]): End {
  const misses = missesOf(sections)
  const leftOut = sections.filter(section => 'leftOut' in section).length
  const machine = { processor: cpus()[0]?.model ?? 'unknown', cores: cpus().length, load: loadavg() }
  if (isJson)
    process.stdout.write(`${JSON.stringify({ machine, sections, misses, leftOut }, undefined, 2)}\n`)
  process.exitCode = misses.length > 0 ? 1 : leftOut > 0 ? 2 : 0
  return { missed: misses.length, leftOut }
}

function linesOf(section: Section): string[] {
  if ('leftOut' in section) return [section.title, `  left out: ${section.leftOut}`]
  const width = Math.max(0, ...section.figures.map(({ name }) => name.length))
  const figures = section.figures.map(it => {
    const mark = isGood(it) ? (limitOf(it) === '' ? '    ' : 'ok  ') : 'MISS'
    return `  ${mark} ${it.name.padEnd(width)} ${shortly(it.value).padStart(10)} ${it.unit ?? ''}${limitOf(it)}`
  })
  return [section.title, ...figures, ...(section.notes ?? []).map(note => `       ${note}`)]
}

function limitOf({ atMost, atLeast }: Figure): string {
  if (atMost !== undefined) return `  (at most ${shortly(atMost)})`
  return atLeast === undefined ? '' : `  (at least ${shortly(atLeast)})`
}

function shortly(value: number): string {
  const size = Math.abs(value)
  if (value === 0 || (size >= 0.001 && size < 1e6)) return String(Number(value.toPrecision(4)))
  return value.toExponential(1)
}

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

/** Prints sections as a table, or with `--json` as one object, and ends in failure where a figure misses its limit. */
export function tell(sections: readonly Section[]): void {
  const misses = missesOf(sections)
  const report = process.argv.includes('--json')
    ? JSON.stringify({ sections, misses }, undefined, 2)
    : tableOf(sections)
  process.stdout.write(`${report}\n`)
  process.exitCode = misses.length === 0 ? 0 : 1
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

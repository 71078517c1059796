import { readFileSync, readdirSync, statSync } from 'node:fs'
import { basename, join } from 'node:path'
import type { RunDetail } from '../../contract/learning.ts'

/** A file that a run left, by the name that it has outside. */
export interface Artefact {
  /** Parts with a `/` between them, of letters, digits, `_`, `.` and `-`. */
  readonly name: string
  /** Reads it; throws where it is there no more. */
  read(): Uint8Array<ArrayBuffer>
}

/**
 * Everything that a run left: its curves as one table, and the files it wrote down, of a folder every file in it. What cannot be
 * found any more is named by `missing`.
 */
export function artefactsOf(run: Pick<RunDetail, 'artefacts' | 'curves'>): {
  readonly files: readonly Artefact[]
  readonly missing: readonly string[]
} {
  const found = run.artefacts.map(path => ({ path, files: filesAt(path) }))
  return {
    files: [
      { name: 'curves.csv', read: () => Buffer.from(curvesTable(run.curves)) },
      ...found.flatMap(({ files }) => files),
    ],
    missing: found.filter(({ files }) => files.length === 0).map(({ path }) => path),
  }
}

function filesAt(path: string): Artefact[] {
  try {
    if (!statSync(path).isDirectory()) return [fileAt(basename(path), path)]
    return readdirSync(path, { withFileTypes: true })
      .filter(entry => entry.isFile())
      .map(({ name }) => fileAt(`${basename(path)}/${name}`, join(path, name)))
      .toSorted((one, other) => (one.name < other.name ? -1 : 1))
  } catch {
    return []
  }
}

function fileAt(name: string, path: string): Artefact {
  return { name: name.replace(/[^\w./-]/g, '_'), read: () => readFileSync(path) }
}

/** `curve,step,value`, a row a point. */
function curvesTable(curves: RunDetail['curves']): string {
  const rows = curves.flatMap(({ name, steps, values }) =>
    Array.from(
      values,
      (value, index) => `"${name.replaceAll('"', '""')}",${steps[index] ?? index},${value}\n`,
    ),
  )
  return `curve,step,value\n${rows.join('')}`
}

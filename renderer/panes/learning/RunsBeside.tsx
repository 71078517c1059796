import type { RunDetail } from '../../../main/contract/learning.ts'
import { ScrollRegion } from '../../ui/ScrollRegion.tsx'
import { plainWords } from '../../ui/words.ts'
import { figure, settingWords } from './learningWords.ts'
import { TableHead } from '../../ui/TableHead.tsx'

/** A line of the table of differences: one thing of every run. */
interface Trait {
  readonly name: string
  readonly values: readonly string[]
  readonly differs: boolean
}

/** What makes the chosen runs: seed, revision, settings, last figures, files; what differs is marked. */
export function RunsBeside({ runs }: { readonly runs: readonly RunDetail[] }) {
  return (
    <details className="beside">
      <summary>Settings and figures side by side</summary>
      <ScrollRegion label="Settings and figures side by side" className="scroll-x">
        <table className="grid">
          <TableHead heads={['≠ differs', ...runs.map(run => run.name)]} />
          <tbody>
            {traits(runs).map(({ name, values, differs }) => (
              <tr key={name} className={differs ? 'b' : ''}>
                <th className="l t2" scope="row">
                  {differs ? '≠ ' : ''}
                  {name}
                </th>
                {values.map((value, index) => (
                  <td key={runs[index]?.id}>{value}</td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </ScrollRegion>
    </details>
  )
}

/** Everything that is known of runs, line by line; a dash where one has no such thing. */
export function traits(runs: readonly RunDetail[]): readonly Trait[] {
  const line = (name: string, write: (run: RunDetail) => string): Trait => {
    const values = runs.map(write)
    return { name, values, differs: new Set(values).size > 1 }
  }
  const names = (of: (run: RunDetail) => object) => [...new Set(runs.flatMap(run => Object.keys(of(run))))]
  return [
    line('seed', run => String(run.seed)),
    line('revision', run => run.revision.slice(0, 12)),
    ...names(run => run.parameters).map(name =>
      line(plainWords(name), ({ parameters: { [name]: value } }) =>
        value === undefined ? '–' : settingWords(value),
      ),
    ),
    ...names(run => run.metrics).map(name =>
      line(`last ${plainWords(name)}`, run => figure(run.metrics[name])),
    ),
    line('files', run => run.artefacts.join(', ') || '–'),
  ]
}

import type { BackendReport, JobReport } from '../../../main/contract/machine.ts'
import { count, duration } from '../../ui/format.ts'
import { labelOf } from './machineWords.ts'
import { TableHead } from '../../ui/TableHead.tsx'

/** The measured times of a job by size; who serves a size is marked. */
export function SpeedTable({
  job,
  backends,
}: {
  readonly job: JobReport
  readonly backends: readonly BackendReport[]
}) {
  const shown = sizesShown(job.sizes)
  return (
    <table className="grid speed-table">
      <TableHead heads={[job.unit, ...shown.map(place => count(job.sizes[place]))]} />
      <tbody>
        {job.microseconds.map(({ backend, times }) => (
          <tr key={backend}>
            <th className="l" scope="row">
              {labelOf(backends, backend)}
            </th>
            {shown.map(place =>
              job.serves[place] === backend ? (
                <td key={place} className="b">
                  <span className="up">●</span> {duration(times[place])}
                </td>
              ) : (
                <td key={place} className="t2">
                  {duration(times[place])}
                </td>
              ),
            )}
          </tr>
        ))}
      </tbody>
    </table>
  )
}

const MOST_SIZES = 7

/** The places of at most seven sizes, the first and the last among them. */
export function sizesShown(sizes: readonly number[]): number[] {
  const last = sizes.length - 1
  if (last < MOST_SIZES) return sizes.map((_, place) => place)
  return Array.from({ length: MOST_SIZES }, (_, step) => Math.round((step * last) / (MOST_SIZES - 1)))
}

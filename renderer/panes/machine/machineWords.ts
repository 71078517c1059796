import type { BackendName, BackendReport, JobName, JobReport } from '../../../main/contract/machine.ts'
import { count } from '../../ui/format.ts'

/** What a job is called, and what of it is counted. */
export const JOB_WORDS: Readonly<Record<JobName, string>> = {
  chain: 'Chain: volatilities and Greeks of every quote',
  batch: 'Batch: Greeks of unlike options, for the command line',
  scenarios: 'Scenarios: price by volatility by time',
}

/** A state with its mark; the mark alone says it too. */
export const STATE_WORDS: Readonly<
  Record<BackendReport['state'], { readonly text: string; readonly className: string }>
> = {
  serves: { text: '● serves', className: 'tag good' },
  available: { text: '○ available', className: 'tag' },
  absent: { text: '– absent', className: 'tag' },
  refused: { text: '✕ refused', className: 'tag bad' },
}

/** The name of a backend as the report calls it; its plain name where the report does not know it. */
export function labelOf(backends: readonly BackendReport[], name: BackendName): string {
  return backends.find(backend => backend.name === name)?.label ?? name
}

/** Who serves a job from which size on: AVX-512 from 1, 2 threads from 17k contracts. */
export function servingWords(job: JobReport, backends: readonly BackendReport[]): string {
  const first = job.serves[0]
  if (first === undefined) return 'not measured yet'
  const later = job.crossovers.map(
    ({ size, to }) => `${labelOf(backends, to)} from ${count(size)} ${job.unit}`,
  )
  return [labelOf(backends, first), ...later].join(', ')
}

import { useState } from 'react'
import type { BackendReport, MachineReport } from '../../../main/contract/machine.ts'
import './machine.css'
import { call } from '../../state/actions.ts'
import { useDesk } from '../../state/deskStore.ts'
import { useRepeatedly } from '../../state/repeatedly.ts'
import { Card, Facts } from '../../ui/Card.tsx'
import { clock, day, number } from '../../ui/format.ts'
import { SpeedChart } from './SpeedChart.tsx'
import { SpeedTable } from './SpeedTable.tsx'
import { JOB_WORDS, STATE_WORDS, servingWords } from './machineWords.ts'
import { TableHead } from '../../ui/TableHead.tsx'

const EVERY = 1000

/** Which backend computes what on this machine, why, and how fast each of them was measured to be. */
export function MachinePage() {
  const isConnected = useDesk(state => state.isConnected)
  const report = useRepeatedly('machine/get', { request: {}, key: '', pause: EVERY })
  if (!report || !isConnected)
    return <p className="empty">{isConnected ? 'Asking.' : 'The window lost the engine. Trying again.'}</p>
  return (
    <div className="sheet scroll">
      <div className="cards">
        <Serving report={report} />
        <Machine report={report} />
      </div>
      <Backends backends={report.backends} />
      <div className="cards">
        {report.jobs.map(job => (
          <Card
            key={job.job}
            title={JOB_WORDS[job.job]}
            note={`time by ${job.unit}, both logarithmic; ● serves`}
            className="job-card"
          >
            <SpeedChart job={job} backends={report.backends} />
            {job.microseconds.length > 0 && <SpeedTable job={job} backends={report.backends} />}
            <p className="t2">{job.why}</p>
          </Card>
        ))}
      </div>
    </div>
  )
}

/** Who serves what, and the way to measure it anew. */
function Serving({ report }: { readonly report: MachineReport }) {
  const { jobs, backends, decisions, inference } = report
  return (
    <Card title="Who serves">
      <table className="grid serving">
        <tbody>
          <tr>
            <th className="l t2" scope="row">
              Decisions
            </th>
            <td className="l">
              {decisions.label}
              <p className="t2">{decisions.why}</p>
            </td>
          </tr>
          {jobs.map(job => (
            <tr key={job.job}>
              <th className="l t2" scope="row">
                {JOB_WORDS[job.job].split(':')[0]}
              </th>
              <td className="l">{servingWords(job, backends)}</td>
            </tr>
          ))}
          <tr>
            <th className="l t2" scope="row">
              Policy
            </th>
            <td className="l">
              {inference.policy} on {inference.provider}
            </td>
          </tr>
        </tbody>
      </table>
    </Card>
  )
}

/** The machine that the figures are valid for, when they were measured, and the button that measures anew. */
function Machine({ report }: { readonly report: MachineReport }) {
  const { key, measuredAt, calibrationMilliseconds } = report
  const rows = [
    ['Processor', `${key.processor}, ${key.threads} of ${key.cores} ${key.cores === 1 ? 'core' : 'cores'}`],
    ['Kernels', key.native ?? 'none'],
    ['GPU', key.gpu ?? 'none'],
    ['Platform', key.platform],
    ['Zerodte', key.version],
    [
      'Measured',
      measuredAt === undefined
        ? 'not yet: it waits until the session runs'
        : `${day(measuredAt)} ${clock(measuredAt)} ET, in ${number(calibrationMilliseconds, 0)} ms`,
    ],
  ] as const
  return (
    <Card title="Machine" note="measured anew where one of these changes">
      <Facts rows={rows} />
      <MeasureButton isMeasuring={report.isMeasuring} />
    </Card>
  )
}

function MeasureButton({ isMeasuring }: { readonly isMeasuring: boolean }) {
  const [isAsked, setAsked] = useState(false)
  const isBusy = isAsked || isMeasuring
  const measure = async () => {
    setAsked(true)
    await call('machine/measure', {})
    setAsked(false)
  }
  return (
    <div className="measure">
      <button type="button" className="btn" disabled={isBusy} onClick={() => void measure()}>
        {isBusy ? 'Measuring' : 'Measure again'}
      </button>
      {isBusy && <progress aria-label="Measuring the machine" />}
    </div>
  )
}

const BACKEND_HEADS = ['Backend', 'State', 'Instructions', 'Threads', 'Precision', 'Device', 'Why']

function Backends({ backends }: { readonly backends: readonly BackendReport[] }) {
  return (
    <Card title="Backends" note="decisions and orders take double precision only">
      <table className="grid">
        <TableHead heads={BACKEND_HEADS} words={BACKEND_HEADS} />
        <tbody>
          {backends.map(backend => (
            <BackendRow key={backend.name} backend={backend} />
          ))}
        </tbody>
      </table>
    </Card>
  )
}

function BackendRow({ backend }: { readonly backend: BackendReport }) {
  const state = STATE_WORDS[backend.state]
  return (
    <tr data-testid={`backend-${backend.name}`} data-state={backend.state}>
      <th className="l" scope="row">
        {backend.label}
      </th>
      <td className="l">
        <span className={state.className}>{state.text}</span>
      </td>
      <td className="l">{backend.instructions ?? '–'}</td>
      <td className="l">{number(backend.threads, 0)}</td>
      <td className="l">{backend.precision === 'f64' ? 'double' : 'single'}</td>
      <td className="l">{backend.device ?? '–'}</td>
      <td className="l why">{backend.note}</td>
    </tr>
  )
}

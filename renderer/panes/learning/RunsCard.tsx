import { showToast } from '../../state/toasts.ts'
import type { LearningReport, RunDetail, RunSummary } from '../../../main/contract/learning.ts'
import { LinesChart } from '../../charts/LinesChart.tsx'
import { useRepeated } from '../../state/repeatedly.ts'
import { Card } from '../../ui/Card.tsx'
import { ScrollRegion } from '../../ui/ScrollRegion.tsx'
import { Segmented } from '../../ui/Segmented.tsx'
import { plainWords } from '../../ui/words.ts'
import { clock, count, day } from '../../ui/format.ts'
import { chooseLearning, useLearningChoices } from '../../state/learningChoices.ts'
import { RUN_WORDS, curveWords, figure, lengthWords, usualCurve } from './learningWords.ts'
import { RunsBeside } from './RunsBeside.tsx'
import type { Act } from './useActing.ts'
import { TableHead } from '../../ui/TableHead.tsx'

/** Milliseconds between two looks at the curves. */
const EVERY = 2000

/** Most runs that can be told apart in one plot. */
const MOST_RUNS = 6

/** The runs, their curves laid over each other, and what makes them differ. */
export function RunsCard({ report, act }: { readonly report: LearningReport; readonly act: Act }) {
  const runs = uniquelyNamed(report.runs)
  const chosen = useChosenRuns(runs)
  const { value, refusal } = useRepeated('experiments/get', {
    request: chosen.length > 0 ? { ids: [...chosen] } : undefined,
    key: chosen.join(' '),
    pause: EVERY,
  })
  const names = new Map(runs.map(({ id, name }) => [id, name]))
  const details = (value ?? [])
    .filter(run => chosen.includes(run.id))
    .map(run => ({ ...run, name: names.get(run.id) ?? run.name }))
  return (
    <Card
      title="Runs and their curves"
      note={`${runs.length} recorded, at most ${MOST_RUNS} side by side`}
      className="runs-card"
    >
      {runs.length === 0 ? (
        <p className="t3">No run yet. Each training and each experiment is recorded here with its curves.</p>
      ) : (
        <>
          <Curves runs={details} refusal={refusal} />
          <RunsTable runs={runs} chosen={chosen} />
          {details.length > 0 && <RunsBeside runs={details} />}
          <Export runs={details} act={act} />
        </>
      )}
    </Card>
  )
}

/** The runs that were chosen; else the two that began last. */
function useChosenRuns(runs: readonly RunSummary[]): readonly string[] {
  const chosen = useLearningChoices(choices => choices.runs)
  if (chosen) return chosen.filter(id => runs.some(run => run.id === id))
  return runs
    .toSorted((one, other) => other.startedAt - one.startedAt)
    .slice(0, 2)
    .map(run => run.id)
}

function Curves({
  runs,
  refusal,
}: {
  readonly runs: readonly RunDetail[]
  readonly refusal: string | undefined
}) {
  const wanted = useLearningChoices(choices => choices.curve)
  const names = [...new Set(runs.flatMap(run => run.curves.map(curve => curve.name)))]
  const name = wanted !== undefined && names.includes(wanted) ? wanted : usualCurve(names)
  if (name === undefined)
    return (
      <p className="t3">
        {refusal !== undefined
          ? `No curves: ${refusal}.`
          : runs.length === 0
            ? 'Choose runs to see their curves.'
            : 'The curves begin with the first update.'}
      </p>
    )
  const lines = runs.flatMap(run =>
    run.curves.filter(curve => curve.name === name).map(curve => ({ ...curve, name: run.name })),
  )
  return (
    <>
      <div className="curve-choice">
        <Segmented
          label="Curve"
          choices={names.map(value => ({ value, label: plainWords(value) }))}
          value={name}
          onChoose={curve => chooseLearning({ curve })}
        />
      </div>
      <LinesChart
        label={`${plainWords(name)} by update`}
        across="update"
        lines={lines}
        write={figure}
        writeStep={count}
        className="runs-plot"
      />
      <p className="micro">{curveWords(name)}</p>
    </>
  )
}

/** Runs of the same name get a number, the first to begin none, so that they are told apart by the same name everywhere. */
function uniquelyNamed(runs: readonly RunSummary[]): RunSummary[] {
  const firstToLast = runs.toSorted((one, other) => one.startedAt - other.startedAt)
  return firstToLast.map((run, index) => {
    const before = firstToLast.slice(0, index).filter(({ name }) => name === run.name).length
    return before === 0 ? run : { ...run, name: `${run.name} (${before + 1})` }
  })
}

function RunsTable({
  runs,
  chosen,
}: {
  readonly runs: readonly RunSummary[]
  readonly chosen: readonly string[]
}) {
  const toggle = (id: string) =>
    chooseLearning({
      runs: chosen.includes(id) ? chosen.filter(other => other !== id) : [...chosen, id].slice(-MOST_RUNS),
    })
  const newestFirst = runs.toSorted((one, other) => other.startedAt - one.startedAt)
  return (
    <ScrollRegion label="Runs, newest first" className="runs-list">
      <table className="grid">
        <TableHead
          heads={['Run', 'State', 'Seed', 'Began, ET', 'Took', 'Made']}
          words={['Run', 'State', 'Made']}
        />
        <tbody>
          {newestFirst.map(run => (
            <tr key={run.id} data-testid="run" data-status={run.status}>
              <th className="l" scope="row">
                <label className="run-choice">
                  <input type="checkbox" checked={chosen.includes(run.id)} onChange={() => toggle(run.id)} />
                  <span className="ell" title={run.name}>
                    {run.name}
                  </span>
                </label>
              </th>
              <td className="l">
                <span className={RUN_WORDS[run.status].className}>{RUN_WORDS[run.status].text}</span>
              </td>
              <td>{run.seed}</td>
              <td>
                {day(run.startedAt)} {clock(run.startedAt).slice(0, 5)}
              </td>
              <td>{run.endedAt === undefined || run.worked === undefined ? '–' : lengthWords(run.worked)}</td>
              <td className="l ell" title={run.note}>
                {run.model ?? '–'} <span className="t3">{run.note}</span>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </ScrollRegion>
  )
}

/** Sends the first chosen run to a tracking server that speaks the MLflow REST API. */
function Export({ runs, act }: { readonly runs: readonly RunDetail[]; readonly act: Act }) {
  const address = useLearningChoices(choices => choices.address)
  const [run] = runs
  const send = async (id: string) => {
    const answer = await act('experiments/export', { id, address })
    if (answer.ok) {
      const { metrics, artefacts, note, address: place } = answer.value
      const title = `${metrics} figures and ${artefacts} files sent`
      showToast({ kind: 'done', title, body: note === undefined ? place : `${place}. ${note}` })
    }
  }
  return (
    <form
      className="export"
      onSubmit={event => {
        event.preventDefault()
        if (run) void send(run.id)
      }}
    >
      <label>
        <span className="t2">MLflow server</span>
        <input value={address} onChange={event => chooseLearning({ address: event.target.value })} />
      </label>
      <button type="submit" className="btn" disabled={!run}>
        {run ? `Export ${run.name}` : 'Export'}
      </button>
    </form>
  )
}

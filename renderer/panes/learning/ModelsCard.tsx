import type { ModelSummary } from '../../../main/contract/learning.ts'
import { Card } from '../../ui/Card.tsx'
import { ScrollRegion } from '../../ui/ScrollRegion.tsx'
import { day } from '../../ui/format.ts'
import { CompareButton, PromoteButton, challengerOf, type ActingProps } from './ChampionCard.tsx'
import { ROLE_WORDS, copyWords, metricRows, seedsWords } from './learningWords.ts'

/** Every model that is kept: what it is, what made it, what it was measured to be, and its copies. */
export function ModelsCard({ report, busy, act }: ActingProps) {
  const { models } = report
  const asking = challengerOf(report)
  return (
    <Card
      title="Models"
      note={`${models.length} kept; each can be made again by its command`}
      className="models-card"
    >
      {models.length === 0 ? (
        <p className="t3">No model is registered. The first training makes one.</p>
      ) : (
        <ScrollRegion label="Models, champion first" className="scroll-x">
          <table className="grid models">
            <thead>
              <tr>
                {['Role', 'Version', 'Measured (95 %)', 'Copies, ● loaded', 'Made by', ''].map(head => (
                  <th key={head} className="l" scope="col">
                    {head === '' ? <span className="sr">Compare or promote</span> : head}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {models.map(model => (
                <tr key={model.version} data-testid="model" data-role={model.role}>
                  <ModelCells model={model} />
                  <td>
                    {model.promotion.isAllowed && model !== asking && (
                      <PromoteButton model={model} busy={busy} act={act} />
                    )}
                    {model.role !== 'champion' && (
                      <CompareButton version={model.version} report={report} busy={busy} act={act} />
                    )}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </ScrollRegion>
      )}
    </Card>
  )
}

function ModelCells({ model }: { readonly model: ModelSummary }) {
  const role = ROLE_WORDS[model.role]
  const metrics = metricRows(model.metrics)
  const [first, rest] = [metrics.slice(0, MOST_METRICS), metrics.slice(MOST_METRICS)]
  return (
    <>
      <td className="l">
        <span className={role.className}>{role.text}</span>
      </td>
      <th className="l" scope="row">
        {model.version}
        <div className="micro">
          {model.createdAt === undefined ? 'Date not known' : day(model.createdAt)}. {model.kind}
        </div>
      </th>
      <td className="l measured">
        {metrics.length === 0 ? <span className="t3">not measured</span> : <Metrics rows={first} />}
        <details>
          <summary className="t2">
            {rest.length > 0 ? `What it claims, and ${rest.length} more figures` : 'What it claims'}
          </summary>
          <p>{model.claims}</p>
          <Metrics rows={rest} />
        </details>
      </td>
      <td className="l">
        {model.copies.length === 0 ? (
          <span className="t3">
            {model.loaded === undefined ? 'one file' : `● ${model.loaded}, one file`}
          </span>
        ) : (
          model.copies.map(copy => (
            <div key={copy.format} className={copy.format === model.loaded ? '' : 't2'}>
              {copy.format === model.loaded ? '● ' : '○ '}
              {copyWords(copy)}
            </div>
          ))
        )}
      </td>
      <td className="l made-by">
        <code className="mono">{model.madeBy}</code>
        <div className="micro">
          {model.seeds.length > 0 && `${seedsWords(model.seeds)}; `}
          {model.data}
        </div>
      </td>
    </>
  )
}

function Metrics({ rows }: { readonly rows: ReturnType<typeof metricRows> }) {
  return rows.map(({ name, words }) => (
    <div key={name}>
      <span className="t3">{name}</span> {words}
    </div>
  ))
}

const MOST_METRICS = 4

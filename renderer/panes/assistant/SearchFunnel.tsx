import type { OptimiseReport } from '../../../main/contract/assistant.ts'
import { optimise } from '../../state/assistantActions.ts'
import { useAssistant, useFolders } from '../../state/assistantStore.ts'
import { age } from '../../ui/format.ts'
import { funnelOf, grouped, shortPath } from './assistantWords.ts'

/** How a function was searched for faster forms: what each step left, and what else could have been meant. */
export function SearchFunnel({ report }: { readonly report: OptimiseReport }) {
  const folders = useFolders()
  const asked = useAssistant(state => state.asked)
  const others = asked?.kind === 'optimise' ? asked.others.slice(0, 2) : []
  const steps = funnelOf(report)
  const most = Math.max(1, ...steps.map(({ variants }) => variants))
  return (
    <section className="funnel-part" aria-label="How it was searched">
      <p className="t2 ell">
        <b className="tx">{report.place.function}</b>{' '}
        <span className="mono">{shortPath(report.place.file, folders)}</span>
        <span className="t3">, {age(report.milliseconds)}</span>
      </p>
      <dl className="funnel">
        {steps.map(({ name, variants }) => (
          <div key={name}>
            <dt className="micro">{name}</dt>
            <dd>{grouped(variants)}</dd>
            <i aria-hidden="true" style={{ width: `${logShare(variants, most)}%` }} />
          </div>
        ))}
      </dl>
      {others.length > 0 && (
        <p className="t3 others">
          Or is meant:{' '}
          {others.map(({ place }) => (
            <button
              key={`${place.file} ${place.function}`}
              type="button"
              className="chip low"
              onClick={() => void optimise(place)}
            >
              {place.function}
            </button>
          ))}
        </p>
      )}
    </section>
  )
}

/** How long a bar is, in percent: steps that leave a thousandth stay visible. */
function logShare(value: number, most: number): number {
  return (100 * Math.log1p(value)) / Math.log1p(most)
}

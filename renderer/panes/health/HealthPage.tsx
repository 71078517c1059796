import type { HealthReport } from '../../../main/contract/frames.ts'
import { useDesk } from '../../state/deskStore.ts'
import { useRepeatedly } from '../../state/repeatedly.ts'
import { Card, Facts } from '../../ui/Card.tsx'
import { UNKNOWN, age, number } from '../../ui/format.ts'
import { AlertsPane } from '../alerts/AlertsPane.tsx'
import { TableHead } from '../../ui/TableHead.tsx'

const EVERY = 1000

const STAGE_WORDS: Readonly<Record<string, string>> = {
  quoteToChain: 'Quote into chain',
  pricing: 'Volatilities, smile, Greeks of the chain',
  book: 'Book: exits, limits, alerts',
  decision: 'Decision, features to reasons',
  feedback: 'Answer to the next suggestion',
  commit: 'On disk',
}

/** How the program and the machine are: how long everything takes, what serves it, what was refused. */
export function HealthPage() {
  const isConnected = useDesk(state => state.isConnected)
  const report = useRepeatedly('health/get', { request: {}, key: '', pause: EVERY })
  if (!report)
    return <p className="empty">{isConnected ? 'Measuring.' : 'The window lost the engine. Trying again.'}</p>
  return (
    <div className="sheet scroll">
      <Stages report={report} />
      <Program report={report} />
      <Refused report={report} />
      <Card title="Alerts of the session" note="newest first" className="rest">
        <AlertsPane />
      </Card>
    </div>
  )
}

const QUANTILES = ['p50', 'p95', 'p99'] as const

function Stages({ report }: { readonly report: HealthReport }) {
  return (
    <Card title="Latency" note="of the last 4,096, milliseconds">
      <table className="grid">
        <TableHead heads={['Stage', 'Count', ...QUANTILES]} />
        <tbody>
          {report.stages.map(stage => (
            <tr key={stage.stage}>
              <td className="l">{STAGE_WORDS[stage.stage] ?? stage.stage}</td>
              <td>{number(stage.count, 0)}</td>
              {[stage.p50, stage.p95, stage.p99].map((value, place) => (
                <td key={QUANTILES[place]}>{stage.count === 0 ? UNKNOWN : milliseconds(value)}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </Card>
  )
}

function Program({ report }: { readonly report: HealthReport }) {
  const source = useDesk(state => state.session?.source ?? '')
  const rows = [
    ['Source', source],
    ['Pricing', report.pricer],
    [
      'Policy',
      `${report.policy.version} on ${report.policy.provider}, restarted ${report.policy.restarts} times`,
    ],
    ['Database', `${report.database.file}, ${number(report.database.entries, 0)} entries`],
    ['Past cases', `${number(report.database.situations, 0)}, ${report.database.index} index`],
    ['Memory', `${number(report.memoryBytes / 1e6, 0)} MB`],
    ['Running for', age(report.uptime)],
    ['Machine', report.platform],
    [
      'Decisions',
      `${report.counts.decisions}: ${report.counts.suggestions} trades, ${report.counts.noTrades} waits`,
    ],
    ['Audits', number(report.audits, 0)],
  ] as const
  return (
    <Card title="Program">
      <Facts rows={rows} />
    </Card>
  )
}

const QUOTE_WORDS: Readonly<Record<string, string>> = {
  crossed: 'Crossed',
  negative: 'Negative',
  notFinite: 'Not a number',
  outOfOrder: 'Older than the last',
  unknownContract: 'Not listed',
}

function Refused({ report }: { readonly report: HealthReport }) {
  const { quotes } = report
  return (
    <Card title="Quotes">
      <table className="grid">
        <tbody>
          <tr>
            <td className="l">Written</td>
            <td>{number(quotes.accepted, 0)}</td>
          </tr>
          <tr>
            <td className="l">Replaced by a newer one while waiting</td>
            <td>{number(quotes.conflated, 0)}</td>
          </tr>
          {Object.entries(quotes.refused).map(([reason, rows]) => (
            <tr key={reason}>
              <td className="l">Refused: {QUOTE_WORDS[reason] ?? reason}</td>
              <td>{number(rows, 0)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Card>
  )
}

function milliseconds(value: number): string {
  return value < 0.01 ? number(value, 5) : number(value, value < 1 ? 3 : 1)
}

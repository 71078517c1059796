import type { NightReport } from '../../../main/contract/assistant.ts'
import { call } from '../../state/actions.ts'
import { chooseAssistant, useAssistantChoices } from '../../state/assistantChoices.ts'
import { askAgain, useAssistant } from '../../state/assistantStore.ts'
import { age } from '../../ui/format.ts'
import { ScrollRegion } from '../../ui/ScrollRegion.tsx'
import { showVariants } from '../../state/assistantActions.ts'
import { findingsWords, momentWords, stateWords, timesWords } from './assistantWords.ts'

/** What was done while he slept, and how to have it done now. */
export function MorningReport() {
  const night = useAssistant(state => state.night)
  return (
    <ScrollRegion label="Morning report" className="morning">
      <NightForm />
      {night ? (
        <Report night={night} />
      ) : (
        <p className="empty">
          No night has been worked yet. It reads the folders again, trains anew, tries the patterns on your
          choices, and looks for faster forms of what costs you most.
        </p>
      )}
    </ScrollRegion>
  )
}

function NightForm() {
  const profile = useAssistantChoices(choices => choices.profile)
  const running = useAssistant(state => state.tasks.find(({ kind }) => kind === 'night'))
  const start = async () => {
    const named = profile.trim()
    await call('assistant/night', named === '' ? {} : { profile: named })
    askAgain()
  }
  return (
    <form
      className="line-form night-form"
      onSubmit={event => {
        event.preventDefault()
        void start()
      }}
    >
      <input
        aria-label="File of a profile"
        placeholder="profile.pstats, where you have one"
        value={profile}
        spellCheck={false}
        onChange={event => chooseAssistant({ profile: event.target.value })}
      />
      <button type="submit" className="btn" disabled={running !== undefined}>
        {running ? 'Working' : 'Do it now'}
      </button>
    </form>
  )
}

function Report({ night }: { readonly night: NightReport }) {
  const { startedAt, endedAt, steps, proposals, findings, patterns } = night
  return (
    <div className="night" data-testid="night">
      <p className="label">
        {momentWords(startedAt)}, {age(endedAt - startedAt)}
      </p>
      <Steps steps={steps} />
      <Proposals proposals={proposals} />
      {findings.length > 0 && (
        <button
          type="button"
          className="btn"
          onClick={() => chooseAssistant({ list: 'findings', findingsOf: 'night', finding: findings[0]?.id })}
        >
          Findings: {findingsWords(findings)}
        </button>
      )}
      {patterns.length > 0 && <Patterns patterns={patterns} />}
    </div>
  )
}

function Steps({ steps }: Pick<NightReport, 'steps'>) {
  return (
    <table className="grid">
      <caption className="sr">What was done</caption>
      <tbody>
        {steps.map(({ name, outcome, milliseconds, isFailed }) => (
          <tr key={name}>
            <td className="l wrap">
              <span className={isFailed ? 'down' : 'up'}>{isFailed ? '✕' : '✓'}</span> {name}
              <p className="t2 outcome">{outcome}</p>
            </td>
            <td className="t3">{age(milliseconds)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

function Proposals({ proposals }: Pick<NightReport, 'proposals'>) {
  return (
    <>
      <div className="section">
        <span>Proposals</span>
        <span className="micro">{proposals.length === 0 ? 'none' : 'for what costs most'}</span>
      </div>
      <ul className="night-list">
        {proposals.map(report => (
          <li key={report.id}>
            <button type="button" className="plain" onClick={() => showVariants(report)}>
              <b>{report.place.function}</b> <span className="t2">{report.sentence}</span>
              <Best report={report} />
            </button>
          </li>
        ))}
      </ul>
    </>
  )
}

function Patterns({ patterns }: Pick<NightReport, 'patterns'>) {
  return (
    <>
      <div className="section">
        <span>Patterns, tried on your choices</span>
      </div>
      <ul className="night-list">
        {patterns.map(({ pattern, holdsOnHistory }) => (
          <li key={pattern.id}>
            <span className="model">{pattern.sentence}</span>{' '}
            <span className="t2">{holdsOnHistory ? '✓ holds' : 'not shown to hold'}</span>
          </li>
        ))}
      </ul>
    </>
  )
}

function Best({ report }: { readonly report: NightReport['proposals'][number] }) {
  const [best] = report.cards
  if (!best || best.state.kind !== 'verified') return null
  return (
    <span className="best">
      <span className={stateWords(best).className}>{stateWords(best).words}</span>{' '}
      <b>{timesWords(best.state.timing.speedUp.value)}</b>
    </span>
  )
}

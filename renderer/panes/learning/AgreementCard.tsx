import type { AgreementReport } from '../../../main/contract/learning.ts'
import { WhiskerTable } from '../../charts/WhiskerTable.tsx'
import { intervalWords } from '../../charts/whiskerScale.ts'
import { Card } from '../../ui/Card.tsx'
import { percent, profit, tone } from '../../ui/format.ts'
import { answersWords, perSession } from './learningWords.ts'
import { TableHead } from '../../ui/TableHead.tsx'

/** Where trader and policy part, what that costs, and the four ways to decide beside each other. */
export function AgreementCard({ agreement }: { readonly agreement: AgreementReport }) {
  const { answers, disagreement, groups, sessions, ways } = agreement
  return (
    <Card title="Agreement" note={answersWords(answers)}>
      {answers === 0 ? (
        <p className="t3">No answer yet. Each suggestion you accept, change or reject counts.</p>
      ) : (
        <p>
          You declined <b>{percent(disagreement.value)}</b> (
          {intervalWords(disagreement, value => percent(value))}).
        </p>
      )}
      {ways.length > 0 ? (
        <>
          <WhiskerTable
            caption="Four ways to decide, dollars a session after costs"
            heads={['Who decides']}
            figure="$ a session"
            write={perSession}
            rows={ways.map(({ name, perSession: measured }) => ({
              name,
              measured,
              ...(name === 'team'
                ? { rank: 'strong' as const }
                : name === 'AI alone'
                  ? { rank: 'model' as const }
                  : {}),
            }))}
          />
          <p className="t3">Trades of one kind that overlap count once.</p>
        </>
      ) : (
        <p className="t3">
          Too few sessions to tell who decides best: {sessions.scored} of {sessions.needed}.
        </p>
      )}
      {groups.length > 0 && <Groups groups={groups} />}
    </Card>
  )
}

function Groups({ groups }: Pick<AgreementReport, 'groups'>) {
  return (
    <table className="grid">
      <caption className="sr">Where you part, and what that made</caption>
      <TableHead heads={['Where', 'Answers', 'Declined', 'They made', 'Taken made']} />
      <tbody>
        {groups.map(({ name, answers, declined, declinedNet, takenNet }) => (
          <tr key={name}>
            <th className="l" scope="row">
              {name}
            </th>
            <td>{answers}</td>
            <td>
              {declined} <span className="t3">{percent(answers > 0 ? declined / answers : undefined)}</span>
            </td>
            <td className={tone(declinedNet)}>{profit(declinedNet)}</td>
            <td className={tone(takenNet)}>{profit(takenNet)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

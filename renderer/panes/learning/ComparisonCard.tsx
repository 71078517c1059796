import type { Comparison, LearningReport } from '../../../main/contract/learning.ts'
import { WhiskerTable } from '../../charts/WhiskerTable.tsx'
import { intervalWords } from '../../charts/whiskerScale.ts'
import { Card } from '../../ui/Card.tsx'
import { clock, count, day, percent } from '../../ui/format.ts'
import { followedWords, perSession, seedsWords } from './learningWords.ts'

/** That a model of the comparison did not trade in it, which comes before what that "gained"; undefined where it did. */
export function idleWords({ strategies, sessions }: Comparison, version: string): string | undefined {
  const isIdle = strategies.some(({ name, trades }) => name === version && trades === 0)
  return isIdle ? `It traded nothing in ${count(sessions)} sessions.` : undefined
}

/** Champion, challenger and baselines over the same held-back sessions, and whether one is better. */
export function ComparisonCard({ comparison }: Pick<LearningReport, 'comparison'>) {
  if (!comparison)
    return (
      <Card title="Comparison" note="held-back sessions, after costs">
        <p className="t3">Nothing was compared yet. Compare sets a model beside the champion.</p>
      </Card>
    )
  const { champion, challenger, difference, verdict, strategies, sessions, seeds, time } = comparison
  const { fair, trial, confidence, answers } = comparison
  const idle = idleWords(comparison, challenger)
  return (
    <Card
      title="Comparison"
      note={`$ a session after costs, ${count(sessions)} held-back simulated sessions`}
    >
      <p data-testid="verdict" data-verdict={verdict}>
        <span className={verdict === 'better' ? 'tag good' : 'tag'}>
          {verdict === 'better' ? '✓ better' : '– no edge shown'}
        </span>{' '}
        {idle && <b>{idle} </b>}
        {comparison.sentence}
      </p>
      <WhiskerTable
        caption="Dollars a session after costs"
        heads={['Strategy', 'Trades']}
        figure="$ a session"
        write={perSession}
        rows={strategies.map(({ name, trades, perSession: measured }) => ({
          name,
          measured,
          cells: [count(trades)],
          ...(name === challenger
            ? { rank: 'model' as const }
            : name === champion
              ? { rank: 'strong' as const }
              : {}),
        }))}
      />
      <p className="t2">
        {challenger} less {champion}: <b>{perSession(difference.value)}</b> (
        {intervalWords(difference, perSession)}, {percent(confidence, 1)} interval
        {trial > 1 && `: comparison ${trial} with this champion asks for a wider one than the first`}), the
        same sessions paired.
      </p>
      <p className="t2">
        Without the edge, where it must not be shown to be worse: <b>{perSession(fair.difference.value)}</b> (
        {intervalWords(fair.difference, perSession)}).
      </p>
      {answers && <p className="t2">{followedWords(answers)}</p>}
      <p className="t3">
        The sessions are simulated with a planted momentum edge, as in training: this says nothing of a real
        market. Compared {day(time)} {clock(time).slice(0, 5)} ET, {seedsWords(seeds)}.
      </p>
    </Card>
  )
}

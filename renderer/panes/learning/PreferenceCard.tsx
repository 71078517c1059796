import type { LearningReport } from '../../../main/contract/learning.ts'
import { Card } from '../../ui/Card.tsx'
import { signed } from '../../ui/format.ts'
import { answersWords } from './learningWords.ts'

/** What was learned from the answers, in words, with its weight to the left of zero or to the right. */
export function PreferenceCard({ preference }: Pick<LearningReport, 'preference'>) {
  const { answers, weights } = preference
  const largest = Math.max(1e-9, ...weights.map(({ weight }) => Math.abs(weight)))
  return (
    <Card title="What it learned about you" note={answersWords(answers)}>
      {weights.length === 0 ? (
        <p className="t3">Nothing clear yet. Each yes and no moves it.</p>
      ) : (
        <>
          <ul className="weights">
            {weights.map(({ words, weight }) => (
              <li key={words}>
                <span>{words}</span>
                <span className="weight-bar" aria-hidden="true">
                  <i className={weight < 0 ? 'neg' : ''} style={barPlace(weight / largest)} />
                </span>
                <span className="r model">{signed(weight)}</span>
              </li>
            ))}
          </ul>
          <p className="t3">Log-odds of your yes: above 0 more often, below 0 less often.</p>
        </>
      )}
    </Card>
  )
}

/** Where the bar of a share from -1 to 1 lies: from the middle to the left or to the right, in percent of the width. */
export function barPlace(share: number): { readonly left: string; readonly width: string } {
  const half = Math.max(-1, Math.min(1, Number.isFinite(share) ? share : 0)) * 50
  return { left: `${50 + Math.min(0, half)}%`, width: `${Math.abs(half)}%` }
}

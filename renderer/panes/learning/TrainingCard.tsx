import type { FormEvent } from 'react'
import type { LearningReport, TrainingProgress } from '../../../main/contract/learning.ts'
import type { CallName } from '../../../main/contract/wire.ts'
import { Card } from '../../ui/Card.tsx'
import { Segmented } from '../../ui/Segmented.tsx'
import { clock, count, day, percent } from '../../ui/format.ts'
import type { ActingProps } from './ChampionCard.tsx'
import { chooseLearning, useLearningChoices } from '../../state/learningChoices.ts'
import { leftWords, shareDone } from './learningWords.ts'
import { useEndOfTraining } from './useEndOfTraining.ts'

/** What steers a training or a comparison; only these wait for each other, the comparison itself does not stand in their way. */
const STEERING: ReadonlySet<CallName> = new Set(['learning/pause', 'learning/stop'])

/** The training that runs, or the way to begin one. */
export function TrainingCard({ report, busy, act }: ActingProps) {
  const { progress, nextRetraining } = report
  useEndOfTraining(report)
  return (
    <Card title="Training" note="in the background; the session comes first">
      {progress ? (
        <Progress progress={progress} isBusy={busy.some(name => STEERING.has(name))} act={act} />
      ) : (
        <TrainForm report={report} busy={busy} act={act} />
      )}
      <p className="t3">
        Next retraining {day(nextRetraining)} {clock(nextRetraining).slice(0, 5)} ET, or at the first start
        after it.
      </p>
    </Card>
  )
}

function Progress({
  progress,
  isBusy,
  act,
}: {
  readonly progress: TrainingProgress
  readonly isBusy: boolean
  readonly act: ActingProps['act']
}) {
  const { phase, done, total, isPaused, yields } = progress
  const share = shareDone(progress)
  return (
    <div className="progress" data-testid="training" data-done={done} data-paused={isPaused}>
      <div className="progress-line">
        <b>{isPaused ? 'Paused' : phase}</b>
        <span>
          {percent(share)} <span className="t3">{leftWords(progress)}</span>
        </span>
      </div>
      <progress aria-label={`Training ${progress.run}`} value={share} max={1} />
      <p className="t3">
        {progress.run}
        {total > 1 && `: ${count(done)} of ${count(total)}`}
        {isPaused && `, ${phase}`}
      </p>
      {yields !== undefined && !isPaused && (
        <p className="t2">
          <span className="warn">▲</span> Slower now: {yields}.
        </p>
      )}
      <div className="buttons">
        <button
          type="button"
          className="btn"
          disabled={isBusy}
          onClick={() => void act('learning/pause', { isPaused: !isPaused })}
        >
          {isPaused ? 'Go on with training' : 'Pause training'}
        </button>
        <button type="button" className="btn" disabled={isBusy} onClick={() => void act('learning/stop', {})}>
          Stop training
        </button>
      </div>
    </div>
  )
}

const BUDGETS = [
  { value: 'short', label: 'Short' },
  { value: 'usual', label: 'Usual' },
] as const

const BUDGET_WORDS = {
  short: 'Short is for looking; what it makes is rarely better.',
  usual: 'Usual is for promoting.',
} as const

const ENCODERS = [
  { value: 'champion', label: 'Like the champion' },
  { value: 'plain', label: 'Plain' },
  { value: 'attention', label: 'Attention' },
] as const

const ENCODER_WORDS = {
  champion: 'The network is of the kind of the champion.',
  plain: 'A plain network sees the moment as a whole.',
  attention: 'An attention network also shows what it looked at; it learns more slowly.',
} as const

function TrainForm({ report, busy, act }: ActingProps) {
  const { budget, encoder, seed } = useLearningChoices()
  const text = seed ?? String(nextSeed(report))
  const isSeed = /^\d{1,10}$/.test(text) && Number(text) <= LARGEST_SEED
  const goesOn = isSeed && isStopped(report, { seed: Number(text), budget, encoder })
  const train = async (event: FormEvent) => {
    event.preventDefault()
    if (!isSeed) return
    const answer = await act('learning/train', {
      seed: Number(text),
      budget,
      ...(encoder === 'champion' ? {} : { encoder }),
    })
    if (answer.ok) chooseLearning({ seed: undefined })
  }
  return (
    <form className="train" onSubmit={event => void train(event)}>
      <Segmented
        label="Budget"
        choices={BUDGETS}
        value={budget}
        onChoose={chosen => chooseLearning({ budget: chosen })}
      />
      <Segmented
        label="Network"
        choices={ENCODERS}
        value={encoder}
        onChoose={chosen => chooseLearning({ encoder: chosen })}
      />
      <label>
        <span className="t2">Seed</span>
        <input
          inputMode="numeric"
          value={text}
          aria-invalid={!isSeed}
          onChange={event => chooseLearning({ seed: event.target.value })}
        />
      </label>
      <button type="submit" className="btn" disabled={!isSeed || busy.length > 0}>
        {busy.includes('learning/train') ? 'Starting' : 'Train'}
      </button>
      <p className="t3">
        {!isSeed
          ? `A seed is a whole number from 0 to ${LARGEST_SEED}.`
          : goesOn
            ? 'Goes on where a training with this seed was stopped.'
            : `${BUDGET_WORDS[budget]} ${ENCODER_WORDS[encoder]}`}
      </p>
    </form>
  )
}

const LARGEST_SEED = 2_147_483_647

/** Whether such a training was stopped against the champion of today, and can be gone on with. */
export function isStopped(
  { runs, models }: LearningReport,
  wish: { readonly seed: number; readonly budget: string; readonly encoder: string },
): boolean {
  const champion = models.find(model => model.role === 'champion')?.version
  return runs.some(
    ({ status, kind, seed, parameters }) =>
      status === 'interrupted' &&
      kind === 'train' &&
      seed === wish.seed &&
      parameters['budget'] === wish.budget &&
      (wish.encoder === 'champion' || (parameters['encoder'] ?? 'plain') === wish.encoder) &&
      parameters['champion'] === champion,
  )
}

/** The lowest seed above all that were used. */
export function nextSeed({ runs }: Pick<LearningReport, 'runs'>): number {
  const highest = runs.reduce((most, run) => Math.max(most, run.seed), 0)
  return highest < LARGEST_SEED ? highest + 1 : 0
}

import { useState } from 'react'
import type { AssistantTask, OptimiseReport, VariantCard } from '../../../main/contract/assistant.ts'
import { chooseAssistant, useAssistantChoices } from '../../state/assistantChoices.ts'
import { useAssistant, useFolders } from '../../state/assistantStore.ts'
import { Segmented } from '../../ui/Segmented.tsx'
import { age } from '../../ui/format.ts'
import { ChoiceList } from './ChoiceList.tsx'
import { Sentence } from './Sentence.tsx'
import { SpeedWhisker } from './SpeedWhisker.tsx'
import { optimise } from '../../state/assistantActions.ts'
import {
  diffWords,
  funnelOf,
  grouped,
  isHungry,
  rangeWords,
  shortPath,
  stateWords,
  timesWords,
} from './assistantWords.ts'
import { heldAs, ordered } from './variantOrder.ts'

const ORDERS = [
  { value: 'forYou', label: 'For you' },
  { value: 'speed', label: 'Speed' },
  { value: 'fewestLines', label: 'Fewest lines' },
] as const

/** What came of a request to make a function faster: how it was searched, the variants, and what was set aside. */
export function VariantList({ onEnter }: { readonly onEnter: () => void }) {
  const report = useAssistant(state => state.optimised)
  const running = useAssistant(state => state.tasks.find(({ kind }) => kind === 'optimise'))
  const order = useAssistantChoices(choices => choices.order)
  const chosen = useAssistantChoices(choices => choices.card)
  const [held, setHeld] = useState<readonly string[]>()
  if (!report) return <NoVariants running={running} />
  const ranked = ordered(report.cards, order)
  const cards = held && !report.isDone ? heldAs(ranked, held) : ranked
  return (
    <>
      <Search report={report} />
      <div className="code-bar">
        <span className="label" data-testid="optimise-sentence" data-done={report.isDone}>
          {report.sentence}
        </span>
        <Segmented
          label="Order"
          choices={ORDERS}
          value={order}
          onChoose={next => chooseAssistant({ order: next })}
        />
      </div>
      <ChoiceList
        label="Variants"
        entries={cards}
        idOf={card => card.id}
        chosen={shownCard(report, chosen, order)?.id}
        onChoose={card => chooseAssistant({ card: card.id })}
        onEnter={onEnter}
        onStay={isInside => setHeld(isInside ? cards.map(({ id }) => id) : undefined)}
      >
        {(card, index) => <Variant card={card} place={index + 1} />}
      </ChoiceList>
      <SetAside report={report} />
    </>
  )
}

/** The variant that is looked at: the chosen one, else the first. */
export function shownCard(
  report: OptimiseReport,
  chosen: string | undefined,
  order: Parameters<typeof ordered>[1],
): VariantCard | undefined {
  const cards = ordered(report.cards, order)
  return cards.find(({ id }) => id === chosen) ?? cards[0]
}

function NoVariants({ running }: { readonly running: AssistantTask | undefined }) {
  return (
    <p className="empty" role="status">
      {running
        ? `${running.title}: ${running.phase}. The first proven variant comes up here.`
        : 'Ask for a function to be made faster. Its proven variants stand here, the best first, each with its speed-up and what shows that it does the same.'}
    </p>
  )
}

function Search({ report }: { readonly report: OptimiseReport }) {
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

function Variant({ card, place }: { readonly card: VariantCard; readonly place: number }) {
  const { state, title, why, diff, origin, rank, applied } = card
  const { words, className } = stateWords(card)
  const isProven = state.kind === 'verified'
  const isFaster = isProven && state.timing.verdict === 'faster'
  return (
    <article
      className={isFaster ? 'variant' : 'variant weak'}
      data-testid="variant"
      data-card={card.id}
      data-state={isProven ? state.timing.verdict : state.kind}
    >
      <span className="n">{place}</span>
      <div>
        <h3>{title}</h3>
        <p className="t2">
          <Sentence text={state.kind === 'unverified' ? state.reason : (why[0] ?? '')} />
        </p>
        <p className="tags">
          <span className={className}>{words}</span>
          <span className="tag">{diffWords(diff)}</span>
          {isProven && isHungry(state.memory) && (
            <span className="tag late">▲ memory {timesWords(state.memory.after / state.memory.before)}</span>
          )}
          {origin === 'model' && <span className="tag m">by the language model</span>}
          {applied === 'applied' && <span className="tag good">✓ in the file</span>}
          {applied === 'undone' && <span className="tag">undone</span>}
        </p>
        {isProven && rank.because.length > 0 && <p className="model">{rank.because.join('; ')}</p>}
      </div>
      {isProven && (
        <div className="speed">
          <b>{timesWords(state.timing.speedUp.value)}</b>
          <small>95 %: {rangeWords(state.timing.speedUp)}</small>
          <SpeedWhisker speedUp={state.timing.speedUp} isShown={isFaster} />
        </div>
      )}
    </article>
  )
}

function SetAside({ report }: { readonly report: OptimiseReport }) {
  const { refuted } = report
  if (refuted.length === 0) return null
  const variants = refuted.reduce((sum, entry) => sum + entry.variants, 0)
  return (
    <section className="set-aside" aria-label="Set aside">
      <div className="section">
        <span>Set aside</span>
        <span className="micro">{grouped(variants)} that do not do the same</span>
      </div>
      <ul>
        {refuted.map(entry => (
          <li key={entry.reason}>
            <span className="down">✕</span> <b>{grouped(entry.variants)}</b>{' '}
            <span className="t2">{entry.reason}</span>
          </li>
        ))}
      </ul>
    </section>
  )
}

/** How long a bar is, in percent: steps that leave a thousandth stay visible. */
function logShare(value: number, most: number): number {
  return (100 * Math.log1p(value)) / Math.log1p(most)
}

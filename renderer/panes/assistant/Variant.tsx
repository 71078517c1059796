import type { VariantCard } from '../../../main/contract/assistant.ts'
import { Sentence } from './Sentence.tsx'
import { SpeedWhisker } from './SpeedWhisker.tsx'
import {
  diffWords,
  isHungry,
  isMuch,
  memoryWords,
  rangeWords,
  stateWords,
  timesWords,
} from './assistantWords.ts'

/** One variant in the list: what is known of it, how large it is, how much faster, and why it stands there. */
export function Variant({ card, place }: { readonly card: VariantCard; readonly place: number }) {
  const { state, title, why, diff, origin, rank, applied } = card
  const { words, className } = stateWords(card)
  const [head, ...more] = title.split('; ')
  const isProven = state.kind === 'verified'
  // The first reason is the measured speed, which stands beside it already
  const taste = rank.because.slice(1)
  const isFaster = isProven && state.timing.verdict === 'faster'
  return (
    <article
      className={isFaster ? 'variant' : 'variant weak'}
      data-testid="variant"
      data-card={card.id}
      data-taste={rank.taste.toFixed(9)}
      data-state={isProven ? state.timing.verdict : state.kind}
    >
      <span className="n">{place}</span>
      <div>
        <h3>{head}</h3>
        {more.length > 0 && (
          <p className="t2 ell" title={more.join('; ')}>
            and {more.join('; ')}
          </p>
        )}
        <p className="t2 variant-why">
          <Sentence text={state.kind === 'unverified' ? state.reason : (why[0] ?? '')} />
        </p>
        <p className="tags">
          <span className={className}>{words}</span>
          <span className="tag">{diffWords(diff)}</span>
          {isProven && isHungry(state.memory) && (
            <span className={isMuch(state.memory) ? 'tag late' : 'tag'}>
              {isMuch(state.memory) && '▲ '}memory {memoryWords(state.memory)}
            </span>
          )}
          {origin === 'model' && <span className="tag m">by the language model</span>}
          {applied === 'applied' && <span className="tag good">✓ in the file</span>}
          {applied === 'edited' && (
            <span className="tag late">▲ in the file with your edit, which was not proven</span>
          )}
          {applied === 'merged' && (
            <span className="tag late">▲ in the file, which had changed; not proven there</span>
          )}
          {applied === 'undone' && <span className="tag">undone</span>}
          {applied === 'refused' && <span className="tag">✕ you said no</span>}
        </p>
        {taste.length > 0 && <p className="model">{taste.join('; ')}</p>}
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

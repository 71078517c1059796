import type {
  CardState,
  EqualityEvidence,
  MemoryEvidence,
  TimingEvidence,
  VariantCard,
} from '../../../main/contract/assistant.ts'
import { duration, number } from '../../ui/format.ts'
import { ScrollRegion } from '../../ui/ScrollRegion.tsx'
import { TableHead } from '../../ui/TableHead.tsx'
import { Sentence } from './Sentence.tsx'
import { SpeedWhisker } from './SpeedWhisker.tsx'
import {
  stepsWords,
  chanceWords,
  equalityWords,
  grouped,
  isHungry,
  isMuch,
  memoryWords,
  rangeWords,
  timesWords,
} from './assistantWords.ts'

/** What shows that a variant does the same, how long both take, and why it stands where it stands. */
export function Evidence({ card }: { readonly card: VariantCard }) {
  const { state } = card
  return (
    <ScrollRegion label="Evidence" className="evidence">
      {state.kind === 'verified' ? (
        <>
          <Equality equality={state.equality} />
          <Timing timing={state.timing} />
        </>
      ) : (
        <Unproven state={state} />
      )}
      <Why card={card} />
    </ScrollRegion>
  )
}

function Equality({ equality }: { readonly equality: EqualityEvidence }) {
  const { kinds, exceptions, compared } = equality
  return (
    <section aria-label="Why it is the same" data-testid="equality">
      <div className="section">
        <span>Why it is the same</span>
        <span className="micro">in the sandbox</span>
      </div>
      <p className="tx">{equalityWords(equality)}.</p>
      <ul className="kinds" aria-label="Kinds of input">
        {kinds.map(({ kind, inputs }) => (
          <li key={kind}>
            {kind} <b>{grouped(inputs)}</b>
          </li>
        ))}
      </ul>
      <ul className="checks">
        <Check words={exceptionWords(exceptions)} />
        {compared.map(what => (
          <Check key={what} words={what} />
        ))}
      </ul>
    </section>
  )
}

/** On how many inputs both raise, which is the same for both. */
function exceptionWords(inputs: number): string {
  if (inputs === 0) return 'no exception on any input'
  return `the same exception on ${grouped(inputs)} ${inputs === 1 ? 'input' : 'inputs'}`
}

function Check({ words }: { readonly words: string }) {
  return (
    <li>
      <span className="up" aria-hidden="true">
        ✓
      </span>{' '}
      {words}
    </li>
  )
}

function Timing({ timing }: { readonly timing: TimingEvidence }) {
  const { sizes, speedUp, verdict } = timing
  const words = { faster: 'faster', slower: '▼ slower', 'not shown': 'faster is not shown' }[verdict]
  return (
    <section aria-label="Time of one call" data-testid="timing">
      <div className="section">
        <span>Time of one call</span>
        <span className="micro">run in turn, medians; ○ sizes that chose nothing</span>
      </div>
      <p className="tx">
        <b>{timesWords(speedUp.value)}</b>, {rangeWords(speedUp)} over all sizes: {words}.
      </p>
      <table className="grid">
        <TableHead
          heads={['Input', 'Now', 'After', 'Runs', 'Times', '95 %', 'By chance', 'On one scale']}
          words={['Input']}
        />
        <tbody>
          {sizes.map(({ label, isUnseen, before, after, runs, speedUp: gain, p }) => (
            <tr key={label}>
              <th className="l" scope="row">
                {isUnseen ? '○' : '●'} {label}
              </th>
              <td>{duration(before * 1e6)}</td>
              <td>{duration(after * 1e6)}</td>
              <td className="t2">{number(runs, 0)}</td>
              <td className="b">{timesWords(gain.value)}</td>
              <td className="t2">{rangeWords(gain)}</td>
              <td className="t2">{chanceWords(p)}</td>
              <td className="whisker-cell">
                <SpeedWhisker speedUp={gain} isShown={verdict === 'faster'} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}

function Unproven({ state }: { readonly state: Exclude<CardState, { readonly kind: 'verified' }> }) {
  return (
    <section aria-label="What is known of it" data-testid="unproven">
      <div className="section">
        <span>What is known of it</span>
      </div>
      <p>
        <span className={state.kind === 'refuted' ? 'tag bad' : 'tag late'}>
          {state.kind === 'refuted' ? '✕ not the same' : '▲ not proven'}
        </span>{' '}
        {state.reason}
      </p>
      {state.kind === 'refuted' && state.input !== undefined && <p className="mono">{state.input}</p>}
      <p className="t2">It cannot be applied: only what was run and found equal can.</p>
    </section>
  )
}

function Why({ card }: { readonly card: VariantCard }) {
  const { why, steps, rank, origin, state } = card
  const [, ...taste] = rank.because
  return (
    <section aria-label="Why" data-testid="why">
      <div className="section">
        <span>Why it stands here</span>
        <span className="micro">
          {origin === 'rules' ? 'proposed by rules' : 'proposed by the language model'}
        </span>
      </div>
      {why.map(sentence => (
        <p key={sentence} className="t2">
          <Sentence text={sentence} />
        </p>
      ))}
      {steps.length > 0 && <p className="t3">Steps: {stepsWords(steps)}</p>}
      {state.kind === 'verified' && (
        <Memory memory={state.memory} isTold={why.some(says => /memory/.test(says))} />
      )}
      {taste.length > 0 && <p className="model">{taste.join('; ')}</p>}
    </section>
  )
}

/** Peak memory of both; not twice where a sentence told it and it is next to nothing. */
function Memory({ memory, isTold }: { readonly memory: MemoryEvidence; readonly isTold: boolean }) {
  const warns = isHungry(memory) && isMuch(memory)
  if (isTold && !warns) return null
  return (
    <p className={isHungry(memory) ? 'tx' : 't2'}>
      {warns && <span className="warn">▲ </span>}
      Peak memory {memoryWords(memory)}
    </p>
  )
}

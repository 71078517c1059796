import { useEffect, useRef, useState, type FormEvent } from 'react'
import type { ChangeOutcome, VariantCard } from '../../../main/contract/assistant.ts'
import { useAssistant } from '../../state/assistantStore.ts'
import { applyCard, optimise, refuse, undo } from '../../state/assistantActions.ts'
import { modifierKey } from '../../ui/keys.ts'
import { isInFile, shortPath } from './assistantWords.ts'

const REASONS = ['Not faster', 'Hard to read', 'Dependency'] as const

interface ChangeBarProps {
  readonly card: VariantCard
  /** The file as he changed it in the difference; undefined where he did not. */
  readonly edited: string | undefined
  readonly onPutBack: () => void
}

/** What to do with a variant: write it, take it out again, or say no and why. */
export function ChangeBar({ card, edited, onPutBack }: ChangeBarProps) {
  const report = useAssistant(state => state.report)
  const outcome = useAssistant(state => state.outcome)
  const [isBusy, setBusy] = useState(false)
  const change = report?.changes.find(entry => entry.card === card.id)
  const isApplied = isInFile(card)
  const file = shortPath(card.place.file, report?.folders ?? [])
  const busily = async (work: Promise<void>) => {
    setBusy(true)
    await work
    setBusy(false)
  }
  return (
    <div className="change-bar" data-testid="change-bar" data-applied={card.applied}>
      {outcome?.of === card.id && <Outcome card={card} outcome={outcome.outcome} />}
      {edited !== undefined && (
        <p className="edited">
          <span className="warn">▲ Edited.</span> What was proven is the text before your edit.{' '}
          <button type="button" className="chip" onClick={onPutBack}>
            Put the proposal back
          </button>
        </p>
      )}
      <div className="change-row">
        <button
          type="button"
          className="btn big solid"
          disabled={isBusy || isApplied || card.state.kind !== 'verified'}
          onClick={() => void busily(applyCard(card.id, edited))}
        >
          {isApplied ? `✓ In ${file}` : `Apply to ${file}`} <kbd className="hide-s">{modifierKey()}Enter</kbd>
        </button>
        <button
          type="button"
          className="btn big"
          disabled={isBusy || !change}
          onClick={() => change && void busily(undo(change.id, card.id))}
        >
          Undo
        </button>
        <span className="micro hide-s">
          {card.state.kind === 'verified'
            ? 'Undo survives a restart.'
            : 'Only what was proven can be applied.'}
        </span>
        <Refusal card={card} isOff={isBusy || isApplied || card.applied === 'refused'} />
      </div>
    </div>
  )
}

function Outcome({ card, outcome }: { readonly card: VariantCard; readonly outcome: ChangeOutcome }) {
  if (!('reason' in outcome))
    return outcome.notice === undefined ? null : <p className="t2">{outcome.notice}</p>
  return (
    <p role="alert" className="edited">
      <span className="tag bad">✕ {outcome.kind === 'conflict' ? 'the file changed' : 'not written'}</span>{' '}
      {outcome.reason} The file is as it was.{' '}
      {outcome.kind === 'conflict' && (
        <button type="button" className="chip" onClick={() => void optimise(card.place)}>
          Look anew
        </button>
      )}
    </p>
  )
}

/** A no costs one click; another reason than those is typed. */
function Refusal({ card, isOff }: { readonly card: VariantCard; readonly isOff: boolean }) {
  const box = useRef<HTMLInputElement>(null)
  const [isTyping, setTyping] = useState(false)
  const [reason, setReason] = useState('')
  useEffect(() => {
    if (isTyping) box.current?.focus()
  }, [isTyping])
  const submit = (event: FormEvent) => {
    event.preventDefault()
    setTyping(false)
    void refuse(card.id, reason.trim() === '' ? undefined : reason.trim())
  }
  if (isTyping)
    return (
      <form className="end" onSubmit={submit}>
        <input
          ref={box}
          aria-label="Why not"
          value={reason}
          maxLength={200}
          onChange={event => setReason(event.target.value)}
          onKeyDown={event => event.key === 'Escape' && setTyping(false)}
        />
        <button type="submit" className="chip">
          No
        </button>
      </form>
    )
  return (
    <span className="end" role="group" aria-label="No, because">
      <span className="micro">No:</span>
      {REASONS.map(entry => (
        <button
          key={entry}
          type="button"
          className="chip"
          disabled={isOff}
          onClick={() => void refuse(card.id, entry)}
        >
          {entry}
        </button>
      ))}
      <button type="button" className="chip" disabled={isOff} onClick={() => setTyping(true)}>
        Other
      </button>
    </span>
  )
}

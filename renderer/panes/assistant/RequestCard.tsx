import { useEffect, useRef, useState, type KeyboardEvent } from 'react'
import { askAssistant, searchCode, showAsked } from '../../state/assistantActions.ts'
import { chooseAssistant, useAssistantChoices } from '../../state/assistantChoices.ts'
import { useAssistant } from '../../state/assistantStore.ts'
import { Card } from '../../ui/Card.tsx'
import { modifierKey } from '../../ui/keys.ts'
import { AskedBefore } from './AskedBefore.tsx'
import { Effort } from './Effort.tsx'

/** The box for requests, and what was asked before. */
export function RequestCard() {
  const text = useAssistantChoices(choices => choices.text)
  const history = useAssistant(state => state.report?.history) ?? []
  const [isAsking, setAsking] = useState(false)
  const box = useAskBox()
  const walk = useHistory(history.map(request => request.text))
  const isOff = text.trim() === '' || isAsking
  const send = async (ask: (text: string) => Promise<void>) => {
    if (isOff) return
    setAsking(true)
    await ask(text.trim())
    setAsking(false)
  }
  const onKeyDown = (event: KeyboardEvent<HTMLTextAreaElement>) => {
    if (event.key !== 'Enter' || event.shiftKey || event.nativeEvent.isComposing) return walk(event)
    event.preventDefault()
    return void send(event.ctrlKey || event.metaKey ? searchCode : askAssistant)
  }
  return (
    <Card title="Request" note={isAsking ? 'asking' : 'stays on this machine'}>
      <textarea
        ref={box}
        className="ask-box"
        aria-label="Request"
        rows={3}
        placeholder="Optimise the Greeks calculation for my SPY positions"
        value={text}
        onChange={event => chooseAssistant({ text: event.target.value })}
        onKeyDown={onKeyDown}
      />
      <div className="buttons">
        <button type="button" className="btn solid" disabled={isOff} onClick={() => void send(askAssistant)}>
          Ask <kbd>Enter</kbd>
        </button>
        <button type="button" className="btn" disabled={isOff} onClick={() => void send(searchCode)}>
          Only search <kbd className="hide-s">{modifierKey()}Enter</kbd>
        </button>
      </div>
      <Effort />
      <AskedBefore
        history={history}
        onTake={taken => {
          chooseAssistant({ text: taken.text })
          box.current?.focus()
          void showAsked(taken.id)
        }}
      />
    </Card>
  )
}

/** The box; it takes the keyboard when it is called for. */
function useAskBox() {
  const box = useRef<HTMLTextAreaElement>(null)
  const isWanted = useAssistantChoices(choices => choices.wantsBox)
  useEffect(() => {
    if (!isWanted) return
    box.current?.focus()
    chooseAssistant({ wantsBox: false })
  }, [isWanted])
  return box
}

/** Walks through what was asked before, newest first: up from the first line of the box, down from its last. */
function useHistory(texts: readonly string[]): (event: KeyboardEvent<HTMLTextAreaElement>) => void {
  const at = useRef(-1)
  const draft = useRef('')
  return event => {
    const { value, selectionStart, selectionEnd } = event.currentTarget
    const step = event.key === 'ArrowUp' ? 1 : event.key === 'ArrowDown' ? -1 : 0
    if (step === 0) {
      at.current = -1
      return
    }
    const beyond = step > 0 ? value.slice(0, selectionStart) : value.slice(selectionEnd)
    const next = at.current + step
    if (beyond.includes('\n') || next < -1 || next >= texts.length) return
    event.preventDefault()
    if (at.current === -1) draft.current = value
    at.current = next
    chooseAssistant({ text: texts[next] ?? draft.current })
  }
}

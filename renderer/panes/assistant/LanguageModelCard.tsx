import { useState } from 'react'
import type { AssistantMode, ModelCard } from '../../../main/contract/assistant.ts'
import type { CallRequest } from '../../../main/contract/wire.ts'
import { ask, call } from '../../state/actions.ts'
import { chooseAssistant, useAssistantChoices } from '../../state/assistantChoices.ts'
import { askAgain } from '../../state/assistantStore.ts'
import { Card } from '../../ui/Card.tsx'
import { bytes, grouped, modelWords } from './assistantWords.ts'

type Choice = CallRequest<'assistant/useModel'>

/** The language models there are, with their cards; none has to be chosen. */
export function LanguageModelCard({ mode }: { readonly mode: AssistantMode }) {
  const [found, setFound] = useState<readonly ModelCard[] | string>()
  const file = useAssistantChoices(choices => choices.modelFile)
  const look = async () => {
    const answer = await ask('assistant/models', {})
    setFound(answer.ok ? answer.value : answer.message)
  }
  const choose = async (choice: Choice) => {
    await call('assistant/useModel', choice)
    askAgain()
  }
  const cards = typeof found === 'object' ? found : mode.kind === 'none' ? [] : [mode.card]
  return (
    <Card title="Language model" note={mode.kind === 'none' ? 'none, and none is needed' : mode.card.name}>
      <p className="t3">{mode.kind === 'none' ? mode.reason : 'Proposes, and answers in words.'}</p>
      <ul className="model-list">
        {cards.map(card => (
          <Model key={`${card.source} ${card.name}`} card={card} mode={mode} onChoose={choose} />
        ))}
      </ul>
      {found !== undefined && cards.length === 0 && (
        <p className="t2">
          {typeof found === 'string' ? found : 'None is found: no Ollama answers, and no file is named.'}
        </p>
      )}
      <form
        className="line-form"
        onSubmit={event => {
          event.preventDefault()
          if (file.trim() !== '') void choose({ source: 'file', name: file.trim() })
        }}
      >
        <input
          aria-label="File of a language model"
          placeholder="/home/you/models/coder.gguf"
          value={file}
          spellCheck={false}
          onChange={event => chooseAssistant({ modelFile: event.target.value })}
        />
        <button type="submit" className="btn" disabled={file.trim() === ''}>
          Use file
        </button>
      </form>
      <div className="buttons">
        <button type="button" className="btn" onClick={() => void look()}>
          Look for models
        </button>
        {mode.kind !== 'none' && (
          <button type="button" className="btn" onClick={() => void choose({ source: 'none', name: '' })}>
            Use none
          </button>
        )}
      </div>
    </Card>
  )
}

function Model({
  card,
  mode,
  onChoose,
}: {
  readonly card: ModelCard
  readonly mode: AssistantMode
  readonly onChoose: (choice: Choice) => Promise<void>
}) {
  const { name, source, family, contextLength, memory, licence, fits } = card
  const isUsed = mode.kind === source && mode.card.name === name
  const context = contextLength === undefined ? [] : [`${grouped(contextLength)} tokens of context`]
  return (
    <li data-testid="language-model">
      <span className="b ell" title={name}>
        {modelWords(card)}
      </span>
      <button
        type="button"
        className="chip"
        aria-label={`Use ${name}`}
        disabled={isUsed || !fits.ok}
        onClick={() => void onChoose({ source, name })}
      >
        {isUsed ? '✓ in use' : 'Use'}
      </button>
      <span className="t3">
        {[family, `${bytes(memory)} loaded`, ...context, licence ?? 'licence not said'].join(', ')}
      </span>
      {!fits.ok && (
        <span className="t2">
          <span className="warn">▲</span> {fits.reason}
        </span>
      )}
    </li>
  )
}

import { useState, type KeyboardEvent } from 'react'
import type { VariantCard } from '../../../main/contract/assistant.ts'
import { useFolders } from '../../state/assistantStore.ts'
import { ChangeBar } from './ChangeBar.tsx'
import { Diff, DiffChoice } from './Diff.tsx'
import { Evidence } from './Evidence.tsx'
import { applyCard } from '../../state/assistantActions.ts'
import { diffWords, isInFile, shortPath } from './assistantWords.ts'

/** A variant: the difference, which can be edited before it is applied, the evidence, and what to do with it. */
export function VariantDetail({ card }: { readonly card: VariantCard }) {
  const folders = useFolders()
  const [text, setText] = useState(card.after)
  const [edition, setEdition] = useState(0)
  const edited = text === card.after ? undefined : text
  const canApply = card.state.kind === 'verified' && !isInFile(card)
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey) || !canApply) return
    event.preventDefault()
    void applyCard(card.id, edited)
  }
  const putBack = () => {
    setText(card.after)
    setEdition(number => number + 1)
  }
  return (
    // Keys of whatever has the focus inside come up to here
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions
    <section className="code-detail" aria-label={card.title} onKeyDown={onKeyDown}>
      <div className="pane-head">
        <h2>{card.title}</h2>
        <span className="meta mono">{shortPath(card.place.file, folders)}</span>
        <span className="end">
          <span className="micro hide-s">{diffWords(card.diff)}</span>
          <DiffChoice />
        </span>
      </div>
      <div className="diff-place">
        <Diff
          key={edition}
          file={card.place.file}
          before={card.before}
          after={card.after}
          onEdit={canApply ? setText : undefined}
        />
      </div>
      <Evidence card={card} />
      <ChangeBar card={card} edited={edited} onPutBack={putBack} />
    </section>
  )
}

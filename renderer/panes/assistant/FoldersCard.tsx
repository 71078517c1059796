import type { FormEvent } from 'react'
import type { AssistantFolder } from '../../../main/contract/assistant.ts'
import { chooseAssistant, useAssistantChoices } from '../../state/assistantChoices.ts'
import { askAgain } from '../../state/assistantStore.ts'
import { call } from '../../state/actions.ts'
import { useNow } from '../../ui/useNow.ts'
import { Card } from '../../ui/Card.tsx'
import { review } from '../../state/assistantActions.ts'
import { folderWords, shortPath } from './assistantWords.ts'

/** The folders that are read, how they stand, and one more. */
export function FoldersCard({ folders }: { readonly folders: readonly AssistantFolder[] }) {
  const path = useAssistantChoices(choices => choices.folder)
  const add = async (event: FormEvent) => {
    event.preventDefault()
    if (path.trim() === '') return
    const answer = await call('assistant/addFolder', { path: path.trim() })
    if (answer.ok) chooseAssistant({ folder: '' })
    askAgain()
  }
  return (
    <Card title="Folders" note=".gitignore is heeded">
      {folders.length === 0 && (
        <p className="t2">No folder is read yet. Add the one with your trading code.</p>
      )}
      <ul className="folder-list">
        {folders.map(folder => (
          <Folder key={folder.path} folder={folder} />
        ))}
      </ul>
      <form className="line-form" onSubmit={event => void add(event)}>
        <input
          aria-label="Path of a folder"
          placeholder="/home/you/trading"
          value={path}
          spellCheck={false}
          onChange={event => chooseAssistant({ folder: event.target.value })}
        />
        <button type="submit" className="btn" disabled={path.trim() === ''}>
          Add folder
        </button>
      </form>
    </Card>
  )
}

function Folder({ folder }: { readonly folder: AssistantFolder }) {
  const { path, problems } = folder
  const now = useNow()
  const remove = async () => {
    await call('assistant/removeFolder', { path })
    askAgain()
  }
  return (
    <li data-testid="folder">
      <span className="mono">{path}</span>
      <span className="t3">{folderWords(folder, now)}</span>
      {problems.length > 0 && (
        <details className="folder-problems">
          <summary>
            <span className="warn">▲</span> {problems.length} not read whole
          </summary>
          <ul>
            {problems.map(({ file, reason }) => (
              <li key={file} className="t2">
                <span className="mono">{shortPath(file, [folder])}</span>: {reason}
              </li>
            ))}
          </ul>
        </details>
      )}
      <span className="chips">
        <button type="button" className="chip" onClick={() => void review(path)}>
          Review
        </button>
        <button
          type="button"
          className="chip"
          aria-label={`Forget ${path}`}
          title="Its files stay as they are; only what was read of them is forgotten."
          onClick={() => void remove()}
        >
          Forget
        </button>
      </span>
    </li>
  )
}

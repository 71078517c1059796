import type { CodeSuspicion } from '../../../main/contract/assistant.ts'
import { useFolders } from '../../state/assistantStore.ts'
import { Sentence } from './Sentence.tsx'
import { shortPath } from './assistantWords.ts'

/** What looks odd without an input that shows it, folded away: each with its lines, its reason and why it is not shown. */
export function Suspicions({ suspicions }: { readonly suspicions: readonly CodeSuspicion[] }) {
  const folders = useFolders()
  return (
    <details className="set-aside" aria-label="Looks odd">
      <summary>
        Looks odd <span className="t3">{suspicions.length}, which no input shows</span>
      </summary>
      <ul>
        {suspicions.map(({ rule, place, lines, title, reason, unshown }) => (
          <li key={`${place.file} ${place.function} ${rule} ${lines.first}`}>
            <b>{title}</b>{' '}
            <span className="where">
              {shortPath(place.file, folders)}:{lines.first}, {place.function}
            </span>
            <p className="t2">
              <Sentence text={reason} /> Not shown: <Sentence text={unshown} />.
            </p>
          </li>
        ))}
      </ul>
    </details>
  )
}

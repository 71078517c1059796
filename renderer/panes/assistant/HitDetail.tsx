import type { SearchHit } from '../../../main/contract/assistant.ts'
import { useFolders } from '../../state/assistantStore.ts'
import { optimise, review } from '../../state/assistantActions.ts'
import { linesWords, momentWords, shortPath } from './assistantWords.ts'
import { ScrollRegion } from '../../ui/ScrollRegion.tsx'
import { SourceLines } from './SourceLines.tsx'

/** A place that was found: why, the choices made there before, and the function with what matched in it. */
export function HitDetail({ hit }: { readonly hit: SearchHit }) {
  const folders = useFolders()
  const { place, lines, why, choices } = hit
  return (
    <section className="code-detail" aria-label={place.function}>
      <div className="pane-head">
        <h2>{place.function}</h2>
        <span className="meta mono">
          {shortPath(place.file, folders)}, {linesWords(place.lines)}
        </span>
      </div>
      <ScrollRegion label="Lines that were found" className="hit-detail">
        <p className="t3">{why.join('; ')}</p>
        {choices.length > 0 && <ChosenBefore choices={choices} />}
        <SourceLines place={place} lines={lines} />
      </ScrollRegion>
      <div className="change-bar">
        <div className="change-row">
          <button type="button" className="btn big" onClick={() => void optimise(place)}>
            Make it faster
          </button>
          <button type="button" className="btn big" onClick={() => void review(place.file)}>
            Review the file
          </button>
        </div>
      </div>
    </section>
  )
}

function ChosenBefore({ choices }: Pick<SearchHit, 'choices'>) {
  return (
    <>
      <div className="section">
        <span>Chosen here before</span>
      </div>
      <ul className="why-list">
        {choices.map(({ at, sentence }) => (
          <li key={`${at} ${sentence}`} className="model">
            {sentence} <span className="t3">{momentWords(at)}</span>
          </li>
        ))}
      </ul>
    </>
  )
}

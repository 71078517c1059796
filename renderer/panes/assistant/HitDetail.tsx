import type { ReactNode } from 'react'
import type { SearchHit } from '../../../main/contract/assistant.ts'
import { useFolders } from '../../state/assistantStore.ts'
import { optimise, review } from '../../state/assistantActions.ts'
import { linesWords, momentWords, shortPath } from './assistantWords.ts'
import { ScrollRegion } from '../../ui/ScrollRegion.tsx'

type HitLine = SearchHit['lines'][number]

/** A place that was found: its lines with what matched, why, and the choices made there before. */
export function HitDetail({ hit }: { readonly hit: SearchHit }) {
  const folders = useFolders()
  const { place, signature, docstring, lines, why, choices } = hit
  return (
    <section className="code-detail" aria-label={place.function}>
      <div className="pane-head">
        <h2>{place.function}</h2>
        <span className="meta mono">
          {shortPath(place.file, folders)}, {linesWords(place.lines)}
        </span>
      </div>
      <ScrollRegion label="Lines that were found" className="hit-detail">
        <p className="mono tx">{signature}</p>
        {docstring !== '' && <p className="t2 docstring">{docstring}</p>}
        <ol className="code-lines">
          {lines.map((line, index) => (
            <Line
              key={line.number}
              line={line}
              isAfterGap={line.number - (lines[index - 1]?.number ?? 0) > 1}
            />
          ))}
        </ol>
        <div className="section">
          <span>Why it was found</span>
        </div>
        <ul className="why-list">
          {why.map(reason => (
            <li key={reason} className="t2">
              {reason}
            </li>
          ))}
        </ul>
        {choices.length > 0 && <ChosenBefore choices={choices} />}
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

function Line({ line, isAfterGap }: { readonly line: HitLine; readonly isAfterGap: boolean }) {
  return (
    <li className={isAfterGap ? 'gap' : ''}>
      <span className="n">{line.number}</span>
      <code>{marked(line)}</code>
    </li>
  )
}

/** A line with what matched in it marked; marks that overlap or reach out of the line are cut to it. */
export function marked({ text, marks }: Pick<HitLine, 'text' | 'marks'>): readonly ReactNode[] {
  const parts: ReactNode[] = []
  let at = 0
  for (const [from, to] of marks.toSorted(([one], [other]) => one - other)) {
    const [start, end] = [Math.max(at, from), Math.min(text.length, to)]
    if (start >= end) continue
    parts.push(text.slice(at, start), <mark key={start}>{text.slice(start, end)}</mark>)
    at = end
  }
  return [...parts, text.slice(at)]
}

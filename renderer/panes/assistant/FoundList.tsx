import type { SearchHit } from '../../../main/contract/assistant.ts'
import { chooseAssistant, useAssistantChoices } from '../../state/assistantChoices.ts'
import { useAssistant, type Chat, useFolders } from '../../state/assistantStore.ts'
import { useNow } from '../../ui/useNow.ts'
import { age } from '../../ui/format.ts'
import { ChatText } from './ChatText.tsx'
import { ChoiceList } from './ChoiceList.tsx'
import { agoWords, placeWords } from './assistantWords.ts'

/** The places that were found, by search or as what an answer rests on. */
export function FoundList({ onEnter }: { readonly onEnter: () => void }) {
  const { search, chat, asked } = useAssistant()
  const at = useAssistantChoices(choices => choices.hit)
  const hits = useHits()
  if (!chat && !search)
    return (
      <p className="empty">
        Search by name, by words, or by what code does: “where is theta worked out”. What is found stands here
        with its lines and why.
      </p>
    )
  return (
    <>
      {chat && <Answer chat={chat} />}
      {!chat && search && (
        <div className="code-bar">
          <span className="label" data-testid="search-sentence">
            {asked?.kind === 'unclear' && `${asked.sentence} `}
            {hits.length} found in {age(search.milliseconds)}; {search.method}.
            {search.notice !== undefined && ` ${search.notice}`}
          </span>
        </div>
      )}
      <ChoiceList
        label="Found"
        entries={hits}
        idOf={idOfHit}
        chosen={hits[at] && idOfHit(hits[at])}
        onChoose={hit => chooseAssistant({ hit: hits.indexOf(hit) })}
        onEnter={onEnter}
      >
        {(hit, index) => <Hit hit={hit} number={index + 1} />}
      </ChoiceList>
    </>
  )
}

/** What was found: what an answer rests on, else what search gave. */
export function useHits(): readonly SearchHit[] {
  return useAssistant(state => state.chat?.sources ?? state.search?.hits) ?? []
}

function idOfHit({ place }: SearchHit): string {
  return `${place.file} ${place.function} ${place.lines.first}`
}

function Answer({ chat }: { readonly chat: Chat }) {
  return (
    <section className="chat" aria-label="Answer">
      <div className="section">
        <span>Answer of the language model</span>
        <span className="micro">{chat.isDone ? 'whole' : 'coming'}; numbers lead to the code it read</span>
      </div>
      <ChatText
        text={chat.text}
        sources={chat.sources.length}
        onCite={source => chooseAssistant({ hit: source - 1 })}
      />
    </section>
  )
}

function Hit({ hit, number }: { readonly hit: SearchHit; readonly number: number }) {
  const folders = useFolders()
  const { place, docstring, why, choices } = hit
  const [newest] = choices
  const now = useNow()
  return (
    <article className="hit" data-testid="hit" data-function={place.function}>
      <span className="n">{number}</span>
      <div>
        <h3>
          {place.function} <span className="where">{placeWords(place, folders)}</span>
        </h3>
        {docstring !== '' && <p className="t2">{docstring.split('\n', 1)[0]}</p>}
        <p className="t3">{why.join('; ')}</p>
        {newest && (
          <p className="model">
            {newest.sentence}, {agoWords(newest.at, now)}
          </p>
        )}
      </div>
    </article>
  )
}

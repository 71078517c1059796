import type { ReactNode } from 'react'

interface ChatTextProps {
  readonly text: string
  /** How many sources there are; a number beyond them cites nothing and stays text. */
  readonly sources: number
  readonly onCite: (source: number) => void
}

/** An answer as it comes; `[2]` in it leads to the second source. */
export function ChatText({ text, sources, onCite }: ChatTextProps) {
  return (
    <div className="chat-text" role="log" aria-live="polite" data-testid="chat">
      {text === '' ? (
        <p className="t3">Reading the code that was found.</p>
      ) : (
        parts(text).map(({ at, words, cited }): ReactNode =>
          cited === undefined || cited < 1 || cited > sources ? (
            words
          ) : (
            <button
              key={at}
              type="button"
              className="cite"
              aria-label={`Source ${cited}`}
              onClick={() => onCite(cited)}
            >
              {cited}
            </button>
          ),
        )
      )}
    </div>
  )
}

/** A text in its parts: words, and numbers in brackets; together they are the text. */
export function parts(
  text: string,
): readonly { readonly at: number; readonly words: string; readonly cited: number | undefined }[] {
  let at = 0
  return text
    .split(/(\[\d{1,3}\])/)
    .filter(words => words !== '')
    .map(words => {
      const part = { at, words, cited: /^\[\d{1,3}\]$/.test(words) ? Number(words.slice(1, -1)) : undefined }
      at += words.length
      return part
    })
}

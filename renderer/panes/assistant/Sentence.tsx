/** A sentence in which code stands between backticks. */
export function Sentence({ text }: { readonly text: string }) {
  let at = 0
  return text.split('`').map((part, index) => {
    at += part.length + 1
    return index % 2 === 0 ? (
      part
    ) : (
      <code key={at} className="inline-code">
        {part}
      </code>
    )
  })
}

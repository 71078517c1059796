// What is written about a function, without the marks of the language: docstrings as `inspect.cleandoc` of Python's library
// gives them, comments without their signs.

const QUOTED = /^[a-z]*("""|'''|"|')([\s\S]*)\1$/i
const RULER = /^[-=*#~_/\s]*$/

/** The text of a Python string that stands as a docstring: no quotes, no common indentation. */
export function docstringOf(literal: string): string {
  const body = QUOTED.exec(literal)?.[2] ?? ''
  const lines = body.split(/\r?\n/)
  const rest = lines.slice(1)
  const margins = rest.filter(line => line.trim() !== '').map(line => line.search(/\S/))
  const margin = margins.reduce((least, next) => Math.min(least, next), Infinity)
  return [lines[0] ?? '', ...rest.map(line => line.slice(Math.min(margin, line.length)))]
    .map(line => line.trimEnd())
    .join('\n')
    .trim()
}

/** The words of one comment or of several, one under the other: no comment signs, no lines that only rule off. */
export function commentText(comment: string): string {
  return comment
    .split(/\r?\n/)
    .map(line =>
      line
        .trim()
        .replace(/^(\/\*+!?|\*+(?!\/)|\/\/[/!]*|#+[:!]?)\s?/, '')
        .replace(/\s*\*+\/$/, '')
        .trimEnd(),
    )
    .filter(
      (line, index, lines) => !RULER.test(line) || (line === '' && index > 0 && lines[index - 1] !== ''),
    )
    .join('\n')
    .trim()
}

// What a piece of Python looks like from line to line. Only strings, comments and brackets need to be told apart for that.

const TOKEN =
  /#[^\n]*|("""|''')(?:\\[\s\S]|(?!\1)[\s\S])*(?:\1|$)|"(?:\\[\s\S]|[^"\\\n])*"?|'(?:\\[\s\S]|[^'\\\n])*'?|[([{]|[)\]}]|\n/g

/** Whether the text ends a line outside of all brackets and strings, so that it reads as one expression only in parentheses. */
export function breaksOutsideBrackets(text: string): boolean {
  if (!text.includes('\n')) return false
  let depth = 0
  for (const [token] of text.matchAll(TOKEN)) {
    if (token === '\n' && depth === 0) return true
    if ('([{'.includes(token)) depth += 1
    else if (')]}'.includes(token)) depth -= 1
  }
  return false
}

/** The text with its lines after the first moved from one indentation to another; the insides of strings stay. */
export function reindent(text: string, from: string, to: string): string {
  if (from === to || !text.includes('\n')) return text
  let moved = ''
  let done = 0
  for (const { 0: token, index } of text.matchAll(TOKEN)) {
    const start = index + 1
    if (token !== '\n' || !text.startsWith(from, start) || isBlankAt(text, start)) continue
    moved += text.slice(done, start) + to
    done = start + from.length
  }
  return moved + text.slice(done)
}

function isBlankAt(text: string, at: number): boolean {
  const end = text.indexOf('\n', at)
  return text.slice(at, end < 0 ? undefined : end).trim() === ''
}

/** A fence and what it says of its language; it may be open to the end, where an answer was cut. */
const FENCE = /^[ \t]*(```+|~~~+)[ \t]*([\w+-]*)[^\n]*\n([\s\S]*?)(?:^[ \t]*\1[ \t]*$|$(?![\s\S]))/gm

/** What a model thinks before it answers, as some write it. */
const THOUGHT = /<think(?:ing)?>[\s\S]*?(?:<\/think(?:ing)?>|$)/g

const PYTHON = new Set(['', 'python', 'python3', 'py'])

/**
 * The pieces of Python in an answer of a model: what stands in fences for Python or for nothing, without common indentation; where
 * there is no fence, the answer from its first line of code on. What it thought aloud is no answer.
 */
export function codeBlocks(answer: string): readonly string[] {
  const said = answer.replaceAll('\r\n', '\n').replace(THOUGHT, '')
  const fenced = [...said.matchAll(FENCE)]
  if (fenced.length > 0)
    return fenced
      .filter(([, , language = '']) => PYTHON.has(language.toLowerCase()))
      .map(([, , , code = '']) => unindented(code))
  const start = said.search(/^[ \t]*(?:@\w|def |async def |import |from \w+ import )/m)
  return start < 0 ? [] : [unindented(said.slice(start))]
}

const LONGEST_PROSE = 200

/** The first sentence that an answer says beside its code; empty where it says none. */
export function proseOf(answer: string): string {
  const prose = answer.replaceAll('\r\n', '\n').replace(THOUGHT, '').replace(FENCE, '\n\n')
  const paragraph = prose.split(/\n\s*\n/).find(part => /\p{L}/u.test(part)) ?? ''
  const sentence =
    paragraph
      .replaceAll(/\s+/g, ' ')
      .trim()
      .split(/(?<=[.!?]) /, 1)[0] ?? ''
  return /^(?:def|import|from|class|@)\b/.test(sentence) ? '' : sentence.slice(0, LONGEST_PROSE)
}

/** Text without the indentation that all its lines share. */
function unindented(text: string): string {
  const lines = text.split('\n')
  const widths = lines.filter(line => line.trim() !== '').map(line => line.search(/\S/))
  const shared = Math.min(...widths, Number.MAX_SAFE_INTEGER)
  return `${lines
    .map(line => line.slice(shared))
    .join('\n')
    .trimEnd()}\n`
}

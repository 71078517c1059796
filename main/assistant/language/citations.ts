/** An answer whose citations were checked. */
export interface CheckedAnswer {
  readonly text: string
  /** The sources that it cites, counted from 1, in the order in which they are cited first. */
  readonly cited: readonly number[]
  /** Citations of nothing that were taken out. */
  readonly removed: number
}

/** Code in fences or in backticks, where brackets are no citations; a fence may still be open. */
const CODE = /```[\s\S]*?(?:```|$)|`[^`\n]*`/g

/** `[2]` or `[1, 3]` that follows no word, as an index would, with the space before it. */
const CITATION = /([ \t]?)(?<![\w\])])\[(\d+(?:\s*,\s*\d+)*)\](?!\()/g

/** Takes citations of sources that are not there out of an answer, and says which are left; code is left alone. */
export function checkCitations(answer: string, sources: number): CheckedAnswer {
  const cited = new Set<number>()
  let removed = 0
  const checkProse = (prose: string) =>
    prose.replace(CITATION, (_whole, space: string, list: string) => {
      const numbers = list.split(',').map(Number)
      const known = numbers.filter(number => number >= 1 && number <= sources)
      removed += numbers.length - known.length
      for (const number of known) cited.add(number)
      return known.length === 0 ? '' : `${space}[${known.join(', ')}]`
    })
  const parts: string[] = []
  let from = 0
  for (const { 0: code, index } of answer.matchAll(CODE)) {
    parts.push(checkProse(answer.slice(from, index)), code)
    from = index + code.length
  }
  parts.push(checkProse(answer.slice(from)))
  return { text: parts.join(''), cited: [...cited], removed }
}

/** The answer so far without a citation that has only begun, so that none flashes up before it was checked. */
export function withoutOpenCitation(answer: string): string {
  return answer.replace(/[ \t]?\[[\d,\s]*$/, '')
}

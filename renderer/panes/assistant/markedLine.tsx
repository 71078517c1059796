import type { ReactNode } from 'react'
import type { SearchHit } from '../../../main/contract/assistant.ts'

/** A line with what matched in it marked; marks that overlap or reach out of the line are cut to it. */
export function marked({
  text,
  marks,
}: Pick<SearchHit['lines'][number], 'text' | 'marks'>): readonly ReactNode[] {
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

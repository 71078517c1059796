import { useEffect, useState } from 'react'
import type { CodePlace, LineRange, SearchHit } from '../../../main/contract/assistant.ts'
import { ask } from '../../state/actions.ts'
import { marked } from './markedLine.tsx'

type ShownLine = SearchHit['lines'][number]

interface SourceLinesProps {
  readonly place: CodePlace
  /** What is shown until the function is there, and which of its lines have something marked. */
  readonly lines: readonly ShownLine[]
  /** Lines that something is said of. */
  readonly meant?: LineRange
}

/** A whole function with its line numbers, what matched in it marked. */
export function SourceLines({ place, lines, meant }: SourceLinesProps) {
  const shown = useSource(place, lines)
  return (
    <ol className="code-lines">
      {shown.map((line, index) => (
        <li
          key={line.number}
          className={classOf(line.number - (shown[index - 1]?.number ?? line.number), isIn(meant, line))}
        >
          <span className="n">{line.number}</span>
          <code>{marked(line)}</code>
        </li>
      ))}
    </ol>
  )
}

function classOf(step: number, isMeant: boolean): string {
  return `${step > 1 ? 'gap' : ''} ${isMeant ? 'meant' : ''}`.trim()
}

function isIn(range: LineRange | undefined, { number }: ShownLine): boolean {
  return range !== undefined && number >= range.first && number <= range.last
}

/** The lines of a function as it was read; those that are known already until then, or where it is not known any more. */
function useSource({ file, function: name }: CodePlace, lines: readonly ShownLine[]): readonly ShownLine[] {
  const [read, setRead] = useState<{ readonly of: string; readonly source: string; readonly first: number }>()
  const of = `${file} ${name}`
  useEffect(() => {
    let isWanted = true
    void ask('assistant/function', { file, function: name }).then(answer => {
      if (!isWanted || !answer.ok || !answer.value) return
      setRead({ of, source: answer.value.source, first: answer.value.lines.first })
    })
    return () => {
      isWanted = false
    }
  }, [file, name, of])
  if (read?.of !== of) return lines
  const marks = new Map(lines.map(line => [line.number, line.marks]))
  return read.source.split('\n').map((text, index) => ({
    number: read.first + index,
    text,
    marks: marks.get(read.first + index) ?? [],
  }))
}

import type { Statement } from '../../syntax/python/tree.ts'
import type { Rule, Suspicion } from '../rule.ts'
import type { Subject } from '../subject.ts'
import { linesOf, withBlocks } from '../walk.ts'

/** Statements of Python 2: one of them and the whole file no longer loads. */
export const oldSyntax: Rule = {
  id: 'old-idiom',
  severity: 'wrong',
  title: 'Newer versions refuse this',
  look: subject => {
    const first = subject.statements.find(statement => renewed(statement) !== undefined)
    if (first?.kind !== 'verbatim') return []
    const suspicion: Suspicion = {
      lines: linesOf(first),
      reason: `\`${first.text}\` is Python 2; Python 3 refuses the whole file for it.`,
      trials: [
        {
          topic: '',
          input: `import of the file with ${subject.function.name}`,
          actual: 'reference.compiles($text)',
          expected: ['"runs"'],
          tolerance: 0,
        },
      ],
      fix: withoutOld(subject),
      isAlone: true,
      isGuess: false,
    }
    return [suspicion]
  },
}

/** The text of a `print`, `exec` or `raise` of Python 2 as Python 3 has it. */
function renewed(statement: Statement): string | undefined {
  if (statement.kind !== 'verbatim') return undefined
  const shown = /^(print|exec)\s+(?!\()(.+)$/s.exec(statement.text)
  if (shown) return `${shown[1] ?? ''}(${shown[2] ?? ''})`
  if (statement.text === 'print') return 'print()'
  const raised = /^raise\s+([\w.]+)\s*,\s*(.+)$/s.exec(statement.text)
  return raised ? `raise ${raised[1] ?? ''}(${raised[2] ?? ''})` : undefined
}

function withoutOld(subject: Subject) {
  return withBlocks(subject.function, block =>
    block.map(statement => {
      const text = renewed(statement)
      return text === undefined || statement.kind !== 'verbatim' ? statement : { ...statement, text }
    }),
  )
}

import type { Statement } from '../../syntax/python/tree.ts'
import type { Rule, Suspicion, Trial } from '../rule.ts'
import { callText } from '../sampling.ts'
import { parameterOf, type Subject } from '../subject.ts'
import { linesOf, withBlocks } from '../walk.ts'

/** A bar that touched both stop and target, counted as a win: nobody knows which came first. */
export const targetBeforeStop: Rule = {
  id: 'target-before-stop',
  severity: 'loss',
  title: 'A bar that touched both is counted as a win',
  look: subject => {
    const trials = trialsOf(subject)
    if (trials.length === 0) return []
    return subject.statements.flatMap(statement => {
      if (statement.kind !== 'if') return []
      const swapped = stopFirst(subject, statement)
      const suspicion: Suspicion = {
        lines: linesOf(statement),
        reason:
          'The target is looked at before the stop. Where one bar spans both, the order of the touches is not known, and the backtest takes the profit every time.',
        trials,
        fix: swapped,
        isGuess: true,
      }
      return swapped ? [suspicion] : [{ ...suspicion, isGuess: false }]
    })
  },
}

function trialsOf(subject: Subject): readonly Trial[] {
  const [stop, target] = [parameterOf(subject, 'stop'), parameterOf(subject, 'target')]
  const [highs, lows] = [parameterOf(subject, 'highs'), parameterOf(subject, 'lows')]
  if (!stop || !target || !highs || !lows || parameterOf(subject, 'side', 'isShort')) return []
  const isMany = highs.kind.kind !== 'unknown' && highs.kind.kind !== 'number'
  const wrap = (price: string): string => {
    if (!isMany) return price
    const list = `[100.0, ${price}]`
    if (highs.kind.kind === 'array') return `reference.array(${list})`
    return highs.kind.kind === 'series' ? `reference.series(${list})` : list
  }
  const byName: Record<string, string> = { [stop.name]: '95.0', [target.name]: '110.0' }
  const call = callText(
    subject,
    { entry: '100.0', prices: wrap('104.0'), price: '104.0', exit: wrap('104.0') },
    { ...byName, [highs.name]: wrap('111.0'), [lows.name]: wrap('94.0') },
  )
  if (call === undefined) return []
  return [
    {
      topic: '',
      input: `${subject.function.name}(${call})`,
      actual: `reference.is_win($f(${call}), 100.0, 110.0)`,
      expected: ['False'],
      tolerance: 0,
    },
  ]
}

/** The function with an `if` and the one right after it, or its `elif`, the other way round. */
function stopFirst(subject: Subject, first: Statement) {
  if (first.kind !== 'if') return undefined
  const [inner] = first.otherwise
  if (first.otherwise.length === 1 && inner?.kind === 'if') {
    const swapped: Statement = {
      ...first,
      test: inner.test,
      body: inner.body,
      otherwise: [{ ...inner, test: first.test, body: first.body }],
    }
    return withBlocks(subject.function, block =>
      block.map(statement => (statement.lines === first.lines ? swapped : statement)),
    )
  }
  return withBlocks(subject.function, block => {
    const place = block.findIndex(statement => statement.lines === first.lines)
    const next = block[place + 1]
    if (place < 0 || next?.kind !== 'if') return block
    return block.with(place, next).with(place + 1, first)
  })
}

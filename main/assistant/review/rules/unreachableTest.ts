import { printExpression } from '../../syntax/python/printExpression.ts'
import type { Expression, Statement } from '../../syntax/python/tree.ts'
import type { Rule, Trial } from '../rule.ts'
import { callText } from '../sampling.ts'
import type { Subject } from '../subject.ts'
import { linesOf, withBlocks } from '../walk.ts'

type If = Extract<Statement, { kind: 'if' }>

/** `name > bound` with a number as bound. */
interface Test {
  readonly name: string
  readonly isAbove: boolean
  readonly bound: number
}

/** An `elif` whose test can only hold where an earlier one did: the tighter stop that never fires. */
export const unreachableTest: Rule = {
  id: 'unreachable-test',
  severity: 'loss',
  title: 'A test can never be reached',
  look: subject =>
    subject.statements.flatMap(statement => {
      if (statement.kind !== 'if') return []
      const chain = chainOf(statement)
      const tests = chain.map(({ test }) => testOf(test))
      const dead = tests.findIndex(
        (test, index) => test && tests.slice(0, index).some(earlier => earlier && covers(earlier, test)),
      )
      const [test, link] = [tests[dead], chain[dead]]
      const isInner = subject.statements.some(
        outer => outer.kind === 'if' && outer.otherwise.includes(statement),
      )
      if (!test || !link || isInner) return []
      return [
        {
          lines: linesOf(link),
          reason: `Whenever \`${printExpression(link.test)}\` holds, an earlier test has already decided: this branch, the one for the worst case, never runs.`,
          trials: trialsOf(subject, test),
          fix: sorted(subject, statement, chain, tests),
          isGuess: false,
        },
      ]
    }),
}

function trialsOf(subject: Subject, { name, isAbove, bound }: Test): readonly Trial[] {
  const value = String(bound + (isAbove ? 1 : -1) * Math.max(Math.abs(bound), 0.01) * 0.5)
  const call = callText(subject, {}, { [name]: value })
  if (call === undefined || !subject.parameters.some(parameter => parameter.name === name)) return []
  return [
    {
      topic: '',
      input: `${subject.function.name}(${call})`,
      actual: `$f(${call})`,
      expected: [`$mended(${call})`],
      tolerance: 1e-12,
    },
  ]
}

/** The `if` with its `elif`s. */
function chainOf(statement: If): readonly If[] {
  const [inner] = statement.otherwise
  return statement.otherwise.length === 1 && inner?.kind === 'if'
    ? [statement, ...chainOf(inner)]
    : [statement]
}

function testOf(test: Expression): Test | undefined {
  if (test.kind !== 'compare' || test.comparators.length !== 1) return undefined
  const [operator, other] = [test.operators[0], test.comparators[0]]
  if (test.left.kind !== 'name' || other === undefined || !/^[<>]=?$/.test(operator ?? '')) return undefined
  const bound = Number(printExpression(other).replaceAll('_', ''))
  return Number.isNaN(bound)
    ? undefined
    : { name: test.left.id, isAbove: operator?.startsWith('>') === true, bound }
}

/** Whether the earlier test holds wherever the later one does. */
function covers(earlier: Test, later: Test): boolean {
  if (earlier.name !== later.name || earlier.isAbove !== later.isAbove) return false
  return earlier.isAbove ? earlier.bound < later.bound : earlier.bound > later.bound
}

/** The function with the tests of the chain in the order in which each can be reached: the farthest bound first. */
function sorted(subject: Subject, head: If, chain: readonly If[], tests: readonly (Test | undefined)[]) {
  const known = tests.flatMap(test => (test ? [test] : []))
  if (known.length !== chain.length) return undefined
  const order = chain
    .map((link, index) => ({ link, bound: known[index]?.bound ?? 0 }))
    .toSorted((one, other) =>
      known[0]?.isAbove === true ? other.bound - one.bound : one.bound - other.bound,
    )
  const last = chain.at(-1)?.otherwise ?? []
  const made = order
    .toReversed()
    .reduce<readonly Statement[]>(
      (otherwise, { link }, index) => [
        { ...link, ...(index === order.length - 1 ? { above: head.above } : {}), otherwise },
      ],
      last,
    )
  return withBlocks(subject.function, block =>
    block.flatMap(statement => (statement.lines === head.lines ? made : [statement])),
  )
}

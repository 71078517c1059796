import { printExpression } from '../../syntax/python/printExpression.ts'
import type { Expression, FunctionStatement, Statement } from '../../syntax/python/tree.ts'
import { blocksIn } from '../../syntax/python/visit.ts'
import type { Rule, Trial } from '../rule.ts'
import { looseCallText } from '../sampling.ts'
import type { Subject } from '../subject.ts'
import { linesOf, withBlocks } from '../walk.ts'

type If = Extract<Statement, { kind: 'if' }>

/** `name > bound` with a number as bound. */
interface Test {
  readonly name: string
  readonly isAbove: boolean
  readonly bound: number
}

/** Tests of which the first that holds decides: an `if` with its `elif`s, or one `if` after the other that each leave. */
interface Chain {
  readonly links: readonly If[]
  readonly isNested: boolean
}

/** A test that can only hold where an earlier one did: the tighter stop that never fires. */
export const unreachableTest: Rule = {
  id: 'unreachable-test',
  severity: 'loss',
  title: 'A test can never be reached',
  look: subject =>
    chainsOf(subject).flatMap(chain => {
      const tests = chain.links.map(({ test }) => testOf(test))
      const dead = tests.findIndex(
        (test, index) => test && tests.slice(0, index).some(earlier => earlier && covers(earlier, test)),
      )
      const [test, link] = [tests[dead], chain.links[dead]]
      if (!test || !link) return []
      return [
        {
          lines: linesOf(link),
          reason: `Whenever \`${printExpression(link.test)}\` holds, an earlier test has already decided: this branch, the one for the worst case, never runs.`,
          trials: trialsOf(subject, test),
          fix: sorted(subject, chain, tests),
          isGuess: false,
        },
      ]
    }),
}

function trialsOf(subject: Subject, { name, isAbove, bound }: Test): readonly Trial[] {
  const value = String(bound + (isAbove ? 1 : -1) * Math.max(Math.abs(bound), 0.01) * 0.5)
  if (!subject.parameters.some(parameter => parameter.name === name)) return []
  const call = looseCallText(subject, { [name]: value })
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

function chainsOf({ function: of }: Subject): readonly Chain[] {
  const within = (block: readonly Statement[]): readonly Chain[] => [
    ...runsOf(block).map(links => ({ links, isNested: false })),
    ...block.flatMap(statement => {
      const nested = statement.kind === 'if' ? [{ links: elifsOf(statement), isNested: true }] : []
      // The `elif`s of a chain are in it already
      const inner =
        statement.kind === 'if' && elifsOf(statement).length > 1
          ? elifsOf(statement).map(({ body }) => body)
          : blocksIn(statement)
      return [...nested, ...inner.flatMap(within)]
    }),
  ]
  return within(of.body).filter(({ links }) => links.length > 1)
}

function elifsOf(statement: If): readonly If[] {
  const [inner] = statement.otherwise
  return statement.otherwise.length === 1 && inner?.kind === 'if'
    ? [statement, ...elifsOf(inner)]
    : [statement]
}

/** Every run of `if`s side by side that each leave the block when they hold. */
function runsOf(block: readonly Statement[]): readonly (readonly If[])[] {
  const runs: If[][] = []
  let isOpen = false
  for (const statement of block) {
    const leaves =
      statement.kind === 'if' &&
      statement.otherwise.length === 0 &&
      /^(return|raise|continue|break)$/.test(statement.body.at(-1)?.kind ?? '')
    if (leaves) {
      if (isOpen) runs.at(-1)?.push(statement)
      else runs.push([statement])
    }
    isOpen = leaves
  }
  return runs
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
function sorted(
  subject: Subject,
  { links, isNested }: Chain,
  tests: readonly (Test | undefined)[],
): FunctionStatement | undefined {
  const known = tests.flatMap(test => (test ? [test] : []))
  const [head] = links
  if (!head || known.length !== links.length) return undefined
  const order = links
    .map((link, index) => ({ link, bound: known[index]?.bound ?? 0 }))
    .toSorted((one, other) =>
      known[0]?.isAbove === true ? other.bound - one.bound : one.bound - other.bound,
    )
    .map(({ link }) => link)
  const made = isNested
    ? order.reduceRight<readonly Statement[]>(
        (otherwise, link) => [{ ...link, above: head.above, otherwise }],
        links.at(-1)?.otherwise ?? [],
      )
    : order
  const isIn = new Set(links.map(({ lines }) => lines))
  return withBlocks(subject.function, block =>
    block.flatMap(statement =>
      statement.lines === head.lines ? made : isIn.has(statement.lines) && !isNested ? [] : [statement],
    ),
  )
}

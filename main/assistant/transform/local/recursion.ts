import { namesOfBlock } from '../../syntax/python/names.ts'
import type { Expression, FunctionStatement, Statement } from '../../syntax/python/tree.ts'
import { eachExpressionIn, mapBlocks, someStatement } from '../../syntax/python/visit.ts'
import { assign, name, tuple } from '../build.ts'
import type { Transform } from '../transform.ts'

/** A function that ends in calling itself becomes a loop (Steele, Debunking the "expensive procedure call" myth, 1977). */
export const tailCallToLoop: Transform = {
  name: 'tail-call-to-loop',
  family: 'algorithm',
  title: 'A loop instead of a function that ends in calling itself',
  why: 'Nothing is left to do after the call, so its arguments can take the place of the parameters. It no longer ends in RecursionError where it goes deep.',
  reorders: false,
  sites: ({ function: statement, added }, context) => {
    const isPlain =
      statement.decorators.length === 0 &&
      !statement.isAsync &&
      !context.path.includes('.') &&
      statement.parameters.every(({ form, fallback }) => form === 'plain' && !fallback) &&
      !namesOfBlock(statement.body).writes.has(statement.name) &&
      !someStatement(statement.body, hides)
    const tails = isPlain ? tailCalls(statement.body, statement) : 0
    if (tails === 0 || tails !== mentions(statement)) return []
    return [{ at: 'all', apply: () => ({ function: asLoop(statement), added }) }]
  },
}

/** Statements in which a `return` or a name of the function would come to mean something else. */
function hides(statement: Statement): boolean {
  return ['for', 'while', 'try', 'with', 'function', 'class', 'verbatim'].includes(statement.kind)
}

/** The arguments of `return f(…)`, one for each parameter; undefined where it is another statement. */
function tailArguments(
  inner: Statement,
  { name: id, parameters }: FunctionStatement,
): readonly Expression[] | undefined {
  if (inner.kind !== 'return' || inner.value?.kind !== 'call') return undefined
  const { callee, arguments: given } = inner.value
  if (callee.kind !== 'name' || callee.id !== id || given.length !== parameters.length) return undefined
  return given.every(({ form }) => form === 'positional') ? given.map(({ value }) => value) : undefined
}

function tailCalls(block: readonly Statement[], statement: FunctionStatement): number {
  return block.reduce((sum, inner) => {
    if (tailArguments(inner, statement)) return sum + 1
    return inner.kind === 'if'
      ? sum + tailCalls(inner.body, statement) + tailCalls(inner.otherwise, statement)
      : sum
  }, 0)
}

function mentions(statement: FunctionStatement): number {
  let count = 0
  for (const inner of statement.body)
    eachExpressionIn(inner, part => (count += part.kind === 'name' && part.id === statement.name ? 1 : 0))
  return count
}

function asLoop(statement: FunctionStatement): FunctionStatement {
  const [first, ...rest] = statement.body
  const isDocumented = first?.kind === 'expression' && first.value.kind === 'constant'
  const head = isDocumented && first ? [first] : []
  const body = looped(isDocumented ? rest : statement.body, statement)
  const last = body.at(-1)
  const ends = last && isEnd(last) ? [] : [{ ...PLAIN, kind: 'return' as const, value: undefined }]
  return {
    ...statement,
    body: [...head, { ...PLAIN, kind: 'while', test: TRUE, body: [...body, ...ends], otherwise: [] }],
  }
}

const PLAIN = { above: [], beside: '', lines: undefined }
const TRUE: Expression = { kind: 'constant', type: 'boolean', text: 'True' }

function looped(block: readonly Statement[], statement: FunctionStatement): readonly Statement[] {
  return block.flatMap(inner => {
    const given = tailArguments(inner, statement)
    if (!given) return [inner.kind === 'if' ? mapBlocks(inner, part => looped(part, statement)) : inner]
    const names = statement.parameters.map(parameter => name(parameter.name))
    const [only, ...others] = names
    const [value] = given
    const again =
      only && value && others.length === 0 ? assign(only, value) : assign(tuple(names), tuple(given))
    return [
      { ...again, above: inner.above, beside: inner.beside },
      { ...PLAIN, kind: 'continue' as const },
    ]
  })
}

/** Whether nothing after the statement is reached. */
function isEnd(statement: Statement): boolean {
  if (statement.kind === 'if') return [statement.body, statement.otherwise].every(block => block.some(isEnd))
  return statement.kind === 'return' || statement.kind === 'raise' || statement.kind === 'continue'
}

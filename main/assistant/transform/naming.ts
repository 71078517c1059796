import { dotted } from '../syntax/python/modules.ts'
import { freshName, namesOfExpression } from '../syntax/python/names.ts'
import type { Expression, FunctionStatement } from '../syntax/python/tree.ts'

/** A name for the value of an expression, made of the words in it and taken by nothing in the function. */
export function nameFor(
  expression: Expression,
  statement: FunctionStatement,
  taken: ReadonlySet<string>,
): string {
  const parameters = new Set(statement.parameters.map(({ name }) => name))
  return freshName(wordsFor(expression), statement.body, new Set([...taken, ...parameters]))
}

function wordsFor(expression: Expression): string {
  const words = (parts: readonly Expression[]) =>
    [...new Set(parts.flatMap(part => [...namesOfExpression(part).reads]))].filter(
      word => !/^[A-Z]|^(?:math|np|numpy|self)$/.test(word),
    )
  switch (expression.kind) {
    case 'attribute':
      return clean(expression.attribute, [])
    case 'call': {
      const callee = dotted(expression.callee)?.split('.').at(-1) ?? 'value'
      return clean(callee, words(expression.arguments.map(({ value }) => value)))
    }
    case 'subscript':
      return clean(dotted(expression.value)?.split('.').at(-1) ?? 'item', stringIn(expression.index))
    case 'binary':
      return clean(OPERATORS[expression.operator] ?? 'value', words([expression]))
    default:
      return clean('value', words([expression]))
  }
}

const OPERATORS: Readonly<Record<string, string>> = {
  '+': 'sum',
  '-': 'difference',
  '*': 'product',
  '/': 'ratio',
  '**': 'power',
}

function stringIn(index: Expression): readonly string[] {
  return index.kind === 'constant' && index.type === 'string'
    ? [index.text]
    : [...namesOfExpression(index).reads]
}

function clean(head: string, words: readonly string[]): string {
  const parts = [head, ...words.slice(0, 2)].map(part => part.replaceAll(/\W/g, ''))
  const name = parts.filter(Boolean).join('_').toLowerCase()
  return /^[a-z]/.test(name) ? name : `value_${name}`
}

import { freshName } from '../syntax/python/names.ts'
import type { BinaryOperator, Expression, FunctionStatement } from '../syntax/python/tree.ts'

/** A name for the value of an expression: what a person would say when reading it, taken by nothing in the function. */
export function nameFor(
  expression: Expression,
  statement: FunctionStatement,
  taken: ReadonlySet<string>,
): string {
  const parameters = statement.parameters.map(({ name }) => name)
  const wanted = spoken(expression)
  const name = BUILTINS.has(wanted) ? `${wanted}_value` : wanted
  return freshName(name, statement.body, new Set([...taken, ...parameters]))
}

/** One of many: `strike` for `strikes`, and `rows_item` where the word is no plural. */
export function singular(plural: string): string {
  if (/(?:ss|us|is)$/.test(plural) || !plural.endsWith('s') || plural.length < 3) return `${plural}_item`
  if (plural.endsWith('ies')) return `${plural.slice(0, -3)}y`
  return /(?:x|ch|sh)es$/.test(plural) ? plural.slice(0, -2) : plural.slice(0, -1)
}

const LONGEST = 32

/** The words of an expression as a name, fewer where they are many. */
function spoken(expression: Expression): string {
  const words = wordsOf(expression).map(word => word.replaceAll(/\W/g, '').toLowerCase())
  const said = words.filter((word, at) => word !== '' && word !== words[at - 1])
  while (said.length > 1 && said.join('_').length > LONGEST) said.pop()
  while (said.length > 1 && JOINING.has(said.at(-1) ?? '')) said.pop()
  const name = said.join('_')
  return /^[a-z_]/.test(name) ? name : `value_${name}`
}

const OPERATORS: Readonly<Record<BinaryOperator, string>> = {
  '+': 'plus',
  '-': 'minus',
  '*': '',
  '/': 'per',
  '//': 'per',
  '%': 'modulo',
  '**': 'power',
  '@': 'times',
  '<<': 'shifted',
  '>>': 'shifted',
  '&': 'and',
  '|': 'or',
  '^': 'xor',
}

const JOINING: ReadonlySet<string> = new Set([...Object.values(OPERATORS), 'of', 'not'])

const BUILTINS: ReadonlySet<string> = new Set(
  'abs all any bool bytes chr dict dir divmod filter float format hash hex id input int iter len list map max min next object open ord pow print property range repr reversed round set slice sorted str sum super tuple type vars zip'.split(
    ' ',
  ),
)

function wordsOf(expression: Expression): readonly string[] {
  switch (expression.kind) {
    case 'name':
      return [expression.id]
    case 'constant':
      return [numberWord(expression.text)]
    case 'attribute':
      return [expression.attribute]
    case 'call':
      return [
        ...wordsOf(expression.callee).slice(-1),
        ...expression.arguments.flatMap(({ value }) => wordsOf(value)),
      ]
    case 'subscript':
      return entryWords(expression.value, expression.index)
    case 'unary':
      return [
        expression.operator === 'not' ? 'not' : expression.operator === '-' ? 'minus' : '',
        ...wordsOf(expression.operand),
      ]
    case 'binary': {
      const { operator, left, right } = expression
      const isSquare = operator === '**' && right.kind === 'constant' && right.text === '2'
      return isSquare
        ? [...wordsOf(left), 'squared']
        : [...wordsOf(left), OPERATORS[operator], ...wordsOf(right)]
    }
    case 'tuple':
    case 'list':
      return expression.elements.flatMap(wordsOf)
    default:
      return ['value']
  }
}

/** `row["bid"]` is the bid of the row, `strikes[i]` a strike, `book[i]` the entry of the book at i, `mean[:, None]` a column. */
function entryWords(holder: Expression, index: Expression): readonly string[] {
  const of = wordsOf(holder)
  if (index.kind === 'constant' && index.type === 'string') return [...of, index.text]
  const last = of.at(-1) ?? 'value'
  const one = singular(last)
  if (index.kind === 'slice') return [...of, 'part']
  if (isColumn(index)) return [...of, 'column']
  if (one.endsWith('_item')) return [...of, ...wordsOf(index)]
  return index.kind === 'name' ? [...of.slice(0, -1), one] : [...of.slice(0, -1), one, ...wordsOf(index)]
}

/** `:, None` of an array, each element of which becomes a row. */
function isColumn(index: Expression): boolean {
  const last = index.kind === 'tuple' ? index.elements.at(-1) : undefined
  return last?.kind === 'constant' && last.type === 'none'
}

const NUMBERS = ['zero', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten']

function numberWord(text: string): string {
  return NUMBERS[Number(text)] ?? text.replace(/\.0*$/, '').replace('.', '_')
}

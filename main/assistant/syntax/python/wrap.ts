import { operand, printClause } from './printExpression.ts'
import { STRENGTH, operatorStrength } from './strength.ts'
import { expressionTexts } from './texts.ts'
import type { Argument, Expression } from './tree.ts'

/** How wide a line may be before an expression that was made is set over several. */
export const WIDTH = 100
const STEP = '    '

/**
 * An expression over several lines where one would be too wide, for a place that begins `taken` characters into a line: brackets open at
 * the end of a line, what is in them stands one step in, operators begin a line. What was written stays as wide as it was written.
 */
export function wrapExpression(expression: Expression, indentation: string, taken: number): string {
  const text = operand(expression, STRENGTH.yield)
  const isKept = expressionTexts.get(expression)?.isWritten === true
  if (isKept || text.includes('\n') || taken + text.length <= WIDTH) return text
  return broken(expression, indentation) ?? text
}

/** The expression broken at its outermost brackets or operators; undefined where it has none. */
function broken(expression: Expression, indentation: string): string | undefined {
  switch (expression.kind) {
    case 'call':
      return brokenCall(expression, indentation)
    case 'list':
    case 'set':
    case 'tuple': {
      const [open, close] = BRACKETS[expression.kind]
      return enclosed(open, lines(expression.elements, indentation), close, indentation)
    }
    case 'dict':
      return enclosed(
        '{',
        expression.entries.map(({ key, value }) => entry(key, value, indentation)),
        '}',
        indentation,
      )
    case 'comprehension': {
      const [open, close] = BRACKETS[expression.form]
      return enclosed(open, comprehensionLines(expression, indentation), close, indentation)
    }
    case 'binary':
    case 'boolean':
    case 'conditional': {
      const parts = operatorLines(expression, indentation)
      return parts && enclosed('(', parts, ')', indentation)
    }
    default:
      return undefined
  }
}

const BRACKETS = {
  list: ['[', ']'],
  set: ['{', '}'],
  dict: ['{', '}'],
  tuple: ['(', ')'],
  generator: ['(', ')'],
} as const

function enclosed(open: string, parts: readonly string[], close: string, indentation: string): string {
  return [open, ...parts.map(part => indentation + STEP + part), indentation + close].join('\n')
}

/** The operands of an expression of operators, each but the first behind its operator; undefined where it has none. */
function operatorLines(expression: Expression, indentation: string): readonly string[] | undefined {
  switch (expression.kind) {
    case 'binary':
      return expression.operator === '**' ? undefined : chainLines(expression, indentation)
    case 'boolean': {
      const { operator, values } = expression
      return values.map(
        (value, index) => (index === 0 ? '' : `${operator} `) + operand(value, STRENGTH[operator] + 1),
      )
    }
    case 'conditional': {
      const { body, test, otherwise } = expression
      const first = inner(body, STRENGTH.or, indentation)
      const last = inner(otherwise, STRENGTH.conditional, indentation)
      return [first, `if ${operand(test, STRENGTH.or)}`, `else ${last}`]
    }
    default:
      return undefined
  }
}

/** A part on a line of its own, broken again where it is too wide. */
function inner(expression: Expression, strength: number, indentation: string): string {
  const deeper = indentation + STEP
  const text = operand(expression, strength)
  if (text.includes('\n') || deeper.length + text.length < WIDTH) return text
  return broken(expression, deeper) ?? text
}

/** A part that brackets are around already, so that its operators need none of their own. */
function freely(expression: Expression, indentation: string): string {
  const deeper = indentation + STEP
  const strength = expression.kind === 'starred' ? STRENGTH.tuple : STRENGTH.lambda
  const text = operand(expression, strength)
  if (text.includes('\n') || deeper.length + text.length < WIDTH) return text
  return (
    operatorLines(expression, indentation)?.join(`\n${deeper}`) ?? inner(expression, strength, indentation)
  )
}

function lines(elements: readonly Expression[], indentation: string): readonly string[] {
  return elements.map(element => `${freely(element, indentation)},`)
}

function entry(key: Expression | undefined, value: Expression, indentation: string): string {
  const head = key ? `${operand(key, STRENGTH.lambda)}: ` : '**'
  return `${head}${inner(value, key ? STRENGTH.lambda : STRENGTH.bitOr, indentation)},`
}

function brokenCall(call: Extract<Expression, { kind: 'call' }>, indentation: string): string | undefined {
  const callee = operand(call.callee, STRENGTH.primary)
  const [only, ...others] = call.arguments
  if (!only || callee.includes('\n')) return undefined
  if (others.length === 0 && only.form === 'positional' && only.value.kind === 'comprehension') {
    // The brackets of a lone generator are those of the call
    if (only.value.form === 'generator')
      return enclosed(`${callee}(`, comprehensionLines(only.value, indentation), ')', indentation)
    return `${callee}(${broken(only.value, indentation) ?? ''})`
  }
  const together = call.arguments.map(argument => given(argument, indentation)).join(', ')
  const isShort = !together.includes('\n') && indentation.length + STEP.length + together.length <= WIDTH
  const parts = isShort ? [together] : call.arguments.map(argument => `${given(argument, indentation)},`)
  return enclosed(`${callee}(`, parts, ')', indentation)
}

function given({ form, name, value }: Argument, indentation: string): string {
  const head = form === 'keyword' ? `${name}=` : form === 'star' ? '*' : form === 'doubleStar' ? '**' : ''
  return head + freely(value, indentation)
}

function comprehensionLines(
  comprehension: Extract<Expression, { kind: 'comprehension' }>,
  indentation: string,
): readonly string[] {
  const { key, element, clauses } = comprehension
  const value = freely(element, indentation)
  const head = key ? `${operand(key, STRENGTH.lambda)}: ${value}` : value
  return [head, ...clauses.map(clause => printClause(clause).trimStart())]
}

/** Operands of operators that hold equally tight, each but the first behind its operator. */
function chainLines(
  expression: Extract<Expression, { kind: 'binary' }>,
  indentation: string,
): readonly string[] {
  const strength = operatorStrength(expression.operator)
  const parts: string[] = []
  let left: Expression = expression
  while (left.kind === 'binary' && operatorStrength(left.operator) === strength && left.operator !== '**') {
    parts.unshift(`${left.operator} ${inner(left.right, strength + 1, indentation)}`)
    left = left.left
  }
  return [inner(left, strength, indentation), ...parts]
}

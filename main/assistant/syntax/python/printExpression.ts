import { breaksOutsideBrackets } from './layout.ts'
import { STRENGTH, operatorStrength, strengthOf } from './strength.ts'
import { expressionTexts, type ExpressionText } from './texts.ts'
import type { Argument, ComprehensionClause, Expression, Parameter } from './tree.ts'

/** The text of an expression: as it was written where it was read, else from its parts. */
export function printExpression(expression: Expression): string {
  return operand(expression, STRENGTH.tuple)
}

/** The text of an expression at a place that wants at least some strength; in parentheses where it is looser. */
export function operand(expression: Expression, strength: number): string {
  const printed = textOfExpression(expression)
  const isOperand = strength >= STRENGTH.or
  return printed.strength < strength || (isOperand && printed.enclosed) ? `(${printed.text})` : printed.text
}

/** The text of arguments, without the parentheses around them. */
export function printArguments(given: readonly Argument[]): string {
  return given
    .map(({ form, name, value }) => {
      const text = operand(value, STRENGTH.lambda)
      return form === 'keyword' ? `${name}=${text}` : `${STARS[form]}${text}`
    })
    .join(', ')
}

/** The text of parameters, without the parentheses around them. */
export function printParameters(parameters: readonly Parameter[]): string {
  return parameters
    .map(({ form, name, annotation, fallback }) => {
      const head = annotation ? `${name}: ${operand(annotation, STRENGTH.lambda)}` : name
      const equals = annotation ? ' = ' : '='
      return `${STARS[form]}${head}${fallback ? equals + operand(fallback, STRENGTH.lambda) : ''}`
    })
    .join(', ')
}

const STARS = { positional: '', keyword: '', plain: '', marker: '', star: '*', doubleStar: '**' } as const

function textOfExpression(expression: Expression): ExpressionText {
  const known = expressionTexts.get(expression)
  if (known) return known
  const text = printParts(expression)
  const isWhole = expression.kind === 'tuple' || expression.kind === 'named'
  const printed =
    !isWhole && breaksOutsideBrackets(text)
      ? { text: `(${text})`, strength: STRENGTH.atom, enclosed: false, isWritten: false }
      : {
          text,
          strength: isWhole ? STRENGTH.atom : strengthOf(expression),
          enclosed: false,
          isWritten: false,
        }
  expressionTexts.set(expression, printed)
  return printed
}

function printParts(expression: Expression): string {
  switch (expression.kind) {
    case 'name':
      return expression.id
    case 'constant':
    case 'verbatim':
      return expression.text
    case 'attribute':
      return `${base(expression.value)}.${expression.attribute}`
    case 'subscript':
      return `${base(expression.value)}[${printIndex(expression.index)}]`
    case 'slice':
      return printSlice(expression)
    case 'call':
      return `${base(expression.callee)}${printCallArguments(expression.arguments)}`
    case 'unary':
      return printUnary(expression)
    case 'binary':
      return printBinary(expression)
    case 'boolean':
      return expression.values
        .map(value => operand(value, STRENGTH[expression.operator] + 1))
        .join(` ${expression.operator} `)
    case 'compare':
      return printCompare(expression)
    case 'conditional':
      return `${operand(expression.body, STRENGTH.or)} if ${operand(expression.test, STRENGTH.or)} else ${operand(expression.otherwise, STRENGTH.conditional)}`
    case 'tuple':
      return expression.elements.length === 1
        ? `(${list(expression.elements)},)`
        : `(${list(expression.elements)})`
    case 'list':
      return `[${list(expression.elements)}]`
    case 'set':
      return `{${list(expression.elements)}}`
    case 'dict':
      return `{${expression.entries.map(printEntry).join(', ')}}`
    case 'comprehension':
      return printComprehension(expression)
    case 'lambda': {
      const parameters = printParameters(expression.parameters)
      return `lambda${parameters && ' '}${parameters}: ${operand(expression.body, STRENGTH.lambda)}`
    }
    case 'starred':
      return `*${operand(expression.value, STRENGTH.bitOr)}`
    case 'named':
      return `(${printExpression(expression.target)} := ${operand(expression.value, STRENGTH.lambda)})`
  }
}

type Kind<Name extends Expression['kind']> = Extract<Expression, { kind: Name }>

/** What an attribute, an index or a call hangs on; a whole number needs parentheses before a dot. */
function base(expression: Expression): string {
  const text = operand(expression, STRENGTH.primary)
  return /^[0-9_]+$/.test(text) ? `(${text})` : text
}

function printIndex(index: Expression): string {
  if (index.kind !== 'tuple' || index.elements.length === 0) return operand(index, STRENGTH.tuple)
  return index.elements.length === 1 ? `${list(index.elements)},` : list(index.elements)
}

function printSlice({ lower, upper, step }: Kind<'slice'>): string {
  const [first, second, third] = [lower, upper, step].map(part =>
    part ? operand(part, STRENGTH.lambda) : '',
  )
  return third ? `${first}:${second}:${third}` : `${first}:${second}`
}

/** A generator that is the only argument has its own parentheses. */
function printCallArguments(given: readonly Argument[]): string {
  const [only, ...rest] = given
  const isLone =
    only?.form === 'positional' &&
    rest.length === 0 &&
    only.value.kind === 'comprehension' &&
    only.value.form === 'generator'
  return isLone ? printExpression(only.value) : `(${printArguments(given)})`
}

function printUnary({ operator, operand: value }: Kind<'unary'>): string {
  if (operator === 'not') return `not ${operand(value, STRENGTH.not)}`
  return `${operator}${operand(value, STRENGTH.unary)}`
}

/** Operators hold to the left, only the power to the right; its exponent may have a sign. */
function printBinary({ operator, left, right }: Kind<'binary'>): string {
  const strength = operatorStrength(operator)
  if (operator === '**') return `${operand(left, strength + 1)}**${operand(right, STRENGTH.unary)}`
  return `${operand(left, strength)} ${operator} ${operand(right, strength + 1)}`
}

function printCompare({ left, operators, comparators }: Kind<'compare'>): string {
  const rest = comparators.map(
    (value, index) => ` ${operators[index] ?? ''} ${operand(value, STRENGTH.bitOr)}`,
  )
  return operand(left, STRENGTH.bitOr) + rest.join('')
}

function printEntry({ key, value }: Kind<'dict'>['entries'][number]): string {
  if (!key) return `**${operand(value, STRENGTH.bitOr)}`
  return `${operand(key, STRENGTH.lambda)}: ${operand(value, STRENGTH.lambda)}`
}

function printComprehension({ form, key, element, clauses }: Kind<'comprehension'>): string {
  const [open, close] = BRACKETS[form]
  const head = operand(element, STRENGTH.lambda)
  const pair = key ? `${operand(key, STRENGTH.lambda)}: ${head}` : head
  return `${open}${pair}${clauses.map(printClause).join('')}${close}`
}

const BRACKETS = { list: ['[', ']'], set: ['{', '}'], dict: ['{', '}'], generator: ['(', ')'] } as const

/** One `for … in … if …` of a comprehension, with a space before it. */
export function printClause({ target, iterable, conditions, isAsync }: ComprehensionClause): string {
  const head = ` ${isAsync ? 'async ' : ''}for ${printTarget(target)} in ${operand(iterable, STRENGTH.or)}`
  return head + conditions.map(condition => ` if ${operand(condition, STRENGTH.or)}`).join('')
}

/** What a loop or an assignment binds: a tuple without its parentheses. */
export function printTarget(target: Expression): string {
  if (target.kind !== 'tuple' || target.elements.length < 2 || expressionTexts.has(target))
    return printExpression(target)
  return list(target.elements)
}

function list(elements: readonly Expression[]): string {
  return elements
    .map(element => operand(element, element.kind === 'starred' ? STRENGTH.tuple : STRENGTH.lambda))
    .join(', ')
}

import type { BinaryOperator, Expression } from './tree.ts'

/**
 * How tightly an expression holds together, loosest first, after the table of operator precedence in the Python Language Reference
 * (section 6.17). An operand looser than its place needs parentheses.
 */
export const STRENGTH = {
  yield: 0,
  tuple: 1,
  named: 2,
  lambda: 3,
  conditional: 4,
  or: 5,
  and: 6,
  not: 7,
  compare: 8,
  bitOr: 9,
  bitXor: 10,
  bitAnd: 11,
  shift: 12,
  sum: 13,
  product: 14,
  unary: 15,
  power: 16,
  await: 17,
  primary: 18,
  atom: 19,
} as const

const OPERATORS: Readonly<Record<BinaryOperator, number>> = {
  '|': STRENGTH.bitOr,
  '^': STRENGTH.bitXor,
  '&': STRENGTH.bitAnd,
  '<<': STRENGTH.shift,
  '>>': STRENGTH.shift,
  '+': STRENGTH.sum,
  '-': STRENGTH.sum,
  '*': STRENGTH.product,
  '/': STRENGTH.product,
  '//': STRENGTH.product,
  '%': STRENGTH.product,
  '@': STRENGTH.product,
  '**': STRENGTH.power,
}

/** How tightly a binary operator holds its operands. */
export function operatorStrength(operator: BinaryOperator): number {
  return OPERATORS[operator]
}

/** How tightly an expression holds together when it is printed from its parts (a tuple without its parentheses). */
export function strengthOf(expression: Expression): number {
  switch (expression.kind) {
    case 'name':
    case 'list':
    case 'set':
    case 'dict':
    case 'comprehension':
    case 'slice':
      return STRENGTH.atom
    case 'constant':
      return /^[-+]/.test(expression.text) ? STRENGTH.unary : STRENGTH.atom
    case 'attribute':
    case 'subscript':
    case 'call':
      return STRENGTH.primary
    case 'unary':
      return expression.operator === 'not' ? STRENGTH.not : STRENGTH.unary
    case 'binary':
      return OPERATORS[expression.operator]
    case 'boolean':
      return STRENGTH[expression.operator]
    case 'compare':
    case 'conditional':
    case 'lambda':
    case 'named':
    case 'tuple':
      return STRENGTH[expression.kind]
    case 'starred':
      return STRENGTH.tuple
    case 'verbatim':
      return verbatimStrength(expression.text)
  }
}

/** By how it begins: a string or brackets around all hold together, `yield` wants parentheses nearly everywhere. */
function verbatimStrength(text: string): number {
  if (/^[a-z]{0,2}["']/i.test(text)) return STRENGTH.atom
  if (/^await\b/.test(text)) return STRENGTH.await
  return /^\((?:[^()]|\([^()]*\))*\)$/.test(text) ? STRENGTH.atom : STRENGTH.yield
}

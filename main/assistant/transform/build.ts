import type {
  BinaryOperator,
  CompareOperator,
  ComprehensionClause,
  Expression,
  Placed,
  Statement,
} from '../syntax/python/tree.ts'

// Short constructors of nodes that a transformation makes. What is made stands on no line and has no comments.

const MADE: Placed = { above: [], beside: '', lines: undefined }

/** A dotted name: `name('np.exp')` is the attribute `exp` of `np`. */
export function name(dotted: string): Expression {
  const [first = '', ...rest] = dotted.split('.')
  let made: Expression = { kind: 'name', id: first }
  for (const attribute of rest) made = { kind: 'attribute', value: made, attribute }
  return made
}

/** A whole number. */
export function integer(value: number): Expression {
  return value < 0
    ? { kind: 'unary', operator: '-', operand: integer(-value) }
    : { kind: 'constant', type: 'integer', text: String(value) }
}

/** A floating-point number, written with a point. */
export function float(value: number): Expression {
  const text = String(value)
  return { kind: 'constant', type: 'float', text: /[.e]/.test(text) ? text : `${text}.0` }
}

/** A string in double quotes; the text holds none and no backslash. */
export function text(value: string): Expression {
  return { kind: 'constant', type: 'string', text: `"${value}"` }
}

/** `None`. */
export const NONE: Expression = { kind: 'constant', type: 'none', text: 'None' }

/** `callee(…positional, key=value…)`; the callee is a dotted name or an expression. */
export function call(
  callee: string | Expression,
  positional: readonly Expression[] = [],
  named: Readonly<Record<string, Expression>> = {},
): Expression {
  return {
    kind: 'call',
    callee: typeof callee === 'string' ? name(callee) : callee,
    arguments: [
      ...positional.map(value => ({ form: 'positional' as const, name: '', value })),
      ...Object.entries(named).map(([key, value]) => ({ form: 'keyword' as const, name: key, value })),
    ],
  }
}

/** `value.attribute`. */
export function attribute(value: Expression, of: string): Expression {
  return { kind: 'attribute', value, attribute: of }
}

/** `value.method(…)`. */
export function method(
  value: Expression,
  of: string,
  positional: readonly Expression[] = [],
  named: Readonly<Record<string, Expression>> = {},
): Expression {
  return call(attribute(value, of), positional, named)
}

/** `value[index]`. */
export function subscript(value: Expression, index: Expression): Expression {
  return { kind: 'subscript', value, index }
}

/** `lower:upper`. */
export function slice(lower?: Expression, upper?: Expression): Expression {
  return { kind: 'slice', lower, upper, step: undefined }
}

/** `left operator right`. */
export function binary(left: Expression, operator: BinaryOperator, right: Expression): Expression {
  return { kind: 'binary', operator, left, right }
}

/** `left operator right` for one comparison. */
export function compare(left: Expression, operator: CompareOperator, right: Expression): Expression {
  return { kind: 'compare', left, operators: [operator], comparators: [right] }
}

/** `-operand`. */
export function negative(operand: Expression): Expression {
  return { kind: 'unary', operator: '-', operand }
}

/** `(a, b)`. */
export function tuple(elements: readonly Expression[]): Expression {
  return { kind: 'tuple', elements }
}

/** `[a, b]`. */
export function list(elements: readonly Expression[]): Expression {
  return { kind: 'list', elements }
}

/** `target in iterable if …`, a clause of a comprehension. */
export function clause(
  target: Expression,
  iterable: Expression,
  conditions: readonly Expression[] = [],
): ComprehensionClause {
  return { target, iterable, conditions, isAsync: false }
}

/** `[element for …]`, or another form. */
export function comprehension(
  element: Expression,
  clauses: readonly ComprehensionClause[],
  form: 'list' | 'set' | 'generator' = 'list',
): Expression {
  return { kind: 'comprehension', form, key: undefined, element, clauses }
}

/** `target = value`. */
export function assign(target: string | Expression, value: Expression): Statement {
  const to = typeof target === 'string' ? name(target) : target
  return { ...MADE, kind: 'assign', targets: [to], annotation: undefined, value }
}

/** `target operator= value`. */
export function augment(target: Expression, operator: BinaryOperator, value: Expression): Statement {
  return { ...MADE, kind: 'augmented', target, operator, value }
}

/** An expression on a line of its own. */
export function perform(value: Expression): Statement {
  return { ...MADE, kind: 'expression', value }
}

/** `return value`. */
export function give(value: Expression): Statement {
  return { ...MADE, kind: 'return', value }
}

/** `if test: body else: otherwise`. */
export function when(
  test: Expression,
  body: readonly Statement[],
  otherwise: readonly Statement[] = [],
): Statement {
  return { ...MADE, kind: 'if', test, body, otherwise }
}

/** `for target in iterable: body`. */
export function loop(target: Expression, iterable: Expression, body: readonly Statement[]): Statement {
  return { ...MADE, kind: 'for', target, iterable, body, otherwise: [] }
}

/** `with value: body`. */
export function within(value: Expression, body: readonly Statement[]): Statement {
  return { ...MADE, kind: 'with', items: [{ value, target: undefined }], body }
}

/** `raise value`. */
export function raise(value: Expression): Statement {
  return { ...MADE, kind: 'raise', value, from: undefined }
}

/** `try: body except type: handler else: otherwise`. */
export function attempt(
  body: readonly Statement[],
  type: Expression,
  handler: readonly Statement[],
  otherwise: readonly Statement[],
): Statement {
  return { ...MADE, kind: 'try', body, handlers: [{ type, name: '', body: handler }], otherwise, last: [] }
}

/** `import module as alias`; the alias is empty where there is none. */
export function importModule(module: string, alias: string): Statement {
  return { ...MADE, kind: 'import', names: [{ name: module, alias }] }
}

/** The same statement with comment lines straight above it. */
export function commented(statement: Statement, ...lines: readonly string[]): Statement {
  return { ...statement, above: lines.map(line => `# ${line}`) }
}

import type { Argument, ComprehensionClause, Expression, Parameter, Statement } from './tree.ts'

/** What happens to the expressions of a node: to those that are evaluated, and to those that are bound. */
export interface Change {
  readonly value: (expression: Expression) => Expression
  readonly target: (expression: Expression) => Expression
}

/** A change of what is evaluated alone: of a target only what is evaluated in order to bind it, as `rows[index]` does. */
export function ofValues(value: (expression: Expression) => Expression): Change {
  const target = (expression: Expression): Expression => {
    if (expression.kind === 'name') return expression
    const isPattern =
      expression.kind === 'tuple' || expression.kind === 'list' || expression.kind === 'starred'
    return mapParts(expression, isPattern ? { value: target, target } : { value, target })
  }
  return { value, target }
}

/** The expression with each part straight in it changed; the same expression where none was. */
export function mapParts(expression: Expression, { value, target }: Change): Expression {
  const optional = (part: Expression | undefined) => part && value(part)
  switch (expression.kind) {
    case 'name':
    case 'constant':
    case 'verbatim':
      return expression
    case 'attribute':
    case 'starred':
      return merged(expression, { value: value(expression.value) })
    case 'subscript':
      return merged(expression, { value: value(expression.value), index: value(expression.index) })
    case 'slice': {
      const { lower, upper, step } = expression
      return merged(expression, { lower: optional(lower), upper: optional(upper), step: optional(step) })
    }
    case 'call':
      return merged(expression, {
        callee: value(expression.callee),
        arguments: mapArguments(expression.arguments, value),
      })
    case 'unary':
      return merged(expression, { operand: value(expression.operand) })
    case 'binary':
      return merged(expression, { left: value(expression.left), right: value(expression.right) })
    case 'compare':
      return merged(expression, {
        left: value(expression.left),
        comparators: mapList(expression.comparators, value),
      })
    case 'boolean':
      return merged(expression, { values: mapList(expression.values, value) })
    case 'conditional': {
      const { test, body, otherwise } = expression
      return merged(expression, { test: value(test), body: value(body), otherwise: value(otherwise) })
    }
    case 'tuple':
    case 'list':
    case 'set':
      return merged(expression, { elements: mapList(expression.elements, value) })
    case 'dict':
      return merged(expression, { entries: mapEntries(expression.entries, value) })
    case 'comprehension':
      return merged(expression, {
        clauses: mapList(expression.clauses, clause => mapClause(clause, { value, target })),
        key: optional(expression.key),
        element: value(expression.element),
      })
    case 'lambda':
      return merged(expression, {
        parameters: mapParameters(expression.parameters, value),
        body: value(expression.body),
      })
    case 'named':
      return merged(expression, { value: value(expression.value), target: target(expression.target) })
  }
}

/** The statement with each expression straight in it changed, not those of its blocks; the same where none was. */
export function mapExpressions(statement: Statement, { value, target }: Change): Statement {
  const optional = (part: Expression | undefined) => part && value(part)
  switch (statement.kind) {
    case 'expression':
      return merged(statement, { value: value(statement.value) })
    case 'assign':
      return merged(statement, {
        value: optional(statement.value),
        annotation: optional(statement.annotation),
        targets: mapList(statement.targets, target),
      })
    case 'augmented':
      return merged(statement, { target: target(statement.target), value: value(statement.value) })
    case 'return':
      return merged(statement, { value: optional(statement.value) })
    case 'if':
    case 'while':
      return merged(statement, { test: value(statement.test) })
    case 'for':
      return merged(statement, { iterable: value(statement.iterable), target: target(statement.target) })
    case 'raise':
      return merged(statement, { value: optional(statement.value), from: optional(statement.from) })
    case 'assert':
      return merged(statement, { test: value(statement.test), message: optional(statement.message) })
    case 'delete':
      return merged(statement, { targets: mapList(statement.targets, target) })
    case 'with':
      return merged(statement, {
        items: mapList(statement.items, item =>
          merged(item, { value: value(item.value), target: item.target && target(item.target) }),
        ),
      })
    case 'try':
      return merged(statement, {
        handlers: mapList(statement.handlers, handler => merged(handler, { type: optional(handler.type) })),
      })
    case 'function':
      return merged(statement, {
        decorators: mapList(statement.decorators, value),
        parameters: mapParameters(statement.parameters, value),
        returns: optional(statement.returns),
      })
    case 'class':
      return merged(statement, {
        decorators: mapList(statement.decorators, value),
        bases: mapArguments(statement.bases, value),
      })
    case 'break':
    case 'continue':
    case 'pass':
    case 'global':
    case 'nonlocal':
    case 'import':
    case 'importFrom':
    case 'verbatim':
      return statement
  }
}

/** The statement with each of its blocks changed; the same where none was. */
export function mapBlocks(
  statement: Statement,
  change: (block: readonly Statement[]) => readonly Statement[],
): Statement {
  switch (statement.kind) {
    case 'if':
    case 'for':
    case 'while':
      return merged(statement, { body: change(statement.body), otherwise: change(statement.otherwise) })
    case 'with':
    case 'function':
    case 'class':
      return merged(statement, { body: change(statement.body) })
    case 'try':
      return merged(statement, {
        body: change(statement.body),
        handlers: mapList(statement.handlers, handler => merged(handler, { body: change(handler.body) })),
        otherwise: change(statement.otherwise),
        last: change(statement.last),
      })
    default:
      return statement
  }
}

/** The expression with every value in it changed, the innermost first; targets stay. */
export function mapExpression(
  expression: Expression,
  change: (expression: Expression) => Expression,
): Expression {
  return change(
    mapParts(
      expression,
      ofValues(part => mapExpression(part, change)),
    ),
  )
}

/** The statement with every value in it and in its blocks changed, the innermost first; targets stay. */
export function mapStatement(
  statement: Statement,
  change: (expression: Expression) => Expression,
): Statement {
  const inExpression = ofValues(expression => mapExpression(expression, change))
  const inBlock = (block: readonly Statement[]) => mapList(block, inner => mapStatement(inner, change))
  return mapBlocks(mapExpressions(statement, inExpression), inBlock)
}

// Nodes never change, so that what is in them is looked for once
const knownParts = new WeakMap<Expression, readonly Expression[]>()
const knownExpressions = new WeakMap<Statement, readonly Expression[]>()
const knownBlocks = new WeakMap<Statement, readonly (readonly Statement[])[]>()

const NO_PARTS: readonly Expression[] = []

/** The parts straight in an expression that are evaluated or bound. */
export function partsOf(expression: Expression): readonly Expression[] {
  // The commonest kinds are quicker to take apart than to look up
  switch (expression.kind) {
    case 'name':
    case 'constant':
    case 'verbatim':
      return NO_PARTS
    case 'binary':
      return [expression.left, expression.right]
    case 'attribute':
      return [expression.value]
    case 'subscript':
      return [expression.value, expression.index]
    case 'unary':
      return [expression.operand]
    default:
      return remembered(knownParts, expression, () => {
        const parts: Expression[] = []
        const collect = (part: Expression) => (parts.push(part), part)
        mapParts(expression, { value: collect, target: collect })
        return parts
      })
  }
}

/** The expressions straight in a statement, evaluated or bound, not those of its blocks. */
export function expressionsIn(statement: Statement): readonly Expression[] {
  return remembered(knownExpressions, statement, () => {
    const parts: Expression[] = []
    const collect = (part: Expression) => (parts.push(part), part)
    mapExpressions(statement, { value: collect, target: collect })
    return parts
  })
}

const NO_BLOCKS: readonly (readonly Statement[])[] = []

const SIMPLE: ReadonlySet<Statement['kind']> = new Set<Statement['kind']>([
  'assign',
  'augmented',
  'expression',
  'return',
  'pass',
])

/** The blocks of a statement. */
export function blocksIn(statement: Statement): readonly (readonly Statement[])[] {
  if (SIMPLE.has(statement.kind)) return NO_BLOCKS
  return remembered(knownBlocks, statement, () => {
    const blocks: (readonly Statement[])[] = []
    mapBlocks(statement, block => (blocks.push(block), block))
    return blocks
  })
}

/** What was found for a node before: nodes never change, so neither does what is found in them. */
function remembered<Node extends object, Found>(
  known: WeakMap<Node, Found>,
  node: Node,
  find: () => Found,
): Found {
  const before = known.get(node)
  if (before !== undefined) return before
  const found = find()
  known.set(node, found)
  return found
}

/** Goes through an expression and all in it, the outer first. */
export function eachExpression(expression: Expression, visit: (expression: Expression) => void): void {
  visit(expression)
  for (const part of partsOf(expression)) eachExpression(part, visit)
}

/** Goes through a statement and all statements in it, the outer first. */
export function eachStatement(statement: Statement, visit: (statement: Statement) => void): void {
  visit(statement)
  for (const block of blocksIn(statement)) for (const inner of block) eachStatement(inner, visit)
}

/** Goes through every expression of a statement and of its blocks. */
export function eachExpressionIn(statement: Statement, visit: (expression: Expression) => void): void {
  eachStatement(statement, inner => {
    for (const expression of expressionsIn(inner)) eachExpression(expression, visit)
  })
}

/** Whether something holds for the expression or one in it. */
export function someExpression(expression: Expression, holds: (expression: Expression) => boolean): boolean {
  return holds(expression) || partsOf(expression).some(part => someExpression(part, holds))
}

/** Whether something holds for one of the statements or a statement in them. */
export function someStatement(
  block: readonly Statement[],
  holds: (statement: Statement) => boolean,
): boolean {
  return block.some(
    statement => holds(statement) || blocksIn(statement).some(inner => someStatement(inner, holds)),
  )
}

type Entries = Extract<Expression, { kind: 'dict' }>['entries']

function mapEntries(entries: Entries, value: Change['value']): Entries {
  return mapList(entries, entry =>
    merged(entry, { key: entry.key && value(entry.key), value: value(entry.value) }),
  )
}

function mapClause(clause: ComprehensionClause, { value, target }: Change): ComprehensionClause {
  return merged(clause, {
    iterable: value(clause.iterable),
    target: target(clause.target),
    conditions: mapList(clause.conditions, value),
  })
}

function mapArguments(given: readonly Argument[], value: Change['value']): readonly Argument[] {
  return mapList(given, argument => merged(argument, { value: value(argument.value) }))
}

function mapParameters(parameters: readonly Parameter[], value: Change['value']): readonly Parameter[] {
  return mapList(parameters, parameter =>
    merged(parameter, {
      annotation: parameter.annotation && value(parameter.annotation),
      fallback: parameter.fallback && value(parameter.fallback),
    }),
  )
}

/** The list with each item changed; the same list where none was. */
function mapList<Item>(items: readonly Item[], change: (item: Item) => Item): readonly Item[] {
  let isSame = true
  const changed = items.map(item => {
    const next = change(item)
    if (next !== item) isSame = false
    return next
  })
  return isSame ? items : changed
}

/** The node with some fields replaced; the same node where they are what they were. */
function merged<Node extends object>(node: Node, fields: Partial<Node>): Node {
  for (const name in fields) if (Reflect.get(node, name) !== fields[name]) return { ...node, ...fields }
  return node
}

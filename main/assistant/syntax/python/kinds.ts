import { namesOfBlock } from './names.ts'
import type { Expression, FunctionStatement, Statement } from './tree.ts'
import { eachStatement, eachExpressionIn } from './visit.ts'

/** What a value is, as far as it can be told without running anything. */
export type Kind =
  | 'float'
  | 'integer'
  | 'boolean'
  | 'string'
  | 'list'
  | 'tuple'
  | 'dict'
  | 'set'
  | 'array'
  | 'dataframe'
  | 'series'
  | 'callable'
  | 'generator'
  | 'none'
  | 'sequence'

/** The kinds of the names of a function; a name that is not in it may be anything. */
export type Kinds = ReadonlyMap<string, Kind>

/** What is known of a parameter beforehand. */
export interface KnownParameter {
  readonly types: readonly Kind[]
  readonly elements: readonly Kind[]
}

/** Whether a value is a number of Python's own, which adds, compares and counts without surprise. */
export function isNumber(kind: Kind | undefined): boolean {
  return kind === 'float' || kind === 'integer' || kind === 'boolean'
}

/** Whether a value can be gone through more than once and has a length. */
export function isCollection(kind: Kind | undefined): boolean {
  return kind !== undefined && COLLECTIONS.has(kind)
}

const COLLECTIONS: ReadonlySet<Kind> = new Set<Kind>([
  'list',
  'tuple',
  'dict',
  'set',
  'array',
  'series',
  'string',
  'sequence',
])

/**
 * The kinds of the names of a function: those of the parameters, and those on which all bindings of a local agree. A name that is
 * indexed by number or asked for its length is at least a sequence. Found by repetition until nothing changes, three times at most.
 */
export function kindsOf(
  statement: FunctionStatement,
  parameters: Readonly<Record<string, KnownParameter>>,
  modules: Readonly<Record<string, string>>,
): Kinds {
  let kinds: Map<string, Kind> = new Map()
  for (const [name, { types }] of Object.entries(parameters)) {
    const [only] = types
    if (only && types.length === 1) kinds.set(name, only)
  }
  const given = new Map(kinds)
  const isParameter = new Set(statement.parameters.map(({ name }) => name))
  let lastBound: ReadonlySet<string> = new Set()
  for (let round = 0; round < 3; round += 1) {
    const bound = new Map<string, Set<Kind | undefined>>()
    const bind = (name: string, kind: Kind | undefined) => {
      const before = bound.get(name) ?? new Set(isParameter.has(name) ? [given.get(name)] : [])
      bound.set(name, before.add(kind))
    }
    for (const inner of statement.body)
      eachStatement(inner, part => bindIn(part, kinds, modules, parameters, bind))
    kinds = new Map(given)
    lastBound = new Set(bound.keys())
    for (const [name, found] of bound) {
      const kind = agreed(found)
      if (kind) kinds.set(name, kind)
      else kinds.delete(name)
    }
  }
  // Names bound in other ways, by `import` or `:=`
  for (const name of namesOfBlock(statement.body).writes) if (!lastBound.has(name)) kinds.delete(name)
  for (const name of sequencesIn(statement)) if (!kinds.has(name)) kinds.set(name, 'sequence')
  return kinds
}

/** The kind of an expression; undefined where it may be anything. */
export function kindOf(
  expression: Expression,
  kinds: Kinds,
  modules: Readonly<Record<string, string>>,
): Kind | undefined {
  const of = (part: Expression) => kindOf(part, kinds, modules)
  switch (expression.kind) {
    case 'name':
      return kinds.get(expression.id)
    case 'constant':
      return expression.type === 'other' ? undefined : expression.type
    case 'tuple':
    case 'list':
    case 'set':
    case 'dict':
      return expression.kind
    case 'comprehension':
      return expression.form
    case 'lambda':
      return 'callable'
    case 'compare':
      return expression.operators.every(operator => operator.startsWith('is') || operator.includes('in')) ||
        [expression.left, ...expression.comparators].every(part => isScalar(of(part)))
        ? 'boolean'
        : undefined
    case 'unary':
      return expression.operator === 'not' ? 'boolean' : numberOf(of(expression.operand))
    case 'binary':
      return binaryKind(expression.operator, of(expression.left), of(expression.right))
    case 'boolean':
      return agreed(new Set(expression.values.map(of)))
    case 'conditional':
      return agreed(new Set([of(expression.body), of(expression.otherwise)]))
    case 'call':
      return callKind(expression, kinds, modules)
    case 'attribute':
      return dotted(expression) === `${modules['math'] ?? 'math'}.pi` ? 'float' : undefined
    default:
      return undefined
  }
}

/** The dotted name that an expression is; undefined where it is another expression. */
export function dotted(expression: Expression): string | undefined {
  if (expression.kind === 'name') return expression.id
  if (expression.kind !== 'attribute') return undefined
  const value = dotted(expression.value)
  return value === undefined ? undefined : `${value}.${expression.attribute}`
}

function isScalar(kind: Kind | undefined): boolean {
  return isNumber(kind) || kind === 'string' || kind === 'none'
}

function numberOf(kind: Kind | undefined): Kind | undefined {
  if (kind === 'boolean') return 'integer'
  return isNumber(kind) || kind === 'array' || kind === 'series' ? kind : undefined
}

function binaryKind(operator: string, left: Kind | undefined, right: Kind | undefined): Kind | undefined {
  for (const wide of ['dataframe', 'series', 'array'] as const)
    if (left === wide || right === wide) return wide
  if (isNumber(left) && isNumber(right)) {
    if (operator === '/') return 'float'
    if (left === 'float' || right === 'float') return operator === '**' ? undefined : 'float'
    return operator === '**' ? undefined : 'integer'
  }
  if (operator === '+' && left === right && (left === 'list' || left === 'string' || left === 'tuple'))
    return left
  return undefined
}

/** One kind for several; a whole number and one with a fraction are a number with a fraction. */
function agreed(found: ReadonlySet<Kind | undefined>): Kind | undefined {
  const kinds = [...found]
  if (kinds.length > 1 && kinds.every(isNumber)) return kinds.includes('float') ? 'float' : 'integer'
  return kinds.length === 1 ? kinds[0] : undefined
}

const CALLS: Readonly<Record<string, Kind>> = {
  len: 'integer',
  int: 'integer',
  ord: 'integer',
  float: 'float',
  bool: 'boolean',
  any: 'boolean',
  all: 'boolean',
  isinstance: 'boolean',
  str: 'string',
  repr: 'string',
  list: 'list',
  sorted: 'list',
  tuple: 'tuple',
  dict: 'dict',
  set: 'set',
  range: 'sequence',
}

const WHOLE: ReadonlySet<string> = new Set([
  'floor',
  'ceil',
  'comb',
  'factorial',
  'gcd',
  'isqrt',
  'perm',
  'trunc',
])

function callKind(
  { callee, arguments: given }: Extract<Expression, { kind: 'call' }>,
  kinds: Kinds,
  modules: Readonly<Record<string, string>>,
): Kind | undefined {
  const name = dotted(callee)
  if (name === undefined) return undefined
  if (Object.hasOwn(CALLS, name) && !kinds.has(name)) return CALLS[name]
  const values = given.map(({ value }) => kindOf(value, kinds, modules))
  if (name === 'abs' || ((name === 'min' || name === 'max') && given.length > 1))
    return agreed(new Set(values.map(numberOf)))
  const math = original(name, modules, 'math')
  if (math) return math.startsWith('is') ? 'boolean' : WHOLE.has(math) ? 'integer' : 'float'
  const numpy = original(name, modules, 'numpy')
  return numpy && ARRAYS.has(numpy) ? 'array' : undefined
}

const ARRAYS: ReadonlySet<string> = new Set(
  'array asarray zeros ones full empty arange linspace zeros_like ones_like full_like empty_like cumsum cumprod diff sort concatenate column_stack'.split(
    ' ',
  ),
)

/** What a dotted name is called in its own module, `sqrt` for `math.sqrt` and for `sqrt` imported from there; empty elsewhere. */
export function original(name: string, modules: Readonly<Record<string, string>>, module: string): string {
  const alias = modules[module]
  if (alias !== undefined && name.startsWith(`${alias}.`)) return name.slice(alias.length + 1)
  const entry = Object.entries(modules).find(([full, as]) => as === name && full.startsWith(`${module}.`))
  return entry ? entry[0].slice(module.length + 1) : ''
}

/** Tells every name that a statement binds, with the kind that it gets. */
function bindIn(
  statement: Statement,
  kinds: Kinds,
  modules: Readonly<Record<string, string>>,
  parameters: Readonly<Record<string, KnownParameter>>,
  bind: (name: string, kind: Kind | undefined) => void,
): void {
  const bindTarget = (target: Expression, value: Expression | undefined) => {
    if (target.kind === 'name') bind(target.id, value && kindOf(value, kinds, modules))
    else if (target.kind === 'tuple' || target.kind === 'list')
      target.elements.forEach((part, index) =>
        bindTarget(part, value?.kind === 'tuple' ? value.elements[index] : undefined),
      )
    else if (target.kind === 'starred') bindTarget(target.value, undefined)
  }
  switch (statement.kind) {
    case 'assign':
      for (const target of statement.targets) bindTarget(target, statement.value)
      return
    case 'augmented':
      if (statement.target.kind === 'name') {
        const { operator, target, value } = statement
        bind(target.id, kindOf({ kind: 'binary', operator, left: target, right: value }, kinds, modules))
      }
      return
    case 'for':
      bindLoop(statement, kinds, parameters, bindTarget, bind)
      return
    case 'with':
      for (const { target } of statement.items) if (target) bindTarget(target, undefined)
      return
    default:
  }
}

function bindLoop(
  { target, iterable }: Extract<Statement, { kind: 'for' }>,
  kinds: Kinds,
  parameters: Readonly<Record<string, KnownParameter>>,
  bindTarget: (target: Expression, value: Expression | undefined) => void,
  bind: (name: string, kind: Kind | undefined) => void,
): void {
  const callee = iterable.kind === 'call' ? dotted(iterable.callee) : undefined
  if (target.kind === 'name' && callee === 'range' && !kinds.has('range')) return bind(target.id, 'integer')
  const [only, ...others] = iterable.kind === 'name' ? (parameters[iterable.id]?.elements ?? []) : []
  if (target.kind === 'name' && only && others.length === 0) return bind(target.id, only)
  if (callee === 'enumerate' && target.kind === 'tuple' && target.elements[0]?.kind === 'name') {
    bind(target.elements[0].id, 'integer')
    for (const rest of target.elements.slice(1)) bindTarget(rest, undefined)
    return
  }
  bindTarget(target, undefined)
}

/** Names that only a sequence can stand for: asked for their length. */
function sequencesIn(statement: FunctionStatement): ReadonlySet<string> {
  const names = new Set<string>()
  eachExpressionIn(statement, expression => {
    if (expression.kind !== 'call' || expression.callee.kind !== 'name' || expression.callee.id !== 'len')
      return
    const [first] = expression.arguments
    if (first?.value.kind === 'name') names.add(first.value.id)
  })
  return names
}

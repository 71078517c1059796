import { bindingsIn, measuredIn, type Binding } from './bindings.ts'
import { dotted, original } from './modules.ts'
import type { Expression, FunctionStatement } from './tree.ts'

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

const MOST_ROUNDS = 6

/**
 * The kinds of the names of a function: those of the parameters, and those on which all bindings of a local agree. A local is first
 * taken for what its plain bindings say, and what does not hold with that is dropped until all that is left agrees. A name that is
 * asked for its length is at least a sequence.
 */
export function kindsOf(
  statement: FunctionStatement,
  parameters: Readonly<Record<string, KnownParameter>>,
  modules: Readonly<Record<string, string>>,
): Kinds {
  const given = new Map<string, Kind | undefined>()
  for (const { name } of statement.parameters) {
    const [only, ...others] = parameters[name]?.types ?? []
    given.set(name, others.length === 0 ? only : undefined)
  }
  const bindings = statement.body.flatMap(bindingsIn)
  let kinds = agreement(bindings, given, defined(given), { parameters, modules, isHopeful: true })
  for (let round = 0; round < MOST_ROUNDS; round += 1) {
    const next = agreement(bindings, given, kinds, { parameters, modules, isHopeful: false })
    const isStable = next.size === kinds.size && [...next].every(([name, kind]) => kinds.get(name) === kind)
    kinds = isStable || round < MOST_ROUNDS - 1 ? next : defined(given)
    if (isStable) break
  }
  for (const inner of statement.body)
    for (const name of measuredIn(inner)) if (!kinds.has(name)) kinds.set(name, 'sequence')
  return kinds
}

interface Agreement {
  readonly parameters: Readonly<Record<string, KnownParameter>>
  readonly modules: Readonly<Record<string, string>>
  /** Whether bindings of which nothing is known yet are left out. */
  readonly isHopeful: boolean
}

/** The kinds on which all bindings of a name agree, seen with the kinds of before. */
function agreement(
  bindings: readonly Binding[],
  given: ReadonlyMap<string, Kind | undefined>,
  before: Kinds,
  { parameters, modules, isHopeful }: Agreement,
): Map<string, Kind> {
  const found = new Map<string, Set<Kind | undefined>>()
  for (const [name, kind] of given) found.set(name, new Set([kind]))
  for (const binding of bindings) {
    const kind = kindBound(binding, before, parameters, modules)
    const kinds = found.get(binding.name) ?? new Set<Kind | undefined>()
    found.set(binding.name, kinds)
    if (kind !== undefined || !isHopeful) kinds.add(kind)
  }
  const agreedOn = new Map<string, Kind>()
  for (const [name, kinds] of found) {
    const kind = agreed(kinds)
    if (kind) agreedOn.set(name, kind)
  }
  return agreedOn
}

function kindBound(
  binding: Binding,
  kinds: Kinds,
  parameters: Readonly<Record<string, KnownParameter>>,
  modules: Readonly<Record<string, string>>,
): Kind | undefined {
  if (binding.to === 'count') return 'integer'
  if (binding.to === 'anything') return undefined
  if (binding.to === 'value') return kindOf(binding.value, kinds, modules)
  const [only, ...others] = parameters[binding.of]?.elements ?? []
  return others.length === 0 ? only : undefined
}

function defined(given: ReadonlyMap<string, Kind | undefined>): Map<string, Kind> {
  return new Map([...given].flatMap(([name, kind]) => (kind ? [[name, kind]] : [])))
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
  // Text adds to text alone; with anything else it raises
  if (operator === '+' && (left === 'string' || right === 'string')) return 'string'
  if (operator === '+' && left === right && (left === 'list' || left === 'tuple')) return left
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
  format: 'string',
  chr: 'string',
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

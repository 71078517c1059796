import { dotted, fullNameOf, isImported, modulesOf, original } from './modules.ts'
import { localNames, namesOfBlock, namesOfTarget } from './names.ts'
import type { Expression, FunctionStatement, PythonModule, Statement } from './tree.ts'
import { blocksIn, eachStatement, expressionsIn, someExpression } from './visit.ts'

/** What is known of what can be called in a module. */
export interface Callables {
  readonly modules: Readonly<Record<string, string>>
  /** Functions of the module itself that compute a value from their arguments and do nothing else. */
  readonly pure: ReadonlySet<string>
  /** Names at the top of the module that are bound once and never again. */
  readonly constants: ReadonlySet<string>
}

/** Builtin functions that compute a value and change nothing, given arguments that are no iterators. */
const PURE_BUILTINS: ReadonlySet<string> = new Set(
  'abs all any bool bytes chr complex dict divmod enumerate float format frozenset int isinstance issubclass len list map max min ord pow range repr reversed round set slice sorted str sum tuple type zip'.split(
    ' ',
  ),
)

/** Builtin functions that never raise, whatever number, sequence or text they are given. */
const CALM_BUILTINS: ReadonlySet<string> = new Set(['bool', 'isinstance', 'repr', 'str', 'type'])

/** Methods that compute a value and leave the object as it is. */
const READING_METHODS: ReadonlySet<string> = new Set(
  'get keys values items copy count index startswith endswith strip lstrip rstrip split rsplit join lower upper title replace format encode decode isdigit isalpha find rfind zfill mean std var sum min max argmin argmax cumsum cumprod dot astype reshape ravel flatten tolist item total_seconds date time isoformat timestamp weekday day_name abs round bit_length hex is_integer'.split(
    ' ',
  ),
)

/** Methods that change the object they hang on and nothing else. */
const CHANGING_METHODS: ReadonlySet<string> = new Set(
  'append extend add insert pop popleft popitem remove discard update setdefault clear sort reverse appendleft extendleft fill'.split(
    ' ',
  ),
)

/** What calling something may do. */
export type Conduct = 'calm' | 'pure' | 'changesReceiver' | 'unknown'

const knownModules = new WeakMap<readonly Statement[], Callables>()

/** What is known of the callables of a module; found once for it. */
export function callablesOf(module: PythonModule): Callables {
  const before = knownModules.get(module.body)
  if (before) return before
  const modules = modulesOf(module)
  const constants = constantsOf(module)
  let pure: ReadonlySet<string> = new Set()
  // A function is pure if it calls pure ones alone, so what is found helps to find more
  for (let size = -1; size !== pure.size;) {
    size = pure.size
    const callables: Callables = { modules, constants, pure }
    pure = new Set(
      module.body.flatMap(statement =>
        statement.kind === 'function' && constants.has(statement.name) && isPureFunction(statement, callables)
          ? [statement.name]
          : [],
      ),
    )
  }
  const callables: Callables = { modules, constants, pure }
  knownModules.set(module.body, callables)
  return callables
}

/** What a call of something may do, besides what its arguments do. Names in `shadows` mean something else here. */
export function conductOf(callee: Expression, callables: Callables, shadows: ReadonlySet<string>): Conduct {
  const name = dotted(callee)
  const dot = name?.indexOf('.') ?? -1
  if (name !== undefined && !shadows.has(dot < 0 ? name : name.slice(0, dot))) {
    const conduct = conductOfName(name, callables)
    if (conduct) return conduct
  }
  if (callee.kind !== 'attribute') return 'unknown'
  if (READING_METHODS.has(callee.attribute)) return 'pure'
  return CHANGING_METHODS.has(callee.attribute) ? 'changesReceiver' : 'unknown'
}

const conducts = new WeakMap<Callables, Map<string, Conduct | undefined>>()

/** What calling a name that is not local may do; undefined where the name does not tell. Worked out once for a module. */
function conductOfName(name: string, callables: Callables): Conduct | undefined {
  const known = conducts.get(callables) ?? new Map<string, Conduct | undefined>()
  conducts.set(callables, known)
  if (!known.has(name)) known.set(name, judge(name, callables))
  return known.get(name)
}

function judge(name: string, { modules, pure }: Callables): Conduct | undefined {
  if (CALM_BUILTINS.has(name)) return 'calm'
  if (PURE_BUILTINS.has(name) || pure.has(name)) return 'pure'
  if (/^[A-Z]\w*(?:Error|Exception|Warning)$/.test(name)) return 'pure'
  if (original(name, modules, 'math') || isPureNumpy(original(name, modules, 'numpy'))) return 'pure'
  if (isPureOther(name, modules)) return 'pure'
  return isImported(name, modules) ? 'unknown' : undefined
}

/** Of NumPy all but random numbers, files, settings, and what writes into its argument. */
function isPureNumpy(name: string): boolean {
  return (
    name !== '' &&
    !/^(?:random|testing|lib|seterr|seterrcall|errstate|save|savez|savetxt|load|loadtxt|genfromtxt|memmap|fromfile|copyto|put|place|putmask|fill_diagonal|set_printoptions|nditer|vectorize|apply_along_axis|frompyfunc|fromiter)/.test(
      name,
    )
  )
}

function isPureOther(name: string, modules: Readonly<Record<string, string>>): boolean {
  const statistics = original(name, modules, 'statistics')
  const special = original(name, modules, 'scipy.special') || original(name, modules, 'scipy.stats')
  return statistics !== '' || /^(?:erf|erfc|ndtr|expit|logit|gamma|norm\.(?:cdf|pdf|ppf|sf))$/.test(special)
}

/** Names that one statement at the top of the module binds, and that no function declares global. */
function constantsOf(module: PythonModule): ReadonlySet<string> {
  const times = new Map<string, number>()
  const count = (name: string, by: number) => times.set(name, (times.get(name) ?? 0) + by)
  for (const statement of module.body) {
    for (const name of namesOfBlock([statement]).writes) count(name, 1)
    eachStatement(statement, inner => {
      if (inner.kind === 'global') for (const name of inner.names) count(name, 2)
    })
  }
  return new Set([...times].flatMap(([name, bound]) => (bound === 1 ? [name] : [])))
}

/** Whether a function only binds names of its own and computes, with names from outside that never change. */
function isPureFunction(statement: FunctionStatement, callables: Callables): boolean {
  if (statement.decorators.length > 0 || statement.isAsync) return false
  const locals = localNames(statement)
  let isPure = true
  const check = (expression: Expression) =>
    !someExpression(expression, part => {
      if (part.kind === 'verbatim') return !/^[rR]?[fF]["']/.test(part.text)
      if (part.kind === 'name')
        return (
          !locals.has(part.id) && !callables.constants.has(part.id) && !isKnownOutside(part.id, callables)
        )
      if (part.kind !== 'call') return false
      const conduct = conductOf(part.callee, callables, locals)
      return conduct === 'unknown' || (conduct === 'changesReceiver' && !hangsOnLocal(part.callee, statement))
    })
  for (const inner of statement.body)
    eachStatement(inner, part => (isPure &&= isPlain(part, statement) && expressionsIn(part).every(check)))
  return isPure
}

function isKnownOutside(name: string, { modules }: Callables): boolean {
  return PURE_BUILTINS.has(name) || /Error$|Exception$/.test(name) || fullNameOf(name, modules) !== undefined
}

/** Statements that stay inside of a function. */
function isPlain(statement: Statement, around: FunctionStatement): boolean {
  switch (statement.kind) {
    case 'assign':
      return statement.targets.every(target => bindsInside(target, around))
    case 'augmented':
      return statement.target.kind === 'name'
        ? !isParameter(statement.target.id, around)
        : bindsInside(statement.target, around)
    case 'for':
      return bindsInside(statement.target, around)
    case 'expression':
    case 'return':
    case 'if':
    case 'while':
    case 'break':
    case 'continue':
    case 'pass':
    case 'raise':
    case 'assert':
      return true
    case 'try':
      return blocksIn(statement).length > 0
    default:
      return false
  }
}

function bindsInside(target: Expression, around: FunctionStatement): boolean {
  if (target.kind === 'name') return true
  if (target.kind === 'tuple' || target.kind === 'list')
    return target.elements.every(part => bindsInside(part, around))
  return target.kind === 'subscript' && target.value.kind === 'name' && isOwn(target.value.id, around)
}

function hangsOnLocal(callee: Expression, around: FunctionStatement): boolean {
  return callee.kind === 'attribute' && callee.value.kind === 'name' && isOwn(callee.value.id, around)
}

function isParameter(name: string, { parameters }: FunctionStatement): boolean {
  return parameters.some(parameter => parameter.name === name)
}

const knownOwn = new WeakMap<FunctionStatement, ReadonlySet<string>>()

/** Whether every binding of a name in the function makes a new object, so that what changes it changes nothing else. */
export function isOwn(name: string, around: FunctionStatement): boolean {
  const before = knownOwn.get(around)
  if (before) return before.has(name)
  const own = ownNames(around)
  knownOwn.set(around, own)
  return own.has(name)
}

function ownNames(around: FunctionStatement): ReadonlySet<string> {
  const made = new Set<string>()
  const shared = new Set(around.parameters.map(({ name }) => name))
  for (const statement of around.body)
    eachStatement(statement, inner => {
      if (inner.kind === 'augmented') return
      const [target, ...others] = inner.kind === 'assign' ? inner.targets : []
      const isMade = inner.kind === 'assign' && others.length === 0 && inner.value && makesNew(inner.value)
      if (target?.kind === 'name' && isMade) made.add(target.id)
      else for (const name of bindings(inner)) shared.add(name)
    })
  return new Set([...made].filter(name => !shared.has(name)))
}

/** The names that a statement binds itself, not in its blocks. */
function bindings(statement: Statement): ReadonlySet<string> {
  if (blocksIn(statement).length === 0) return namesOfBlock([statement]).writes
  if (statement.kind === 'function' || statement.kind === 'class') return new Set([statement.name])
  const targets =
    statement.kind === 'for'
      ? [statement.target]
      : statement.kind === 'with'
        ? statement.items.flatMap(({ target }) => target ?? [])
        : []
  return new Set(targets.flatMap(target => [...namesOfTarget(target).writes]))
}

/** Whether an expression makes an object that nothing else holds. */
export function makesNew(expression: Expression): boolean {
  if (['list', 'dict', 'set', 'comprehension'].includes(expression.kind)) return true
  // Operators give new objects, and a number is as good as new, since nothing can change it
  if (['binary', 'unary', 'constant'].includes(expression.kind)) return true
  const callee = expression.kind === 'call' ? dotted(expression.callee) : undefined
  return /(?:^|\.)(?:list|dict|set|sorted|defaultdict|Counter|deque|bytearray|zeros|ones|empty|full|arange|linspace|zeros_like|empty_like|ones_like|full_like)$/.test(
    callee ?? '',
  )
}

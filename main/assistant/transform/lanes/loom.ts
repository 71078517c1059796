import { printExpression } from '../../syntax/python/printExpression.ts'
import type { Expression, PythonModule, Statement } from '../../syntax/python/tree.ts'
import { assign, integer, name } from '../build.ts'
import type { DraftContext } from '../transform.ts'
import type { Frame, Outcome, Role } from './frame.ts'
import type { LaneArray, LaneValue } from './value.ts'

/** The forms of calls and of blocks, which hold each other: what knows of both gives them to each. */
export interface Forms {
  readonly invoked: (loom: Loom, frame: Frame, call: Expression & { kind: 'call' }) => LaneValue | undefined
  readonly block: (loom: Loom, frame: Frame, block: readonly Statement[], role: Role) => Outcome | undefined
}

/** Where the statements of the array form are gathered. */
export interface Loom {
  readonly context: DraftContext
  readonly module: PythonModule
  readonly forms: Forms
  /** Statements made so far, in order: those before any inner loop. */
  readonly statements: Statement[]
  /** Names of the function itself, parameters too. */
  readonly locals: ReadonlySet<string>
  /** Names of arrays that the function has made itself and that the loop writes to. */
  readonly stored: ReadonlySet<string>
  /** Names of everything that the loop fills, these and lists. */
  readonly filled: ReadonlySet<string>
  /** NumPy's random generators of which the loop draws once a round, in every round. */
  readonly generators: ReadonlySet<string>
  /** Parameters that are taken as arrays without being made one: what else is given for them is left to the loop. */
  readonly given: Set<string>
  /** Names that hold NumPy arrays already. */
  readonly arrays: ReadonlySet<string>
  /** Whether some result would be a whole number in the loop where all inputs are. */
  needsFloats: boolean
  /** How many lanes there are, once the head of the loop is read. */
  count: Expression
  /** Modules that the array form needs, by the name that they are imported under. */
  readonly imports: Map<string, string>
  /** Names that the loop assigns; reading one before a lane has assigned it would need the lane before. */
  readonly assigned: ReadonlySet<string>
  /** Counts that must be equal, each group with the printed text of its members. */
  readonly lengths: Map<string, readonly Expression[]>
  /** Requires two counts to be equal. */
  equate(count: Expression, other: Expression): void
  /** Sequences whose elements must all be `float`, else results would be whole numbers in the scalar code. */
  readonly floats: Map<string, Expression>
  /** Whether an inner loop over something that is the same in all lanes becomes a second axis instead of a loop. */
  readonly broadcasts: boolean
  /** A name like this one that nothing has yet. */
  fresh(like: string): string
  /** Adds a statement. */
  perform(statement: Statement): void
  /** Gives an expression a name, and the name. */
  emit(like: string, value: Expression): Expression
  /** Tries a form; where there is none, what it had written is taken back. */
  attempt<Made>(run: () => Made | undefined): Made | undefined
  /** Runs with what is emitted going to an inner block; what is read goes before it all the same. */
  inside<Made>(block: Statement[], run: () => Made): Made
  /** An input array, read once however often it is asked for. */
  leaf(key: string, like: string, make: () => LaneArray): LaneArray
  /** What a module is called, imported if need be. */
  moduleName(module: 'numpy' | 'math' | 'scipy.special'): string
}

/** What is known before the first statement is made. */
export interface LoomStart {
  readonly context: DraftContext
  readonly forms: Forms
  readonly taken: ReadonlySet<string>
  readonly assigned: ReadonlySet<string>
  /** Names that may be used again: the loop's own, which nothing reads after it. */
  readonly reusable: ReadonlySet<string>
  readonly locals: ReadonlySet<string>
  readonly stored: ReadonlySet<string>
  readonly filled: ReadonlySet<string>
  readonly generators: ReadonlySet<string>
  readonly arrays: ReadonlySet<string>
  readonly broadcasts: boolean
}

const ALIASES = { numpy: 'np', math: 'math', 'scipy.special': 'special' } as const

/** Opens one. */
export function openLoom({ context, taken, reusable, ...start }: LoomStart): Loom {
  const names = openNames(taken, reusable)
  const leaves = new Map<string, LaneArray>()
  const imports = new Map<string, string>()
  const lengths = new Map<string, readonly Expression[]>()
  const floats = new Map<string, Expression>()
  const statements: Statement[] = []
  let block = statements
  function emit(like: string, value: Expression): Expression {
    const made = names.fresh(like)
    block.push(assign(made, value))
    return name(made)
  }
  function inside<Made>(inner: Statement[], run: () => Made): Made {
    const outer = block
    block = inner
    const made = run()
    block = outer
    return made
  }
  function attempt<Made>(run: () => Made | undefined): Made | undefined {
    const undo = [keptTable(leaves), keptTable(imports), keptTable(lengths), keptTable(floats), names.keep()]
    const [size, inner] = [statements.length, block.length]
    const made = run()
    if (made !== undefined) return made
    statements.length = size
    block.length = inner
    for (const back of undo) back()
    return undefined
  }
  function leaf(key: string, like: string, make: () => LaneArray): LaneArray {
    const known = leaves.get(key)
    if (known) return known
    const made = make()
    const code = made.code.kind === 'name' ? made.code : inside(statements, () => emit(like, made.code))
    const named = { ...made, code }
    leaves.set(key, named)
    return named
  }
  return {
    ...start,
    context,
    module: context.module,
    statements,
    imports,
    lengths,
    floats,
    given: new Set(),
    count: integer(0),
    needsFloats: false,
    fresh: names.fresh,
    equate: (count, other) => equate(lengths, count, other),
    perform: statement => void block.push(statement),
    emit,
    inside,
    attempt,
    leaf,
    moduleName: module => moduleName(context, imports, module),
  }
}

function moduleName(
  context: DraftContext,
  imports: Map<string, string>,
  module: keyof typeof ALIASES,
): string {
  const known = context.modules[module]
  if (known !== undefined) return known
  imports.set(module, ALIASES[module])
  return ALIASES[module]
}

/** Two counts that must be equal join the group of either. */
function equate(lengths: Map<string, readonly Expression[]>, count: Expression, other: Expression): void {
  const [key, group] = [...lengths].find(([, members]) => members.some(isSame(count))) ?? [
    printExpression(count),
    [count],
  ]
  lengths.set(key, group.some(isSame(other)) ? group : [...group, other])
}

function isSame(one: Expression): (other: Expression) => boolean {
  const text = printExpression(one)
  return other => printExpression(other) === text
}

/** Names that are free. */
function openNames(
  taken: ReadonlySet<string>,
  reusable: ReadonlySet<string>,
): { readonly fresh: (like: string) => string; readonly keep: () => () => void } {
  let used = new Set(taken)
  let reused = new Set(reusable)
  function fresh(like: string): string {
    if (reused.delete(like)) return like
    let made = RESERVED.has(like) ? `${like}_array` : like
    for (let count = 2; used.has(made); count += 1) made = `${like}_${count}`
    used.add(made)
    return made
  }
  function keep(): () => void {
    const [names, free] = [new Set(used), new Set(reused)]
    return () => {
      used = names
      reused = free
    }
  }
  return { fresh, keep }
}

/** What a table holds, to be put back. */
function keptTable<Value>(table: Map<string, Value>): () => void {
  const kept = [...table]
  return () => {
    table.clear()
    for (const [key, value] of kept) table.set(key, value)
  }
}

/** Words of Python and its builtins, which the loop and his other code may use. */
const RESERVED = new Set(
  (
    'and as assert async await break class continue def del elif else except finally for from global if ' +
    'import in is lambda nonlocal not or pass raise return try while with yield match case abs aiter all ' +
    'anext any ascii bin bool breakpoint bytearray bytes callable chr classmethod compile complex ' +
    'copyright credits delattr dict dir divmod enumerate eval exec exit filter float format frozenset ' +
    'getattr globals hasattr hash help hex id input int isinstance issubclass iter len license list ' +
    'locals map max memoryview min next object oct open ord pow print property quit range repr reversed ' +
    'round set setattr slice sorted staticmethod str sum super tuple type vars zip'
  ).split(' '),
)

/** A name for the array of a sequence: one of `strikes` is `strike`. */
export function singular(sequence: Expression): string {
  const words = printExpression(sequence).match(/[A-Za-z_]\w*/g) ?? []
  const last = words.at(-1) ?? 'value'
  if (last.endsWith('ies')) return `${last.slice(0, -3)}y`
  return /[^s]s$/.test(last) && last.length > 3 ? last.slice(0, -1) : `${last}_array`
}

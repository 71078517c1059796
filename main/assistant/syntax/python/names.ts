import type { Expression, FunctionStatement, Parameter, Statement } from './tree.ts'
import { blocksIn, expressionsIn, partsOf } from './visit.ts'

/** The names that a piece of code reads and binds in the scope that it stands in. */
export interface Names {
  readonly reads: ReadonlySet<string>
  readonly writes: ReadonlySet<string>
}

const known = new WeakMap<Expression | Statement, Names>()

/** The names of an expression; those bound inside a comprehension or lambda are its own affair. */
export function namesOfExpression(expression: Expression): Names {
  if (expression.kind === 'name') return namesOf(expression.id)
  if (expression.kind === 'constant') return NOTHING
  return remembered(expression, () => {
    switch (expression.kind) {
      case 'verbatim':
        return verbatimNames(expression.text)
      case 'named':
        return together([namesOfExpression(expression.value), namesOfTarget(expression.target)])
      case 'lambda': {
        const bound = new Set(expression.parameters.map(({ name }) => name))
        return together([
          hide(namesOfExpression(expression.body), bound),
          ...fallbackNames(expression.parameters),
        ])
      }
      case 'comprehension': {
        const targets = expression.clauses.map(({ target }) => namesOfTarget(target))
        const bound = together(targets).writes
        const [first] = expression.clauses
        // The first iterable is evaluated outside, where a name bound inside may mean something else
        const outside = first ? namesOfExpression(first.iterable) : NOTHING
        const rest = partsOf(expression).filter(part => part !== first?.iterable)
        const targetNodes = new Set(expression.clauses.map(({ target }) => target))
        const inside = rest.map(part => (targetNodes.has(part) ? NOTHING : namesOfExpression(part)))
        return together([outside, hide(together(inside), bound)])
      }
      default:
        return together(partsOf(expression).map(namesOfExpression))
    }
  })
}

/** The names that a target binds, and those that are read in order to bind it, as `rows` and `index` in `rows[index]`. */
export function namesOfTarget(target: Expression): Names {
  if (target.kind === 'name') return { reads: NONE, writes: new Set([target.id]) }
  const isPattern = target.kind === 'tuple' || target.kind === 'list' || target.kind === 'starred'
  return isPattern ? together(partsOf(target).map(namesOfTarget)) : namesOfExpression(target)
}

/** The names of a statement and of its blocks. A function in it reads what is free in it. */
export function namesOfStatement(statement: Statement): Names {
  return remembered(statement, () => together([ownNames(statement), ...scopeNames(statement)]))
}

/** The names of statements together. */
export function namesOfBlock(block: readonly Statement[]): Names {
  return together(block.map(namesOfStatement))
}

/** The names that are local to a function: its parameters and what it binds, less what it declares global. */
export function localNames({ parameters, body }: FunctionStatement): ReadonlySet<string> {
  const { writes } = namesOfBlock(body)
  const declared = new Set(body.flatMap(statement => (isDeclaration(statement) ? statement.names : [])))
  return new Set([...parameters.map(({ name }) => name), ...writes].filter(name => !declared.has(name)))
}

/** A name that occurs nowhere in the statements: the wanted one, else with a number after it. */
export function freshName(
  wanted: string,
  block: readonly Statement[],
  taken: ReadonlySet<string> = NONE,
): string {
  const { reads, writes } = namesOfBlock(block)
  const isTaken = (name: string) =>
    reads.has(name) || writes.has(name) || taken.has(name) || KEYWORDS.has(name)
  if (!isTaken(wanted)) return wanted
  const stem = /\d$/.test(wanted) ? `${wanted}_` : wanted
  let number = 2
  while (isTaken(`${stem}${number}`)) number += 1
  return `${stem}${number}`
}

/** Whether two sets have a name in common. */
export function overlap(names: ReadonlySet<string>, others: ReadonlySet<string>): boolean {
  for (const name of names) if (others.has(name)) return true
  return false
}

const NONE: ReadonlySet<string> = new Set()
const NOTHING: Names = { reads: NONE, writes: NONE }

const KEYWORDS: ReadonlySet<string> = new Set(
  'False None True and as assert async await break class continue def del elif else except finally for from global if import in is lambda nonlocal not or pass raise return try while with yield match case type'.split(
    ' ',
  ),
)

const single = new Map<string, Names>()

/** A name that is read, the same object for all places that read it. */
function namesOf(id: string): Names {
  const before = single.get(id)
  if (before) return before
  const names = { reads: new Set([id]), writes: NONE }
  if (single.size > MOST_SINGLE) single.clear()
  single.set(id, names)
  return names
}

const MOST_SINGLE = 10_000

function remembered(node: Expression | Statement, work: () => Names): Names {
  const before = known.get(node)
  if (before) return before
  const names = work()
  known.set(node, names)
  return names
}

function together(parts: readonly Names[]): Names {
  const telling = parts.filter(({ reads, writes }) => reads.size + writes.size > 0)
  const [only] = telling
  if (!only) return NOTHING
  if (telling.length === 1) return only
  return {
    reads: union(telling.map(({ reads }) => reads)),
    writes: union(telling.map(({ writes }) => writes)),
  }
}

function union(sets: readonly ReadonlySet<string>[]): ReadonlySet<string> {
  const filled = sets.filter(({ size }) => size > 0)
  const [only] = filled
  if (!only) return NONE
  if (filled.length === 1) return only
  const all = new Set<string>()
  for (const set of filled) for (const name of set) all.add(name)
  return all
}

function hide({ reads, writes }: Names, bound: ReadonlySet<string>): Names {
  return { reads: new Set([...reads].filter(name => !bound.has(name))), writes }
}

/** Of what is not understood every word may be a name that is read, and every one bound where something is bound. */
function verbatimNames(text: string): Names {
  const words = new Set((text.match(/[\p{L}_][\p{L}\p{N}_]*/gu) ?? []).filter(word => !KEYWORDS.has(word)))
  return { reads: words, writes: /:=|\n|^(?:match|type|async|class|def)\b/.test(text) ? words : NONE }
}

function fallbackNames(parameters: readonly Parameter[]): readonly Names[] {
  return parameters.flatMap(({ fallback }) => (fallback ? [namesOfExpression(fallback)] : []))
}

function isDeclaration(
  statement: Statement,
): statement is Extract<Statement, { kind: 'global' | 'nonlocal' }> {
  return statement.kind === 'global' || statement.kind === 'nonlocal'
}

/** The names of what stands straight in a statement. */
function ownNames(statement: Statement): Names {
  switch (statement.kind) {
    case 'assign': {
      const values = [statement.value, statement.annotation].flatMap(value =>
        value ? [namesOfExpression(value)] : [],
      )
      return together([...values, ...statement.targets.map(namesOfTarget)])
    }
    case 'augmented':
      return together([
        namesOfExpression(statement.value),
        namesOfExpression(statement.target),
        namesOfTarget(statement.target),
      ])
    case 'for':
      return together([namesOfExpression(statement.iterable), namesOfTarget(statement.target)])
    case 'delete':
      return together(statement.targets.map(namesOfTarget))
    case 'with': {
      const targets = statement.items.flatMap(({ target }) => (target ? [namesOfTarget(target)] : []))
      return together([...statement.items.map(({ value }) => namesOfExpression(value)), ...targets])
    }
    case 'try': {
      const caught = statement.handlers.map(({ name }) => name).filter(Boolean)
      return together([
        ...expressionsIn(statement).map(namesOfExpression),
        { reads: NONE, writes: new Set(caught) },
      ])
    }
    case 'global':
    case 'nonlocal':
      return { reads: new Set(statement.names), writes: new Set(statement.names) }
    case 'import':
      return {
        reads: NONE,
        writes: new Set(statement.names.map(({ name, alias }) => alias || (name.split('.')[0] ?? name))),
      }
    case 'importFrom':
      return { reads: NONE, writes: new Set(statement.names.map(({ name, alias }) => alias || name)) }
    case 'function':
    case 'class':
      return together([
        ...expressionsIn(statement).map(namesOfExpression),
        { reads: NONE, writes: new Set([statement.name]) },
      ])
    case 'verbatim':
      return verbatimNames(statement.text)
    default:
      return together(expressionsIn(statement).map(namesOfExpression))
  }
}

/** The names of the blocks of a statement; of another scope what is free in it, and what it declares to be of this one. */
function scopeNames(statement: Statement): readonly Names[] {
  const inner = blocksIn(statement).map(namesOfBlock)
  if (statement.kind !== 'function' && statement.kind !== 'class') return inner
  const { reads, writes } = together(inner)
  const own = statement.kind === 'function' ? localNames(statement) : NONE
  const declared = [...writes].filter(name => statement.kind === 'function' && !own.has(name))
  return [{ reads: new Set([...reads].filter(name => !own.has(name))), writes: new Set(declared) }]
}

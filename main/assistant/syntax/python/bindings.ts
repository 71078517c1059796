import { namesOfStatement } from './names.ts'
import { dotted } from './modules.ts'
import type { Expression, Statement } from './tree.ts'
import { blocksIn, eachExpression, expressionsIn } from './visit.ts'

/** A name and what a statement binds it to. */
export type Binding = { readonly name: string } & (
  | { readonly to: 'value'; readonly value: Expression }
  /** One of the numbers of a range or an enumeration. */
  | { readonly to: 'count' }
  /** One of the elements of what another name stands for. */
  | { readonly to: 'element'; readonly of: string }
  | { readonly to: 'anything' }
)

const knownBindings = new WeakMap<Statement, readonly Binding[]>()
const knownMeasured = new WeakMap<Statement, ReadonlySet<string>>()

/** Everything that a statement and its blocks bind. */
export function bindingsIn(statement: Statement): readonly Binding[] {
  const before = knownBindings.get(statement)
  if (before) return before
  const isScope = statement.kind === 'function' || statement.kind === 'class'
  const inner = isScope ? [] : blocksIn(statement).flatMap(block => block.flatMap(bindingsIn))
  const own = bindingsBy(statement)
  const told = new Set([...own, ...inner].map(({ name }) => name))
  // Names bound in other ways, by `import` or `:=`, may be anything
  const others = [...namesOfStatement(statement).writes].filter(name => !told.has(name))
  const bindings = [...own, ...inner, ...others.map((name): Binding => ({ name, to: 'anything' }))]
  knownBindings.set(statement, bindings)
  return bindings
}

/** Names that a statement or one in it asks for their length. */
export function measuredIn(statement: Statement): ReadonlySet<string> {
  const before = knownMeasured.get(statement)
  if (before) return before
  const names = new Set(blocksIn(statement).flatMap(block => block.flatMap(inner => [...measuredIn(inner)])))
  for (const expression of expressionsIn(statement))
    eachExpression(expression, part => {
      if (part.kind !== 'call' || part.callee.kind !== 'name' || part.callee.id !== 'len') return
      const [first] = part.arguments
      if (first?.value.kind === 'name') names.add(first.value.id)
    })
  knownMeasured.set(statement, names)
  return names
}

function bindingsBy(statement: Statement): readonly Binding[] {
  switch (statement.kind) {
    case 'assign':
      return statement.targets.flatMap(target => bind(target, statement.value))
    case 'augmented': {
      const { operator, target, value } = statement
      return target.kind === 'name'
        ? bind(target, { kind: 'binary', operator, left: target, right: value })
        : []
    }
    case 'for':
      return bindLoop(statement)
    case 'with':
      return statement.items.flatMap(({ target }) => (target ? bind(target, undefined) : []))
    default:
      return []
  }
}

function bind(target: Expression, value: Expression | undefined): readonly Binding[] {
  switch (target.kind) {
    case 'name':
      return [value ? { name: target.id, to: 'value', value } : { name: target.id, to: 'anything' }]
    case 'tuple':
    case 'list':
      return target.elements.flatMap((part, index) =>
        bind(part, value?.kind === 'tuple' ? value.elements[index] : undefined),
      )
    case 'starred':
      return bind(target.value, undefined)
    default:
      return []
  }
}

function bindLoop({ target, iterable }: Extract<Statement, { kind: 'for' }>): readonly Binding[] {
  const callee = iterable.kind === 'call' ? dotted(iterable.callee) : undefined
  if (target.kind === 'name' && callee === 'range') return [{ name: target.id, to: 'count' }]
  if (target.kind === 'name' && iterable.kind !== 'call') return bindElement(target, iterable)
  if (iterable.kind !== 'call' || target.kind !== 'tuple') return bind(target, undefined)
  const given = iterable.arguments.map(({ value }) => value)
  const [first, ...rest] = target.elements
  if (callee === 'enumerate' && first?.kind === 'name')
    return [{ name: first.id, to: 'count' }, ...rest.flatMap(part => bindElement(part, given[0]))]
  if (callee === 'zip') return target.elements.flatMap((part, index) => bindElement(part, given[index]))
  return bind(target, undefined)
}

function bindElement(target: Expression, many: Expression | undefined): readonly Binding[] {
  // What is in a part of a list is in the list
  const of = many?.kind === 'subscript' && many.index.kind === 'slice' ? many.value : many
  return target.kind === 'name' && of?.kind === 'name'
    ? [{ name: target.id, to: 'element', of: of.id }]
    : bind(target, undefined)
}

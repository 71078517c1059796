import { printExpression } from '../syntax/python/printExpression.ts'
import type { Expression, Parameter } from '../syntax/python/tree.ts'
import type { PlacedExpression } from './walk.ts'

/** What is passed for a parameter, as far as it matters for making one up. */
export type ParameterKind =
  | {
      readonly kind:
        | 'number'
        | 'integer'
        | 'boolean'
        | 'list'
        | 'array'
        | 'series'
        | 'date'
        | 'datetime'
        | 'unknown'
    }
  /** The texts it is compared with, in the order of the text. */
  | { readonly kind: 'string'; readonly options: readonly string[] }
  | { readonly kind: 'frame' | 'record' | 'records'; readonly columns: readonly string[] }

const SERIES_METHODS = new Set([
  'shift', 'rolling', 'pct_change', 'ewm', 'expanding', 'diff', 'iloc', 'cumsum', 'cummax', 'fillna', 'iteritems',
]) // prettier-ignore
const FRAME_METHODS = new Set([
  'iterrows',
  'itertuples',
  'groupby',
  'loc',
  'assign',
  'columns',
  'append',
  'ix',
])

/** What is passed for a parameter, by its annotation, else by how the body uses it. */
export function kindOf(parameter: Parameter, expressions: readonly PlacedExpression[]): ParameterKind {
  const annotation = parameter.annotation ? printExpression(parameter.annotation) : ''
  const uses = usesOf(parameter.name, expressions)
  return fromAnnotation(annotation, uses) ?? fromUses(uses)
}

interface Uses {
  readonly methods: ReadonlySet<string>
  readonly columns: readonly string[]
  readonly itemColumns: readonly string[]
  readonly texts: readonly string[]
  readonly isSequence: boolean
  readonly isArray: boolean
}

function fromAnnotation(annotation: string, uses: Uses): ParameterKind | undefined {
  if (annotation === '') return undefined
  if (/DataFrame/.test(annotation)) return { kind: 'frame', columns: uses.columns }
  if (/Series/.test(annotation)) return { kind: 'series' }
  if (/ndarray|ArrayLike|NDArray/.test(annotation)) return { kind: 'array' }
  if (/(list|List|Sequence|Iterable)\[(dict|Dict)/.test(annotation))
    return { kind: 'records', columns: uses.itemColumns }
  if (/^(list|List|Sequence|Iterable|tuple|Tuple)\b/.test(annotation)) return { kind: 'list' }
  if (annotation.endsWith('datetime')) return { kind: 'datetime' }
  if (annotation.endsWith('date')) return { kind: 'date' }
  if (annotation === 'bool') return { kind: 'boolean' }
  if (/^(str|Literal)/.test(annotation)) return { kind: 'string', options: uses.texts }
  if (/^int\b/.test(annotation)) return { kind: 'integer' }
  if (/^(float|Decimal)/.test(annotation)) return { kind: 'number' }
  return undefined
}

function fromUses(uses: Uses): ParameterKind {
  if (uses.columns.length > 0)
    return [...uses.methods].some(method => SERIES_METHODS.has(method) || FRAME_METHODS.has(method))
      ? { kind: 'frame', columns: uses.columns }
      : { kind: 'record', columns: uses.columns }
  if (uses.itemColumns.length > 0) return { kind: 'records', columns: uses.itemColumns }
  if (uses.texts.length > 0) return { kind: 'string', options: uses.texts }
  if ([...uses.methods].some(method => SERIES_METHODS.has(method))) return { kind: 'series' }
  if ([...uses.methods].some(method => FRAME_METHODS.has(method))) return { kind: 'frame', columns: [] }
  if (uses.isArray) return { kind: 'array' }
  return { kind: uses.isSequence ? 'list' : 'unknown' }
}

function usesOf(name: string, expressions: readonly PlacedExpression[]): Uses {
  const all = expressions.map(({ expression }) => expression)
  const isIt = (expression: Expression): boolean => expression.kind === 'name' && expression.id === name
  const items = itemNames(isIt, expressions)
  return {
    methods: new Set(all.flatMap(expression => methodsOn(expression, isIt))),
    columns: distinct(all.flatMap(expression => columnsOf(expression, isIt))),
    itemColumns: distinct(
      all.flatMap(expression => columnsOf(expression, value => value.kind === 'name' && items.has(value.id))),
    ),
    texts: distinct(all.flatMap(expression => comparedTexts(expression, isIt))),
    isSequence: items.size > 0 || all.some(expression => usedAsSequence(expression, isIt)),
    isArray: all.some(
      expression =>
        expression.kind === 'attribute' &&
        isIt(expression.value) &&
        /^(shape|mean|std|T|sum)$/.test(expression.attribute),
    ),
  }
}

function methodsOn(expression: Expression, isIt: (value: Expression) => boolean): readonly string[] {
  if (expression.kind !== 'attribute') return []
  const { value } = expression
  const isColumn = value.kind === 'subscript' && isIt(value.value)
  return isIt(value) || isColumn ? [expression.attribute] : []
}

function columnsOf(expression: Expression, isIt: (value: Expression) => boolean): readonly string[] {
  if (expression.kind !== 'subscript') return []
  const { value } = expression
  const isLocated = value.kind === 'attribute' && value.attribute === 'loc' && isIt(value.value)
  if (!isIt(value) && !isLocated) return []
  const index =
    expression.index.kind === 'tuple'
      ? (expression.index.elements.at(-1) ?? expression.index)
      : expression.index
  const texts = index.kind === 'list' ? index.elements.map(textOf) : [textOf(index)]
  return texts.flatMap(text => text ?? [])
}

function comparedTexts(expression: Expression, isIt: (value: Expression) => boolean): readonly string[] {
  if (expression.kind !== 'compare') return []
  const { left } = expression
  const isLowered = left.kind === 'call' && left.callee.kind === 'attribute' && isIt(left.callee.value)
  if (!isIt(left) && !isLowered) return []
  return expression.comparators.flatMap(comparator => {
    if (comparator.kind === 'tuple' || comparator.kind === 'list' || comparator.kind === 'set')
      return comparator.elements.flatMap(element => textOf(element) ?? [])
    return textOf(comparator) ?? []
  })
}

/** Names that stand for one item of the sequence: targets of loops and comprehensions over it. */
function itemNames(
  isIt: (value: Expression) => boolean,
  expressions: readonly PlacedExpression[],
): ReadonlySet<string> {
  const found = new Set<string>()
  const take = (target: Expression, iterable: Expression): void => {
    const isOver =
      isIt(iterable) || (iterable.kind === 'call' && iterable.arguments.some(({ value }) => isIt(value)))
    if (!isOver || (iterable.kind === 'call' && isNamed(iterable.callee, 'range'))) return
    const names = target.kind === 'tuple' ? target.elements : [target]
    for (const each of names) if (each.kind === 'name') found.add(each.id)
  }
  for (const { expression, statement } of expressions) {
    if (statement.kind === 'for') take(statement.target, statement.iterable)
    if (expression.kind === 'comprehension')
      for (const { target, iterable } of expression.clauses) take(target, iterable)
  }
  return found
}

function usedAsSequence(expression: Expression, isIt: (value: Expression) => boolean): boolean {
  if (expression.kind === 'subscript') return isIt(expression.value)
  if (expression.kind !== 'call') return false
  return (
    expression.arguments.some(({ value }) => isIt(value)) &&
    /(^|\.)(len|sum|sorted|enumerate|zip|diff|asarray|array|mean|std|median|cumsum)$/.test(
      printExpression(expression.callee),
    )
  )
}

function isNamed(expression: Expression, id: string): boolean {
  return expression.kind === 'name' && expression.id === id
}

function textOf(expression: Expression): string | undefined {
  if (expression.kind !== 'constant' || expression.type !== 'string') return undefined
  const match = /^(['"])([^'"\\]*)\1$/.exec(expression.text)
  return match?.[2]
}

function distinct(values: readonly string[]): readonly string[] {
  return [...new Set(values)]
}

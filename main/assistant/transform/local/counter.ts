import { kindOf } from '../../syntax/python/kinds.ts'
import { keyOf } from '../../syntax/python/replace.ts'
import type { Expression, Statement } from '../../syntax/python/tree.ts'
import {
  assign,
  binary,
  call,
  comprehension,
  importModule,
  integer,
  method,
  name,
  subscript,
} from '../build.ts'
import { surroundingsOf } from '../surroundings.ts'
import type { Transform } from '../transform.ts'
import { gather, manyOf } from './comprehend.ts'
import { loopsIn, startOf, withResult } from './loops.ts'

/** A loop that counts into a dictionary becomes a `Counter`. */
export const countWithCounter: Transform = {
  name: 'count-with-counter',
  family: 'algorithm',
  title: 'collections.Counter instead of counting by hand',
  why: 'Counter counts in C, with the keys in the order in which they were met; the result is a plain dictionary again.',
  reorders: false,
  sites: (draft, context) => {
    const around = surroundingsOf(draft, context)
    if (around.locals.has('dict')) return []
    return loopsIn(draft.function).flatMap(found => {
      const into = countedIn(found.loop.body)
      const start = into === undefined ? undefined : startOf(into, found)
      const isEmpty = start?.value.kind === 'dict' && start.value.entries.length === 0
      if (into === undefined || !start || !isEmpty) return []
      const gathered = gather(found, statement => keyCounted(statement, into))
      if (!gathered || kindOf(gathered.element, around.kinds, context.modules) === 'list') return []
      const { element, clauses } = gathered
      // A Counter of a dictionary takes its values for counts, so that only what is no dictionary is handed over whole
      const whole = manyOf(gathered, 'generator')
      const mayBeMapping =
        whole.kind !== 'comprehension' && !SEQUENCES.has(kindOf(whole, around.kinds, context.modules) ?? '')
      const many = mayBeMapping ? comprehension(element, clauses, 'generator') : whole
      const alias = context.modules['collections.Counter']
      const module = context.modules['collections']
      const counter = alias ?? `${module ?? 'collections'}.Counter`
      const needed = alias === undefined && module === undefined ? [importModule('collections', '')] : []
      const apply = () => ({
        function: found.place.rebuild(
          withResult(found, start.at, assign(into, call('dict', [call(counter, [many])]))),
        ),
        added: [...draft.added, ...needed],
      })
      return [{ at: found.at, apply }]
    })
  },
}

const SEQUENCES: ReadonlySet<string> = new Set(['list', 'tuple', 'string', 'array', 'set'])

/** The dictionary that the passes of a loop count into. */
function countedIn(block: readonly Statement[]): string | undefined {
  const last = block.at(-1)
  if (!last) return undefined
  const target = last.kind === 'assign' ? last.targets[0] : last.kind === 'if' ? targetIn(last) : undefined
  if (target?.kind === 'subscript' && target.value.kind === 'name') return target.value.id
  return last.kind === 'if' || last.kind === 'for' ? countedIn(last.body) : undefined
}

function targetIn(statement: Extract<Statement, { kind: 'if' }>): Expression | undefined {
  const [only] = statement.body
  if (only?.kind === 'augmented') return only.target
  return only?.kind === 'assign' && statement.otherwise.length > 0 ? only.targets[0] : undefined
}

/** The key that a statement counts one more of: `counts[key] = counts.get(key, 0) + 1`, or asked for with `in`. */
function keyCounted(statement: Statement, into: string): Expression | undefined {
  if (statement.kind === 'assign') {
    const [target, ...others] = statement.targets
    if (target?.kind !== 'subscript' || others.length > 0 || !statement.value) return undefined
    const counts = name(into)
    const wanted = binary(method(counts, 'get', [target.index, integer(0)]), '+', integer(1))
    return keyOf(target.value) === keyOf(counts) && keyOf(statement.value) === keyOf(wanted)
      ? target.index
      : undefined
  }
  if (statement.kind !== 'if' || statement.test.kind !== 'compare') return undefined
  const { left, operators, comparators } = statement.test
  const [counts] = comparators
  const [operator] = operators
  if (
    operators.length !== 1 ||
    (operator !== 'in' && operator !== 'not in') ||
    !counts ||
    keyOf(counts) !== keyOf(name(into))
  )
    return undefined
  const [present, missing] =
    operator === 'in' ? [statement.body, statement.otherwise] : [statement.otherwise, statement.body]
  const entry = keyOf(subscript(counts, left))
  const [more, ...restOfMore] = present
  const [first, ...restOfFirst] = missing
  if (more?.kind !== 'augmented' || first?.kind !== 'assign' || restOfMore.length + restOfFirst.length > 0)
    return undefined
  const isOne = (value: Expression | undefined) => value !== undefined && keyOf(value) === keyOf(integer(1))
  const [target] = first.targets
  const isCount =
    more.operator === '+' && isOne(more.value) && isOne(first.value) && first.targets.length === 1
  return isCount && keyOf(more.target) === entry && target && keyOf(target) === entry ? left : undefined
}

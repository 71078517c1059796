import { assignmentOf } from '../assignment.ts'
import { dotted } from '../../syntax/python/modules.ts'
import { keyOf, replaceInBlock, replacingAll } from '../../syntax/python/replace.ts'
import type { Expression, Statement } from '../../syntax/python/tree.ts'
import { assign, call, name, subscript, tuple } from '../build.ts'
import type { Draft, DraftContext, Transform, TransformSite } from '../transform.ts'
import { arrayFormsIn, changed, type ArrayForm } from './forms.ts'
import { areMentions } from './mentions.ts'

/** Keys are numbered in the order in which they come, by a table of them instead of a sort. */
export const groupByTable: Transform = {
  name: 'group-by-table',
  family: 'algorithm',
  title: 'Groups found by a table of their keys instead of a sort',
  why: 'pandas numbers the keys as they come first, which is the order that was restored after the sort. NaN, which is no key of a group, is left to the loop.',
  reorders: false,
  sites,
}

function sites(draft: Draft, context: DraftContext): readonly TransformSite[] {
  const pandas = context.modules['pandas']
  if (pandas === undefined) return []
  return arrayFormsIn(draft).flatMap((form): readonly TransformSite[] => {
    const found = groupsIn(form)
    if (!found) return []
    const { sorted, order, keys, parts, ordered } = found
    const [unique = '', , group = ''] = parts
    const numbered = assign(tuple([name(group), name(unique)]), call(`${pandas}.factorize`, [keys]))
    const arrays = form.arrays.body.flatMap(statement => {
      if (statement === sorted) return [{ ...numbered, above: sorted.above }]
      return statement === order.statement ? [] : [statement]
    })
    const plain = replacingAll(ordered.map(array => [subscript(name(array), name(order.name)), name(array)]))
    const results = replaceInBlock(form.statement.otherwise, plain)
    return [
      {
        at: `line ${form.statement.lines?.first ?? 'made'}`,
        apply: () => ({ ...draft, function: changed(draft, form, { arrays, results }) }),
      },
    ]
  })
}

/** Groups that are found by sorting their keys, and put back into the order in which the keys come. */
interface Groups {
  readonly sorted: Statement
  readonly keys: Expression
  /** What the distinct keys, the places where they come first, and the numbers of the keys are called. */
  readonly parts: readonly string[]
  readonly order: { readonly statement: Statement; readonly name: string }
  /** Arrays that are put into that order, and nothing else. */
  readonly ordered: readonly string[]
}

function groupsIn(form: ArrayForm): Groups | undefined {
  const body = form.arrays.body
  const sorted = body.find(statement => sortedKeys(statement, form.numpy) !== undefined)
  const found = sorted && sortedKeys(sorted, form.numpy)
  const [unique = '', first = '', group = ''] = found?.parts ?? []
  const order = body.flatMap(statement => {
    const isOrder =
      valueOf(statement) && keyOf(valueOf(statement) ?? name('')) === keyOf(call(`${first}.argsort`))
    const id = assignmentOf(statement)?.[0]
    return isOrder && id !== undefined ? [{ statement, name: id }] : []
  })[0]
  if (!sorted || !found || !order) return undefined
  const sums = body.flatMap(statement => sumsOf(statement, form.numpy, group) ?? [])
  const ordered = [unique, ...sums]
  const rest = [...body.filter(one => one !== sorted && one !== order.statement), ...form.statement.otherwise]
  const isOrdered = (expression: Expression, array: string): boolean =>
    keyOf(expression) === keyOf(subscript(name(array), name(order.name)))
  // Where the order or one of its arrays has to do with anything else, it stays
  const isPlain =
    areMentions(rest, first, NOTHING) &&
    areMentions(rest, order.name, {
      statement: () => 0,
      expression: expression => ordered.some(array => isOrdered(expression, array)),
    }) &&
    ordered.every(array =>
      areMentions(rest, array, {
        statement: statement => (assignmentOf(statement)?.[0] === array && sums.includes(array) ? 1 : 0),
        expression: expression => isOrdered(expression, array),
      }),
    )
  return isPlain ? { sorted, ...found, order, ordered } : undefined
}

const NOTHING = { statement: () => 0, expression: () => false }

/** `unique, first, group = np.unique(keys, return_index=True, return_inverse=True)`. */
function sortedKeys(statement: Statement, numpy: string): Pick<Groups, 'keys' | 'parts'> | undefined {
  const [target, ...others] = statement.kind === 'assign' ? statement.targets : []
  const value = valueOf(statement)
  if (target?.kind !== 'tuple' || others.length > 0 || value?.kind !== 'call') return undefined
  const [keys, ...asked] = value.arguments
  const names = asked.map(argument => argument.name).join(' ')
  if (dotted(value.callee) !== `${numpy}.unique` || !keys || names !== 'return_index return_inverse')
    return undefined
  const parts = target.elements.map(element => (element.kind === 'name' ? element.id : ''))
  return parts.length === 3 && parts.every(part => part !== '') ? { keys: keys.value, parts } : undefined
}

/** The sums by group that a statement makes, which are in the order of the groups. */
function sumsOf(statement: Statement, numpy: string, group: string): string | undefined {
  const [sums, value] = assignmentOf(statement) ?? []
  const isSum = value?.kind === 'call' && dotted(value.callee) === `${numpy}.bincount`
  const [numbers] = isSum ? value.arguments : []
  return numbers && dotted(numbers.value) === group ? sums : undefined
}

function valueOf(statement: Statement): Expression | undefined {
  return statement.kind === 'assign' ? statement.value : undefined
}

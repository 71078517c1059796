import { dotted } from '../../syntax/python/modules.ts'
import { namesOfBlock, namesOfStatement } from '../../syntax/python/names.ts'
import type { Expression, Statement } from '../../syntax/python/tree.ts'
import { eachExpressionIn, mapStatement } from '../../syntax/python/visit.ts'
import { assign, call, method, name, when } from '../build.ts'
import type { Draft, DraftContext, Transform, TransformSite } from '../transform.ts'
import { arrayFormsIn, changedForm, type ArrayForm } from './forms.ts'
import { areMentions, isLengthOf, isNamed, type Accepted } from './mentions.ts'

/** An array of which a list is made only for arrays to be made of the list again stays an array. */
export const keepArrays: Transform = {
  name: 'keep-arrays',
  family: 'share',
  title: 'An array stays one from one step to the next',
  why: 'What comes after takes a list and an array alike, so that no list is made of the array and no array of the list. Where a loop is run after all, it gets the list.',
  reorders: true,
  sites,
}

function sites(draft: Draft, context: DraftContext): readonly TransformSite[] {
  const forms = arrayFormsIn(draft)
  return forms.flatMap((form): readonly TransformSite[] => {
    const [home, ...inner] = form.place.way
    const made = inner.length === 0 ? listOf(form) : undefined
    if (!home || !made || !startsThere(form, made)) return []
    const before = home.block.slice(0, home.at)
    const after = home.block.slice(home.at + 1)
    const later = forms.filter(({ statement }) => after.includes(statement))
    if (!isTakenByArrays(after, later, made, form, context)) return []
    return [
      {
        at: `line ${form.statement.lines?.first ?? 'made'} ${made.list}`,
        apply: () => {
          const results = form.statement.otherwise.map(statement =>
            statement === made.statement ? assign(made.list, made.array) : statement,
          )
          const rest = after.map(statement => taking(statement, later, made, form.numpy))
          return {
            ...draft,
            function: { ...draft.function, body: [...before, changedForm(form, { results }), ...rest] },
          }
        },
      },
    ]
  })
}

/** A list that an array form makes of an array. */
interface Made {
  readonly list: string
  readonly array: Expression & { kind: 'name' }
  readonly statement: Statement
  /** Whether it is put at the end of what is in the list already. */
  readonly isAdded: boolean
}

/** `returns = values.tolist()` or `returns.extend(values.tolist())` among the results of a form. */
function listOf(form: ArrayForm): Made | undefined {
  const found = form.statement.otherwise.flatMap((statement): readonly Made[] => {
    if (statement.kind === 'assign') {
      const [target, ...others] = statement.targets
      const array = arrayOf(statement.value)
      if (target?.kind !== 'name' || others.length > 0 || !array) return []
      return [{ list: target.id, array, statement, isAdded: false }]
    }
    const value = statement.kind === 'expression' ? statement.value : undefined
    if (value?.kind !== 'call' || value.callee.kind !== 'attribute' || value.callee.attribute !== 'extend')
      return []
    const array = arrayOf(value.arguments[0]?.value)
    const { value: owner } = value.callee
    return array && owner.kind === 'name' ? [{ list: owner.id, array, statement, isAdded: true }] : []
  })
  const [only, ...others] = found
  return others.length === 0 ? only : undefined
}

/** `values` of `values.tolist()`. */
function arrayOf(value: Expression | undefined): (Expression & { kind: 'name' }) | undefined {
  if (value?.kind !== 'call' || value.callee.kind !== 'attribute' || value.arguments.length > 0)
    return undefined
  const { attribute, value: array } = value.callee
  return attribute === 'tolist' && array.kind === 'name' ? array : undefined
}

/** Whether nothing is in the list before, and nothing else of the form has to do with it. */
function startsThere({ place, statement }: ArrayForm, made: Made): boolean {
  const [home] = place.way
  const before = (home?.block.slice(0, home.at) ?? []).filter(one => names(one).has(made.list))
  const own = [...statement.body, ...statement.otherwise].filter(one => names(one).has(made.list))
  const [start, ...others] = before
  const isEmpty =
    start?.kind === 'assign' &&
    start.targets.length === 1 &&
    start.value?.kind === 'list' &&
    start.value.elements.length === 0
  return own.length === 1 && (made.isAdded ? isEmpty && others.length === 0 : before.length === 0)
}

/** Whether all that comes after takes the array for the list, and something gains by it. */
function isTakenByArrays(
  after: readonly Statement[],
  later: readonly ArrayForm[],
  { list, array }: Made,
  form: ArrayForm,
  context: DraftContext,
): boolean {
  let gains = 0
  const isFresh = isMadeAnew(form, array.id)
  const accepted: Accepted = {
    statement: () => 0,
    expression: expression => {
      if (isLengthOf(expression, list)) return true
      const isRead = expression.kind === 'call' && takes(expression, list, form.numpy, isFresh, context)
      if (isRead) gains += 1
      return isRead
    },
  }
  // Loops that are kept get the list
  const usual = after.map(statement => {
    const own = later.find(one => one.statement === statement)
    return own ? changedForm(own, { handler: [] }) : statement
  })
  const isRebound = namesOfBlock(after).writes.has(list)
  return !isRebound && areMentions(usual, list, accepted) && gains > 0
}

const READERS =
  /^(array|mean|std|var|sum|prod|median|average|percentile|quantile|min|max|amin|amax|argmin|argmax|cumsum|cumprod|diff|sort|argsort|log|exp|sqrt|abs|dot|histogram|corrcoef|cov)$/

/** Whether a call makes an array of a list that it is given first: NumPy's functions, pandas' series, and `struct.pack` for NumPy. */
function takes(
  { callee, arguments: given }: Expression & { kind: 'call' },
  list: string,
  numpy: string,
  isFresh: boolean,
  context: DraftContext,
): boolean {
  const path = dotted(callee) ?? ''
  if (path === 'struct.pack') return isNamed(given[1]?.value, list)
  if (!isNamed(given[0]?.value, list) || given[0]?.form !== 'positional') return false
  const [module = '', called = '', ...more] = path.split('.')
  if (more.length > 0) return false
  if (module === numpy) return READERS.test(called)
  // A series keeps the array that it is given, and nobody else may have that
  return isFresh && module === context.modules['pandas'] && called === 'Series'
}

/** Whether an array is a line of numbers that the form has computed, not a view of something it was given. */
function isMadeAnew({ arrays }: ArrayForm, array: string): boolean {
  const made = arrays.body.findLast(
    statement => statement.kind === 'assign' && statement.targets.some(target => isNamed(target, array)),
  )
  let hasTables = false
  for (const statement of arrays.body)
    eachExpressionIn(statement, part => {
      hasTables ||= part.kind === 'constant' && part.type === 'none'
    })
  return !hasTables && made?.kind === 'assign' && made.value?.kind === 'binary'
}

/** A statement after the form, with the array where the list was. */
function taking(statement: Statement, later: readonly ArrayForm[], { list }: Made, numpy: string): Statement {
  const unpack = (part: Expression): Expression => {
    const bytes = part.kind === 'call' ? part.arguments[0]?.value : undefined
    if (part.kind !== 'call' || dotted(part.callee) !== `${numpy}.frombuffer`) return part
    const isPacked = bytes?.kind === 'call' && isNamed(bytes.arguments[1]?.value, list)
    return isPacked ? call(`${numpy}.array`, [name(list)], { dtype: name('float') }) : part
  }
  const own = later.find(one => one.statement === statement)
  const handler = own?.statement.handlers[0]?.body ?? []
  const needsList = own && namesOfBlock(handler).reads.has(list)
  if (!needsList) return mapStatement(statement, unpack)
  const isArray = call('isinstance', [name(list), name(`${numpy}.ndarray`)])
  const back = when(isArray, [assign(list, method(name(list), 'tolist'))])
  return mapStatement(changedForm(own, { handler: [back, ...handler] }), unpack)
}

function names(statement: Statement): ReadonlySet<string> {
  const { reads, writes } = namesOfStatement(statement)
  return new Set([...reads, ...writes])
}

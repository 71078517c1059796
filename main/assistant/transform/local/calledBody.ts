import { mayRead } from '../../syntax/python/liveness.ts'
import { localNames, namesOfBlock, namesOfTarget, overlap } from '../../syntax/python/names.ts'
import type { Argument, Expression, FunctionStatement, Statement } from '../../syntax/python/tree.ts'
import {
  eachExpressionIn,
  mapBlocks,
  mapExpressions,
  mapParts,
  someStatement,
  type Change,
} from '../../syntax/python/visit.ts'
import { assign, NONE, when } from '../build.ts'

/** The body of a function that only computes, as it can be written in another. */
export interface CalledBody {
  readonly definition: FunctionStatement
  /** All names that are its own, the parameters too. */
  readonly locals: ReadonlySet<string>
  /** Names that it binds, also parameters that it binds anew. */
  readonly assigned: ReadonlySet<string>
  /** What it does before it gives a value. */
  readonly steps: readonly Statement[]
  /** The value, where it is given at the end alone; else the steps hold `return`s. */
  readonly value: Expression | undefined
}

const MOST_STATEMENTS = 24

/** The body of a function of which is known that it only computes; undefined where names or ways out of it stand against that. */
export function bodyOf(
  definition: FunctionStatement,
  callerLocals: ReadonlySet<string>,
): CalledBody | undefined {
  const body = withoutDocstring(definition.body)
  const locals = localNames(definition)
  const { reads, writes } = namesOfBlock(body)
  const isOutside = [...reads].every(id => locals.has(id) || !callerLocals.has(id))
  const parameters = new Set(definition.parameters.map(({ name }) => name))
  // A name that is read before it is bound would find what an earlier call left
  const isBound = [...locals].every(id => parameters.has(id) || !mayRead(body, id))
  if (!isOutside || !isBound || !isMovable(body, new Set([...locals, ...callerLocals]))) return undefined
  const last = body.at(-1)
  const steps = body.slice(0, -1)
  const own = { definition, locals, assigned: writes }
  if (last?.kind === 'return' && last.value && !steps.some(givesValue))
    return { ...own, steps, value: last.value }
  return settled(body, NONE) && { ...own, steps: body, value: undefined }
}

/** Every parameter with what a call gives for it, in order; undefined where the call does not fit. */
export function argumentsOf(
  { definition: { parameters } }: CalledBody,
  given: readonly Argument[],
): readonly (readonly [string, Expression])[] | undefined {
  if (parameters.some(({ form }) => form !== 'plain') || given.length > parameters.length) return undefined
  if (given.some(({ form }) => form !== 'positional' && form !== 'keyword')) return undefined
  const positional = given.filter(({ form }) => form === 'positional')
  const named = new Map(given.flatMap(({ form, name, value }) => (form === 'keyword' ? [[name, value]] : [])))
  const bound = parameters.flatMap(({ name, fallback }, at): readonly (readonly [string, Expression])[] => {
    const byName = named.get(name)
    const value = positional[at]?.value ?? byName ?? (fallback?.kind === 'constant' ? fallback : undefined)
    const isTwice = at < positional.length && byName !== undefined
    return value && !isTwice ? [[name, value]] : []
  })
  const isKnown = [...named.keys()].every(id => parameters.some(({ name }) => name === id))
  return isKnown && bound.length === parameters.length ? bound : undefined
}

/** The statements of a body under other names; what it would return goes to the result. */
export function stepsWith(
  { steps, value }: CalledBody,
  names: ReadonlyMap<string, Expression>,
  result: Expression,
): readonly Statement[] {
  const renamed = steps.map(statement => statementWith(statement, names))
  return value ? renamed : (settled(renamed, result) ?? renamed)
}

/** The expression with its names replaced, those that it binds too. */
export function withNames(expression: Expression, names: ReadonlyMap<string, Expression>): Expression {
  return changing(names).value(expression)
}

function statementWith(statement: Statement, names: ReadonlyMap<string, Expression>): Statement {
  const own = mapExpressions(statement, changing(names))
  return mapBlocks(own, block => block.map(inner => statementWith(inner, names)))
}

function changing(names: ReadonlyMap<string, Expression>): Change {
  const rename = (part: Expression): Expression =>
    part.kind === 'name' ? (names.get(part.id) ?? part) : mapParts(part, change)
  const change: Change = { value: rename, target: rename }
  return change
}

function withoutDocstring(body: readonly Statement[]): readonly Statement[] {
  const [first, ...rest] = body
  return first?.kind === 'expression' && first.value.kind === 'constant' ? rest : body
}

const MOVABLE: ReadonlySet<string> = new Set(
  'assign augmented return if for while break continue pass raise expression'.split(' '),
)

/** Whether statements mean the same elsewhere under other names: few, and with no scopes in them that hide a name. */
function isMovable(body: readonly Statement[], known: ReadonlySet<string>): boolean {
  let count = 0
  const isStrange = someStatement(body, statement => {
    count += 1
    return !MOVABLE.has(statement.kind) || (statement.kind === 'assign' && statement.annotation !== undefined)
  })
  let isPlain = true
  for (const statement of body)
    eachExpressionIn(statement, part => {
      if (part.kind === 'verbatim' || part.kind === 'lambda' || part.kind === 'named') isPlain = false
      if (part.kind === 'comprehension')
        isPlain &&= part.clauses.every(({ target }) => !overlap(namesOfTarget(target).writes, known))
    })
  return !isStrange && isPlain && count <= MOST_STATEMENTS
}

function givesValue(statement: Statement): boolean {
  return someStatement([statement], ({ kind }) => kind === 'return')
}

/** A block with a name bound in place of every `return`; undefined where one stands in a loop or may be passed by. */
function settled(block: readonly Statement[], result: Expression): readonly Statement[] | undefined {
  const at = block.findIndex(givesValue)
  const statement = block[at]
  if (!statement) return isLeft(block) ? block : [...block, assign(result, NONE)]
  const before = block.slice(0, at)
  const after = block.slice(at + 1)
  if (statement.kind === 'return') return [...before, assign(result, statement.value ?? NONE)]
  if (statement.kind !== 'if') return undefined
  const { body, otherwise } = statement
  if (after.length > 0 && !isLeft(body) && !isLeft(otherwise)) return undefined
  const one = settled(isLeft(body) ? body : [...body, ...after], result)
  const other = settled(isLeft(otherwise) ? otherwise : [...otherwise, ...after], result)
  return one && other && [...before, { ...when(statement.test, one, other), above: statement.above }]
}

/** Whether a block is never run past its end. */
function isLeft(block: readonly Statement[]): boolean {
  const last = block.at(-1)
  if (last?.kind === 'if') return isLeft(last.body) && isLeft(last.otherwise)
  return last?.kind === 'return' || last?.kind === 'raise'
}

import { printExpression } from '../syntax/python/printExpression.ts'
import type { Expression, FunctionStatement, PythonModule, Statement } from '../syntax/python/tree.ts'
import { kindOf, type ParameterKind } from './kinds.ts'
import { roleOf, type Role } from './roles.ts'
import { allExpressions, allStatements, type PlacedExpression } from './walk.ts'
import { hasWord, wordsOf } from './words.ts'

/** A parameter with what it stands for. */
export interface SubjectParameter {
  readonly name: string
  readonly role: Role
  readonly kind: ParameterKind
  /** The text of its default; undefined where it must be given. */
  readonly fallback: string | undefined
  /** Whether the body reads it at all. */
  readonly isRead: boolean
}

/** A function under review, with what every rule asks of it worked out once. */
export interface Subject {
  readonly module: PythonModule
  readonly function: FunctionStatement
  /** Name with its classes. */
  readonly path: string
  readonly parameters: readonly SubjectParameter[]
  readonly docstring: string
  /** Words of its name, and of its name and docstring. */
  readonly nameWords: readonly string[]
  readonly words: readonly string[]
  /** The body without the docstring. */
  readonly statements: readonly Statement[]
  readonly expressions: readonly PlacedExpression[]
}

/** A function of a module as rules see it. */
export function readSubject(module: PythonModule, path: string, of: FunctionStatement): Subject {
  const docstring = docstringOf(of)
  const body = docstring === '' ? of.body : of.body.slice(1)
  const expressions = allExpressions(body)
  const nameWords = wordsOf(of.name)
  return {
    module,
    function: of,
    path,
    parameters: parametersOf(of, expressions),
    docstring,
    nameWords,
    words: [...nameWords, ...wordsOf(docstring)],
    statements: allStatements(body),
    expressions,
  }
}

/** The parameter that stands for the first of the roles that any stands for. */
export function parameterOf(subject: Subject, ...roles: readonly Role[]): SubjectParameter | undefined {
  return roles
    .map(role => subject.parameters.find(parameter => parameter.role === role))
    .find(parameter => parameter !== undefined)
}

function parametersOf(
  of: FunctionStatement,
  expressions: readonly PlacedExpression[],
): readonly SubjectParameter[] {
  const read = new Set(
    expressions.flatMap(({ expression }) =>
      expression.kind === 'name'
        ? [expression.id]
        : expression.kind === 'verbatim'
          ? (expression.text.match(/[A-Za-z_]\w*/g) ?? [])
          : [],
    ),
  )
  return of.parameters
    .filter(({ form, name }) => form === 'plain' && name !== 'self' && name !== 'cls')
    .map(parameter => ({ parameter, kind: kindOf(parameter, expressions) }))
    .map(({ parameter, kind }) => ({
      name: parameter.name,
      role: roleIn(of, parameter.name, kind),
      kind,
      fallback: parameter.fallback ? printExpression(parameter.fallback) : undefined,
      isRead: read.has(parameter.name),
    }))
}

/** `call` in `put_from_parity(call, …)` is a price, elsewhere it says the right; `p` with many values is a series of prices. */
function roleIn(of: FunctionStatement, name: string, { kind }: ParameterKind): Role {
  const role = roleOf(name)
  const isMany = kind === 'list' || kind === 'array' || kind === 'series'
  if (isMany && /^(price|spot|exit|entry|callPrice|putPrice|unknown)$/.test(role)) return 'prices'
  const words = wordsOf(of.name)
  const isParity = hasWord(words, 'parity', 'synthetic')
  if (role === 'isCall' && name === 'call' && (isParity || hasWord(words, 'put'))) return 'callPrice'
  if (role === 'isPut' && name === 'put' && (isParity || hasWord(words, 'call'))) return 'putPrice'
  return role
}

function docstringOf({ body }: FunctionStatement): string {
  const first = body[0]
  if (first?.kind !== 'expression') return ''
  const { value } = first
  return isText(value) ? value.text.replace(/^\w*("""|'''|"|')/, '').replace(/("""|'''|"|')$/, '') : ''
}

function isText(expression: Expression): expression is Extract<Expression, { kind: 'constant' }> {
  return expression.kind === 'constant' && expression.type === 'string'
}

import { failure, success, type Result } from '../../core/base/result.ts'
import type { Grammars } from '../syntax/grammars.ts'
import { functionNamed, isImport } from '../syntax/python/functions.ts'
import { printExpression } from '../syntax/python/printExpression.ts'
import { printStatement } from '../syntax/python/print.ts'
import { readPython } from '../syntax/python/read.ts'
import type { FunctionStatement, Statement } from '../syntax/python/tree.ts'

/** A function in the place of another, with the imports that it needs; or why a text is none. */
export type Rewriting = Result<
  { readonly function: FunctionStatement; readonly added: readonly Statement[] },
  string
>

/** The reason of code that does not even mean to be the function, as an example of its use. */
export const OTHER_CODE = 'The code is not the function that was asked for.'

/** Modules that only compute. Another one at the top of a proposal is a reason to refuse it. */
const MODULES = new Set(
  (
    '__future__ array bisect collections copy dataclasses datetime decimal enum fractions functools heapq itertools math ' +
    'numba numpy operator pandas scipy statistics typing'
  ).split(' '),
)

/**
 * Reads a text as another form of a function: it must parse, and have that function by its name, parameters and defaults, beside it
 * nothing but imports. Examples of use after it are dropped. Decorators, comments above and a docstring that it leaves out are those of
 * the original.
 */
export function readRewriting(grammars: Grammars, text: string, original: FunctionStatement): Rewriting {
  if (!grammars.withTree('python', text, root => !root.hasError))
    return failure(text.includes(`def ${original.name}`) ? 'The code does not parse.' : OTHER_CODE)
  const module = readPython(grammars, text)
  const found = functionNamed(module, original.name) ?? methodNamed(module.body, original.name)
  if (!found) return failure(OTHER_CODE)
  const imports = module.body.filter(isImport)
  const others = module.body.filter(statement => !isImport(statement) && !isExample(statement))
  if (others.length !== 1) return failure('It needs more than the function.')
  const foreign = imports.flatMap(modulesOf).find(name => !MODULES.has(name))
  if (foreign !== undefined) return failure(`It imports ${foreign}.`)
  if (signatureOf(found) !== signatureOf(original)) return failure('It has other parameters.')
  if (found.decorators.length > 0 && decoratorsOf(found) !== decoratorsOf(original))
    return failure('It has other decorators.')
  const rewritten = {
    ...found,
    ...keptOf(original),
    body: [...docstringLeft(found, original), ...found.body],
  }
  if (printStatement(bare(rewritten)) === printStatement(bare(original)))
    return failure('It is the original.')
  return success({ function: rewritten, added: imports })
}

/** The only method of that name in the classes of a text: some answer with the class around it. */
function methodNamed(body: readonly Statement[], name: string): FunctionStatement | undefined {
  const [only, ...more] = body
    .flatMap(statement => (statement.kind === 'class' ? statement.body : []))
    .filter((statement): statement is FunctionStatement => statement.kind === 'function')
  return more.length === 0 && only?.name === name ? only : undefined
}

/** What shows how a function is used: a bare call, a text, a guarded main part. */
function isExample(statement: Statement): boolean {
  if (statement.kind === 'expression') return true
  return statement.kind === 'if' && printExpression(statement.test).startsWith('__name__')
}

function modulesOf(statement: Statement): readonly string[] {
  if (statement.kind === 'importFrom') return [statement.module.split('.')[0] ?? '']
  return statement.kind === 'import' ? statement.names.map(({ name }) => name.split('.')[0] ?? '') : []
}

/** What callers see: kinds, names and defaults of the parameters; annotations do not matter. */
function signatureOf({ parameters, isAsync }: FunctionStatement): string {
  const written = parameters.map(({ form, name, fallback }) => {
    return `${form} ${name}${fallback ? `=${printExpression(fallback)}` : ''}`
  })
  return `${isAsync ? 'async ' : ''}${written.join(', ')}`
}

function decoratorsOf({ decorators }: FunctionStatement): string {
  return decorators.map(decorator => printExpression(decorator)).join('\n')
}

/** What stays as he wrote it. */
function keptOf({ above, beside, decorators, parameters, returns }: FunctionStatement) {
  return { above, beside, decorators, parameters, returns }
}

/** The docstring of the original where a rewriting has none. */
function docstringLeft(found: FunctionStatement, original: FunctionStatement): readonly Statement[] {
  const docstring = original.body.filter(isDocstring).slice(0, 1)
  return found.body.slice(0, 1).some(isDocstring) || original.body[0] !== docstring[0] ? [] : docstring
}

function isDocstring(statement: Statement): boolean {
  return (
    statement.kind === 'expression' &&
    statement.value.kind === 'constant' &&
    statement.value.type === 'string'
  )
}

function bare(statement: FunctionStatement): FunctionStatement {
  return { ...statement, above: [], beside: '' }
}

import { printStatement } from './print.ts'
import { withAbove } from './texts.ts'
import type { FunctionStatement, PythonModule, Statement } from './tree.ts'
import { blocksIn, mapBlocks } from './visit.ts'

/** A function of a module with the path that it is called by, `Book.greeks`. */
export interface NamedFunction {
  readonly path: string
  readonly statement: FunctionStatement
}

/** Every function and method of a module, also those inside functions, in the order in which they are written. */
export function functionsOf(module: PythonModule): readonly NamedFunction[] {
  return module.body.flatMap(statement => functionsIn(statement, ''))
}

/** The function of that path; undefined where there is none. Of two with one path it is the last, which is what Python calls. */
export function functionNamed(module: PythonModule, path: string): FunctionStatement | undefined {
  return functionsOf(module).findLast(named => named.path === path)?.statement
}

/**
 * The module with a function replaced, and statements added above the outermost statement that holds it. What is added is not added
 * twice; imports go to the imports.
 */
export function replaceFunction(
  module: PythonModule,
  path: string,
  { function: next, added }: { readonly function: FunctionStatement; readonly added: readonly Statement[] },
): PythonModule {
  const current = functionNamed(module, path)
  if (!current) throw new Error(`the module has no function ${path}`)
  const place = module.body.findIndex(statement => holds(statement, current))
  const present = new Set(module.body.map(statement => printStatement(bare(statement))))
  const fresh = added.filter(statement => !present.has(printStatement(bare(statement))))
  const body = module.body.map((statement, index) =>
    index === place ? swap(statement, current, next) : statement,
  )
  const withOthers = insertAbove(
    body,
    place,
    fresh.filter(statement => !isImport(statement)),
  )
  return { ...module, body: insertImports(withOthers, place, fresh.filter(isImport)) }
}

/** Whether a statement imports something. */
export function isImport(statement: Statement): boolean {
  return statement.kind === 'import' || statement.kind === 'importFrom'
}

function functionsIn(statement: Statement, outer: string): readonly NamedFunction[] {
  const isScope = statement.kind === 'function' || statement.kind === 'class'
  const path = isScope ? `${outer}${outer && '.'}${statement.name}` : outer
  const inner = blocksIn(statement).flatMap(block => block.flatMap(child => functionsIn(child, path)))
  return statement.kind === 'function' ? [{ path, statement }, ...inner] : inner
}

function holds(statement: Statement, wanted: Statement): boolean {
  return statement === wanted || blocksIn(statement).some(block => block.some(inner => holds(inner, wanted)))
}

function swap(statement: Statement, current: Statement, next: Statement): Statement {
  if (statement === current) return next
  return mapBlocks(statement, block =>
    block.some(inner => holds(inner, current)) ? block.map(inner => swap(inner, current, next)) : block,
  )
}

function bare(statement: Statement): Statement {
  return statement.above.length > 0 || statement.beside !== ''
    ? { ...statement, above: [], beside: '' }
    : statement
}

const TWO_LINES = ['', '']

/** Adds statements above another one, with the empty lines that stand between definitions. */
function insertAbove(
  body: readonly Statement[],
  place: number,
  added: readonly Statement[],
): readonly Statement[] {
  const [below, ...after] = body.slice(place)
  if (!below || added.length === 0) return body
  const spaced = added.map(statement =>
    statement.above.length > 0 ? statement : withAbove(statement, TWO_LINES),
  )
  const isSpaced = below.above[0] === ''
  const moved = isSpaced ? below : withAbove(below, [...TWO_LINES, ...below.above])
  return [...body.slice(0, place), ...spaced, moved, ...after]
}

/** Adds imports after the last import above a place; where there is none, after the docstring of the module or at its top. */
function insertImports(
  body: readonly Statement[],
  place: number,
  added: readonly Statement[],
): readonly Statement[] {
  const [first] = body
  if (!first || added.length === 0) return body
  const last = body.slice(0, place).findLastIndex(isImport)
  const hasDocstring = first.kind === 'expression' && first.value.kind === 'constant'
  if (last >= 0) return body.toSpliced(last + 1, 0, ...added)
  if (hasDocstring) return body.toSpliced(1, 0, ...spacedFirst(added, ['']))
  // A line for the shell or about the encoding, and a licence, stay on top
  const header = first.above.slice(0, first.above.lastIndexOf('') + 1)
  const rest = withAbove(first, [...TWO_LINES, ...first.above.slice(header.length)])
  return [...spacedFirst(added, header), rest, ...body.slice(1)]
}

function spacedFirst(added: readonly Statement[], above: readonly string[]): readonly Statement[] {
  return added.map((statement, index) => (index === 0 ? withAbove(statement, above) : statement))
}

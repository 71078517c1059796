import type { FunctionStatement, Statement } from '../../syntax/python/tree.ts'
import { mapBlocks } from '../../syntax/python/visit.ts'
import { isReadFirst } from './names.ts'

/** A statement of a function with what stands around it. */
export interface StatementPlace {
  readonly statement: Statement
  /** The blocks that hold it, outermost first, each with where the way to it goes on. */
  readonly way: readonly {
    readonly block: readonly Statement[]
    readonly at: number
    readonly owner: Statement
  }[]
}

/** Every statement of a function that is run on the usual way through it: not the handlers of exceptions, nor inner functions. */
export function placesIn(definition: FunctionStatement): readonly StatementPlace[] {
  return inBlock(definition.body, definition, [])
}

/** Whether a name's value of right after the statement may be read later. */
export function isReadAfter({ way }: StatementPlace, wanted: string): boolean {
  return way.some(({ block, at, owner }) => {
    if (isReadFirst(block.slice(at + 1), wanted)) return true
    return (owner.kind === 'for' || owner.kind === 'while') && isReadFirst([owner], wanted)
  })
}

/** The function with a statement replaced by others. */
export function replaced(
  definition: FunctionStatement,
  { statement }: StatementPlace,
  others: readonly Statement[],
): FunctionStatement {
  const inner = (block: readonly Statement[]): readonly Statement[] => {
    const at = block.indexOf(statement)
    if (at >= 0) return [...block.slice(0, at), ...others, ...block.slice(at + 1)]
    const changed = block.map(each => mapBlocks(each, inner))
    return changed.some((each, index) => each !== block[index]) ? changed : block
  }
  return { ...definition, body: inner(definition.body) }
}

function inBlock(
  block: readonly Statement[],
  owner: Statement,
  outer: StatementPlace['way'],
): readonly StatementPlace[] {
  return block.flatMap((statement, at) => {
    const way = [...outer, { block, at, owner }]
    return [{ statement, way }, ...blocksOf(statement).flatMap(inner => inBlock(inner, statement, way))]
  })
}

/** Blocks that are run on the usual way. */
function blocksOf(statement: Statement): readonly (readonly Statement[])[] {
  switch (statement.kind) {
    case 'if':
    case 'for':
    case 'while':
      return [statement.body, statement.otherwise]
    case 'with':
      return [statement.body]
    case 'try':
      return [statement.body, statement.otherwise]
    default:
      return []
  }
}

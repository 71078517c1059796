import type { CallKnowledge } from './explorer/variant.ts'
import { conductOf } from './syntax/python/callables.ts'
import type { Surroundings } from './syntax/python/effects.ts'
import { functionNamed, functionsOf } from './syntax/python/functions.ts'
import { dotted } from './syntax/python/modules.ts'
import { namesOfBlock, namesOfExpression, namesOfStatement, type Names } from './syntax/python/names.ts'
import type { Expression, FunctionStatement, PythonModule, Statement } from './syntax/python/tree.ts'
import {
  blocksIn,
  eachExpression,
  eachExpressionIn,
  eachStatement,
  expressionsIn,
  mapBlocks,
  someStatement,
} from './syntax/python/visit.ts'
import { draftContext } from './transform/draftContext.ts'
import { surroundingsOf } from './transform/surroundings.ts'

type Loop = Extract<Statement, { readonly kind: 'for' | 'while' }>

/** More reasons than that are read by nobody. */
const MOST = 2
/** Names that a sentence lists. */
const MOST_NAMES = 3

/**
 * What stands in the way of a faster form of a function, in sentences, the first loop first: what the text of the function shows, and
 * no more than that.
 */
export function obstaclesIn(module: PythonModule, path: string, knowledge: CallKnowledge): readonly string[] {
  const statement = functionNamed(module, path)
  if (!statement) return []
  if (!goesRound(statement.body)) return [withoutLoop(module, statement)]
  const around = surroundingsOf(
    { function: statement, added: [] },
    draftContext(module, path, knowledge.arguments),
  )
  const sentences: string[] = []
  for (const inner of statement.body)
    eachStatement(inner, each => {
      if (isLoop(each)) sentences.push(...obstaclesOf(each, around))
    })
  return [...new Set(sentences)].slice(0, MOST)
}

function goesRound(body: readonly Statement[]): boolean {
  let found = someStatement(body, isLoop)
  for (const statement of body)
    eachExpressionIn(statement, ({ kind }) => {
      found ||= kind === 'comprehension' || kind === 'verbatim'
    })
  return found
}

/** Of a function without a loop: what it calls of its own module may have one. */
function withoutLoop(module: PythonModule, { body }: FunctionStatement): string {
  const looping = new Set(
    functionsOf(module).flatMap(({ path, statement }) => (goesRound(statement.body) ? [path] : [])),
  )
  const called = calleesIn(body, () => true).filter(name => looping.has(name))
  return called.length === 0
    ? 'It has no loop in Python: what it does is done once, or by a library.'
    : `It has no loop of its own, but calls ${listed(called)}, which has; ask for that one.`
}

function obstaclesOf(loop: Loop, { callables, locals }: Surroundings): readonly string[] {
  const at = loop.lines ? `Line ${loop.lines.first}: ` : ''
  const strange = calleesIn(loop.body, callee => conductOf(callee, callables, locals) === 'unknown')
  const carried = [...carriedBy(loop), ...filledBy(loop)]
  return [
    ...(carried.length > 0
      ? [
          `${at}a round of the loop needs ${listed(carried)} of the round before, so rounds follow one another.`,
        ]
      : []),
    ...(strange.length > 0
      ? [
          `${at}each round calls ${listed(strange)}, which may change something, so no call is left out or moved.`,
        ]
      : []),
    ...(loop.kind === 'while' && carried.length === 0
      ? [`${at}how often the loop goes round is not known before it ends.`]
      : []),
  ]
}

/** The names whose value one round leaves for the next; a sum that is only added to is none, for rounds may be summed in any way. */
function carriedBy({ body }: Loop): readonly string[] {
  return [...namesOfBlock(body).writes].filter(
    name => firstUse(body, name) === 'read' && !isOnlySummed(body, name),
  )
}

/** What a round does first with a name, as far as the text shows: where a branch binds it, nothing is claimed. */
function firstUse(block: readonly Statement[], name: string): 'read' | 'bound' | undefined {
  for (const statement of block) {
    const use = firstUseOf(statement, name)
    if (use) return use
  }
  return undefined
}

function firstUseOf(statement: Statement, name: string): 'read' | 'bound' | undefined {
  const blocks = blocksIn(statement)
  const { reads, writes } = blocks.length === 0 ? namesOfStatement(statement) : headOf(statement)
  if (reads.has(name)) return 'read'
  if (writes.has(name)) return 'bound'
  const uses = blocks.map(block => firstUse(block, name))
  return uses.find(use => use === 'bound') ?? uses.find(use => use === 'read')
}

/** The names of what stands before the blocks of a statement. */
function headOf(statement: Statement): Names {
  const bare = mapBlocks(statement, () => [])
  return namesOfStatement(bare)
}

function isOnlySummed(body: readonly Statement[], name: string): boolean {
  return !someStatement(body, statement => {
    if (blocksIn(statement).length > 0) return mentionedIn(headOf(statement), name)
    if (statement.kind !== 'augmented' || statement.target.kind !== 'name')
      return mentionedIn(namesOfStatement(statement), name)
    return namesOfExpression(statement.value).reads.has(name)
  })
}

function mentionedIn({ reads, writes }: Names, name: string): boolean {
  return reads.has(name) || writes.has(name)
}

/** The lists that a round appends to and reads an entry of. */
function filledBy({ body }: Loop): readonly string[] {
  const [appended, read] = [new Set<string>(), new Set<string>()]
  for (const statement of body)
    eachExpressionIn(statement, part => {
      if (part.kind === 'subscript' && part.value.kind === 'name') read.add(part.value.id)
      if (part.kind !== 'call' || part.callee.kind !== 'attribute') return
      const { value, attribute } = part.callee
      if (attribute === 'append' && value.kind === 'name') appended.add(value.id)
    })
  return [...appended].filter(name => read.has(name) && !namesOfBlock(body).writes.has(name))
}

/** What statements call by name once a round, in the order in which it is written; what a loop in them calls is its own. */
function calleesIn(
  block: readonly Statement[],
  isWanted: (callee: Expression) => boolean,
): readonly string[] {
  const names = new Set<string>()
  const look = (statement: Statement) => {
    for (const expression of expressionsIn(statement))
      eachExpression(expression, part => {
        const name = part.kind === 'call' && isWanted(part.callee) ? dotted(part.callee) : undefined
        if (name !== undefined) names.add(name)
      })
    if (!isLoop(statement)) for (const inner of blocksIn(statement)) inner.forEach(look)
  }
  block.forEach(look)
  return [...names]
}

function isLoop(statement: Statement): statement is Loop {
  return statement.kind === 'for' || statement.kind === 'while'
}

/** Names as a person lists them, the first of many. */
function listed(names: readonly string[]): string {
  const shown = names.slice(0, MOST_NAMES).map(name => `\`${name}\``)
  return names.length > MOST_NAMES ? `${shown.join(', ')} and others` : shown.join(' and ')
}

import { expect, test } from 'vitest'
import { brokenLaws, type PythonLaw } from '../../../fixtures/pythonLaw.ts'
import type { RewritingExample } from '../../../fixtures/rewritingExample.ts'
import { REWRITING_EXAMPLES } from '../../../fixtures/localRewritings.ts'
import { openGrammars } from '../../syntax/grammars.ts'
import { functionsOf, replaceFunction } from '../../syntax/python/functions.ts'
import { printModule } from '../../syntax/python/print.ts'
import { readPython } from '../../syntax/python/read.ts'
import { draftContext } from '../draftContext.ts'
import { LOCAL_TRANSFORMS } from '../localTransforms.ts'

const grammars = await openGrammars()

/** Every text that a rewriting makes of the last function of a source. */
function rewritten(transform: string, source: string): readonly string[] {
  const module = readPython(grammars, source)
  const named = functionsOf(module).at(-1)
  const wanted = LOCAL_TRANSFORMS.find(({ name }) => name === transform)
  if (!named || !wanted) throw new Error(`there is no ${transform}`)
  const draft = { function: named.statement, added: [] }
  const sites = wanted.sites(draft, draftContext(module, named.path))
  return sites.map(site => printModule(replaceFunction(module, named.path, site.apply())))
}

function lawsOf({ transform, source, inputs }: RewritingExample): readonly PythonLaw[] {
  const path = functionsOf(readPython(grammars, source)).at(-1)?.path ?? ''
  const reorders = LOCAL_TRANSFORMS.find(({ name }) => name === transform)?.reorders ?? false
  return rewritten(transform, source).map(after => ({
    name: `${transform} ${path}\n${after}`,
    before: source,
    after,
    function: path,
    inputs,
    reorders,
  }))
}

test('every local rewriting has an example', () => {
  const shown = new Set(REWRITING_EXAMPLES.map(({ transform }) => transform))
  expect(LOCAL_TRANSFORMS.map(({ name }) => name).filter(name => !shown.has(name))).toEqual([])
})

test.each(REWRITING_EXAMPLES.filter(({ gives }) => gives !== ''))(
  '$transform gives $gives',
  ({ transform, source, gives }) => {
    expect(rewritten(transform, source).join('\n')).toContain(gives)
  },
)

test('Python gives the same results, exceptions and arguments for what was rewritten', () => {
  const laws = REWRITING_EXAMPLES.flatMap(lawsOf)
  expect(laws.length).toBeGreaterThanOrEqual(REWRITING_EXAMPLES.length - 1)
  expect(brokenLaws(laws)).toEqual([])
})

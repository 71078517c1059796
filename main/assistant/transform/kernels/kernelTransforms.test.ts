import { expect, test } from 'vitest'
import { KERNEL_EXAMPLES, KERNEL_LOOK_ALIKES } from '../../../fixtures/kernelRewritings.ts'
import { VECTORISING, chainsOf, comparedCases } from '../../../fixtures/movedForms.ts'
import { HAS_PYTHON, differences, type Compared } from '../../../fixtures/sameResults/sameResults.ts'
import { openGrammars } from '../../syntax/grammars.ts'
import { functionNamed, functionsOf, replaceFunction } from '../../syntax/python/functions.ts'
import { printModule } from '../../syntax/python/print.ts'
import { readPython } from '../../syntax/python/read.ts'
import { draftContext } from '../draftContext.ts'
import { KERNEL_TRANSFORMS } from '../kernelTransforms.ts'
import { shareExpressions } from '../local/share.ts'
import type { Draft, DraftContext } from '../transform.ts'

const grammars = await openGrammars()

/** Drafts with every loop in them that has an array form in one of its array forms. */
function inArrays(draft: Draft, context: DraftContext, depth = 4): readonly Draft[] {
  const next = VECTORISING.flatMap(transform => transform.sites(draft, context).slice(0, 1))
  if (next.length === 0 || depth === 0) return [draft]
  return next.flatMap(site => inArrays(site.apply(), context, depth - 1))
}

/** Texts of the module that moves make of the array form of its last function, or of the one that is named. */
function textsOf(source: string, named?: string, wanted?: string): readonly string[] {
  const module = readPython(grammars, source)
  const path = named ?? functionsOf(module).at(-1)?.path ?? ''
  const definition = functionNamed(module, path)
  if (!definition) throw new Error(`no function ${path}`)
  const context = draftContext(module, path, {}, ['numpy', 'pandas', 'scipy'])
  const plain = inArrays({ function: definition, added: [] }, context)
  const shared = plain.flatMap(draft =>
    shareExpressions
      .sites(draft, context)
      .slice(0, 2)
      .map(site => site.apply()),
  )
  const drafts =
    wanted === undefined
      ? [...plain, ...shared].flatMap(draft => chainsOf(KERNEL_TRANSFORMS, draft, context, 3))
      : KERNEL_TRANSFORMS.filter(({ name }) => name === wanted).flatMap(transform =>
          [...plain, ...plain.flatMap(draft => chainsOf(KERNEL_TRANSFORMS, draft, context, 1))].flatMap(
            draft => transform.sites(draft, context).map(site => site.apply()),
          ),
        )
  return [...new Set(drafts.map(draft => printModule(replaceFunction(module, path, draft))))]
}

test.skipIf(!HAS_PYTHON)(
  'what the moves make of the trading cases does what the loop does, at the edges too',
  () => {
    const pairs = comparedCases(textsOf)
    expect(pairs.length).toBeGreaterThan(12)
    expect(differences(pairs).flat()).toEqual([])
  },
  60_000,
)

test.each(KERNEL_EXAMPLES)('$transform gives $gives', ({ transform, source, gives }) => {
  expect(textsOf(source, undefined, transform).join('\n')).toContain(gives)
})

test.skipIf(!HAS_PYTHON)('Python gives the same for what was made of the examples', () => {
  const pairs = KERNEL_EXAMPLES.flatMap(({ source, inputs }): Compared[] =>
    textsOf(source).map(variant => ({
      original: source,
      variant,
      function: functionsOf(readPython(grammars, source)).at(-1)?.path ?? '',
      inputs,
    })),
  )
  expect(pairs.length).toBeGreaterThanOrEqual(KERNEL_EXAMPLES.length)
  expect(differences(pairs).flat()).toEqual([])
})

test('every move has an example', () => {
  const shown = new Set(KERNEL_EXAMPLES.map(({ transform }) => transform))
  expect(KERNEL_TRANSFORMS.map(({ name }) => name).filter(name => !shown.has(name))).toEqual([])
})

test.each(KERNEL_LOOK_ALIKES)('$transform leaves alone $what', ({ transform, source }) => {
  expect(textsOf(source, undefined, transform)).toEqual([])
})

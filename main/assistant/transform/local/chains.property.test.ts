import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { REWRITING_EXAMPLES } from '../../../fixtures/localRewritings.ts'
import { brokenLaws } from '../../../fixtures/pythonLaw.ts'
import { TRADING_CASES } from '../../../fixtures/tradingCode/cases.ts'
import { openGrammars } from '../../syntax/grammars.ts'
import { functionNamed, functionsOf, replaceFunction } from '../../syntax/python/functions.ts'
import { printModule } from '../../syntax/python/print.ts'
import { readPython } from '../../syntax/python/read.ts'
import type { PythonModule } from '../../syntax/python/tree.ts'
import { draftContext } from '../draftContext.ts'
import { LOCAL_TRANSFORMS } from '../localTransforms.ts'
import type { Draft } from '../transform.ts'

const grammars = await openGrammars()

/** A draft after rewritings that numbers choose, one site of all those that there are for each. */
function chain(module: PythonModule, path: string, choices: readonly number[]): PythonModule {
  const statement = functionNamed(module, path)
  if (!statement) throw new Error(`there is no ${path}`)
  const context = draftContext(module, path)
  let draft: Draft = { function: statement, added: [] }
  for (const choice of choices) {
    const sites = LOCAL_TRANSFORMS.flatMap(transform => transform.sites(draft, context))
    draft = sites[choice % Math.max(1, sites.length)]?.apply() ?? draft
  }
  return replaceFunction(module, path, draft)
}

const choices = fc.array(fc.nat(1000), { minLength: 1, maxLength: 6 })

test('rewritings one after the other keep what a function does', () => {
  const drawn = fc.sample(choices, { seed: 5, numRuns: 4 })
  const laws = REWRITING_EXAMPLES.flatMap(({ source, inputs }) => {
    const module = readPython(grammars, source)
    const path = functionsOf(module).at(-1)?.path ?? ''
    return drawn.map(numbers => {
      const after = printModule(chain(module, path, numbers))
      return { name: after, before: source, after, function: path, inputs, reorders: true }
    })
  })
  expect(brokenLaws(laws)).toEqual([])
})

test('what is made of trading code parses without an error', () => {
  const modules = TRADING_CASES.map(({ file, function: path }) => ({
    module: readPython(grammars, readFileSync(file, 'utf8')),
    path,
  }))
  fc.assert(
    fc.property(fc.constantFrom(...modules), choices, ({ module, path }, numbers) => {
      const text = printModule(chain(module, path, numbers))
      expect(grammars.withTree('python', text, root => root.hasError)).toBe(false)
    }),
    { numRuns: 120, seed: 7 },
  )
})

/** What a file prints when it is run, with numbers to nine digits. */
function printed(text: string): string {
  const { stdout, stderr } = spawnSync('/usr/bin/python3', ['-W', 'ignore', '-c', text], { encoding: 'utf8' })
  return (stdout + stderr).replaceAll(/-?\d+\.\d+(?:e[-+]?\d+)?/g, number => Number(number).toPrecision(9))
}

test('files of trading code print what they printed when all their functions are rewritten', () => {
  // Those that start quickly: without pandas
  const files = [...new Set(TRADING_CASES.map(({ file }) => file))].filter(
    file => !readFileSync(file, 'utf8').includes('import pandas'),
  )
  expect(files.length).toBeGreaterThan(3)
  const [numbers = []] = fc.sample(choices, { seed: 11, numRuns: 1 })
  for (const file of files) {
    const before = readFileSync(file, 'utf8')
    const module = readPython(grammars, before)
    const paths = TRADING_CASES.filter(one => one.file === file).map(one => one.function)
    const after = printModule(paths.reduce((next, path) => chain(next, path, numbers), module))
    expect(after).not.toBe(before)
    expect(printed(after)).toBe(printed(before))
  }
})

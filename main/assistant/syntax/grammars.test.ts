import { expect, test } from 'vitest'
import { Edit } from 'web-tree-sitter'
import { grammarOf, languageOf, openGrammars } from './grammars.ts'

const grammars = await openGrammars()

test.each([
  ['python', 'def price(spot):\n    return spot * 2\n', 'module'],
  ['typescript', 'export function price(spot: number): number { return spot * 2 }\n', 'program'],
  ['tsx', 'export const Price = () => <b>{spot}</b>\n', 'program'],
  ['cpp', 'double price(double spot) { return spot * 2; }\n', 'translation_unit'],
] as const)('%s is parsed without an error', (grammar, text, root) => {
  expect(grammars.withTree(grammar, text, node => [node.type, node.hasError])).toEqual([root, false])
})

test('what does not fit is an error node and not an exception', () => {
  expect(grammars.withTree('python', 'def (:\n', node => node.hasError)).toBe(true)
})

test('a tree is freed when its reader throws, and what it threw comes out', () => {
  const reading = () =>
    grammars.withTree('python', 'x = 1\n', () => {
      throw new Error('reader')
    })
  for (let count = 0; count < 100; count += 1) expect(reading).toThrow('reader')
})

test('an edited text is parsed from the tree before it, to the same tree as from nothing', () => {
  const before = 'def price(spot):\n    return spot * 2\n'
  const after = before.replace('2', '25')
  const tree = grammars.parse('python', before)
  const at = before.indexOf('2')
  const point = { row: 1, column: at - before.indexOf('\n') - 1 }
  const edit = new Edit({
    startIndex: at,
    oldEndIndex: at + 1,
    newEndIndex: at + 2,
    startPosition: point,
    oldEndPosition: { row: 1, column: point.column + 1 },
    newEndPosition: { row: 1, column: point.column + 2 },
  })
  tree.edit(edit)
  const again = grammars.parse('python', after, tree)
  expect(again.rootNode.toString()).toBe(grammars.withTree('python', after, node => node.toString()))
  tree.delete()
  again.delete()
})

test('a file is what its ending says', () => {
  expect(
    ['a.py', 'B.PYI', 'x/y.tsx', 'z.mts', 'k.cu', 'k.h', 'notes.md', 'py', 'x.constructor'].map(grammarOf),
  ).toEqual(['python', 'python', 'tsx', 'typescript', 'cpp', 'cpp', undefined, undefined, undefined])
  expect(languageOf('tsx')).toBe('typescript')
})

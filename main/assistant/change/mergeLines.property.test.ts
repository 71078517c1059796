import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { linesOf, textOf } from './lines.ts'
import { hunksBetween, mergeLines } from './mergeLines.ts'

const line = fc.constantFrom('', 'a', 'b', 'c', 'd', '    e', 'f', '# g')
const lines = fc.array(line, { minLength: 1, maxLength: 12 })
const current = (contents: readonly string[]) => ({ ...linesOf(contents.join('\n')), contents })

test('a text comes out of its lines as it was', () => {
  const text = fc.string({ unit: fc.constantFrom('a', '\n', '\r', '\r\n', '\uFEFF', 'é') })
  fc.assert(fc.property(text, value => void expect(textOf(linesOf(value))).toBe(value)))
})

test('hunks turn one text into the other', () => {
  fc.assert(
    fc.property(lines, lines, (before, after) => {
      const made: string[] = []
      let place = 0
      for (const hunk of hunksBetween(before, after) ?? []) {
        made.push(...before.slice(place, hunk.start), ...hunk.lines)
        place = hunk.end
      }
      expect([...made, ...before.slice(place)]).toEqual(after)
    }),
  )
})

test('into a text that did not move a change is brought whole, and nobody changing keeps the text', () => {
  fc.assert(
    fc.property(lines, lines, (before, after) => {
      const whole = mergeLines({ before, after, current: current(before), kept: undefined })
      expect(whole).toMatchObject({ ok: true, value: { hasMoved: false, lines: { contents: after } } })
      const none = mergeLines({ before, after: before, current: current(after), kept: undefined })
      expect(none).toMatchObject({ ok: true, value: { lines: { contents: after } } })
    }),
  )
})

test('it does not matter which side came first', () => {
  fc.assert(
    fc.property(lines, lines, lines, (before, one, other) => {
      const merged = mergeLines({ before, after: one, current: current(other), kept: undefined })
      const turned = mergeLines({ before, after: other, current: current(one), kept: undefined })
      expect(merged.ok).toBe(turned.ok)
      expect(merged.ok && merged.value.lines.contents).toEqual(turned.ok && turned.value.lines.contents)
    }),
  )
})

test('changes with an untouched line between them stand together', () => {
  fc.assert(
    fc.property(lines, lines, lines, lines, (above, newAbove, below, newBelow) => {
      const merged = mergeLines({
        before: [...above, '---', ...below],
        after: [...above, '---', ...newBelow],
        current: current([...newAbove, '---', ...below]),
        kept: undefined,
      })
      expect(merged).toMatchObject({
        ok: true,
        value: { lines: { contents: [...newAbove, '---', ...newBelow] } },
      })
    }),
  )
})

test('lines that must stay are never merged over, wherever they moved to', () => {
  fc.assert(
    fc.property(lines, lines, lines, fc.array(line, { maxLength: 3 }), (above, kept, below, inserted) => {
      const before = [...above.map(text => `${text}<`), ...kept.map(text => `${text}=`), ...below]
      const range = { first: above.length + 1, last: above.length + kept.length }
      const changed = before.with(above.length, 'another')
      expect(mergeLines({ before, after: before, current: current(changed), kept: range }).ok).toBe(false)
      const moved = [...inserted.map(text => `${text}>`), ...before]
      expect(mergeLines({ before, after: before, current: current(moved), kept: range }).ok).toBe(true)
    }),
  )
})

test('says which lines are in the way, as they are counted now', () => {
  const before = ['import math', '', 'def price():', '    return 1', '']
  const moved = ['import os', ...before.slice(0, 3), '    return 3', '']
  const merged = mergeLines({
    before,
    after: before.with(3, '    return 2'),
    current: current(moved),
    kept: { first: 3, last: 4 },
  })
  expect(merged).toEqual({ ok: false, failure: { first: 5, last: 5 } })
})

test('the same change on both sides is made once', () => {
  const before = ['import math', '', 'def f(): pass', '', 'def g(): pass', '']
  const withImport = ['import math', 'import numpy as np', ...before.slice(1)]
  const merged = mergeLines({
    before,
    after: withImport.with(5, 'def g(): return 2'),
    current: current(withImport.with(3, 'def f(): return 1')),
    kept: undefined,
  })
  expect(merged.ok && textOf(merged.value.lines)).toBe(
    'import math\nimport numpy as np\n\ndef f(): return 1\n\ndef g(): return 2\n',
  )
})

test('lines that stay keep their ends, new ones get the usual', () => {
  const merged = mergeLines({
    before: ['a', 'b', 'c', ''],
    after: ['a', 'new', 'c', ''],
    current: linesOf('\uFEFFa\r\nb\r\nc\n'),
    kept: undefined,
  })
  expect(merged.ok && textOf(merged.value.lines)).toBe('\uFEFFa\r\nnew\r\nc\n')
})

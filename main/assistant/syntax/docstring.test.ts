import { expect, test } from 'vitest'
import { commentText, docstringOf } from './docstring.ts'

test.each([
  ['"""One line."""', 'One line.'],
  ["r'''Raw.'''", 'Raw.'],
  ["'short'", 'short'],
  ['"""First.\n\n        Second:\n            deeper\n        """', 'First.\n\nSecond:\n    deeper'],
  ['"""\n    Below.\r\n    Windows.\r\n    """', 'Below.\nWindows.'],
  ['""""""', ''],
  ['f"not a docstring {x}"', 'not a docstring {x}'],
  ['no string at all', ''],
])('%j is the docstring %j', (literal, docstring) => expect(docstringOf(literal)).toBe(docstring))

test.each([
  ['# one', 'one'],
  ['#: one\n    #! two', 'one\ntwo'],
  ['// one\n//   two', 'one\n  two'],
  ['/// one\n//! two', 'one\ntwo'],
  ['/** one */', 'one'],
  ['/*\n * one\n *\n * two\n */', 'one\n\ntwo'],
  ['# ------\n# one\n# ======', 'one'],
  ['#', ''],
])('%j is the comment %j', (comment, words) => expect(commentText(comment)).toBe(words))

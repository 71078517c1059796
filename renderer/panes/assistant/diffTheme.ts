import { HighlightStyle, syntaxHighlighting } from '@codemirror/language'
import type { Extension } from '@codemirror/state'
import { EditorView } from '@codemirror/view'
import { tags } from '@lezer/highlight'

/** What was taken out and put in: a wash behind the line, a stronger one behind the words, a sign before it. */
function changed(sign: string, hue: string) {
  return {
    line: { backgroundColor: `var(--${hue}-wash)` },
    words: { background: `color-mix(in srgb, var(--${hue}) 15%, transparent)` },
    gutter: {
      background: `var(--${hue}-wash)`,
      color: `var(--${hue})`,
      '&:before': { content: `"${sign}"` },
    },
  }
}

const OUT = changed('−', 'loss')
const IN = changed('+', 'gain')

const dress = EditorView.theme({
  '&': { backgroundColor: 'var(--panel)', color: 'var(--text)', font: 'var(--t-code)' },
  '&.cm-focused': { outline: '2px solid var(--focus)', outlineOffset: '-2px' },
  '.cm-scroller': { font: 'var(--t-code)', fontVariantLigatures: 'none' },
  '.cm-content': { caretColor: 'var(--text)', padding: '4px 0' },
  '.cm-line': { padding: '0 12px 0 6px' },
  '.cm-cursor': { borderLeftColor: 'var(--text)' },
  '& ::selection': { backgroundColor: 'var(--em-1)' },
  '.cm-gutters': {
    backgroundColor: 'var(--panel)',
    color: 'var(--text-3)',
    border: 'none',
    font: 'var(--t-code)',
  },
  '.cm-lineNumbers .cm-gutterElement': { minWidth: '38px', padding: '0 6px 0 4px' },
  '&.cm-merge-a .cm-changedLine, .cm-deletedChunk': OUT.line,
  '&.cm-merge-b .cm-changedLine, .cm-inlineChangedLine': IN.line,
  '&.cm-merge-a .cm-changedText, .cm-deletedChunk .cm-deletedText': OUT.words,
  '&.cm-merge-b .cm-changedText': IN.words,
  '&.cm-merge-a .cm-changedLineGutter, .cm-deletedLineGutter': OUT.gutter,
  '&.cm-merge-b .cm-changedLineGutter, .cm-inlineChangedLineGutter': IN.gutter,
  '.cm-changeGutter': { width: '16px', paddingLeft: '0', textAlign: 'center' },
  '.cm-mergeSpacer': {
    background: 'repeating-linear-gradient(-45deg, transparent 0 4px, var(--line) 4px 5px)',
  },
  '.cm-collapsedLines': {
    padding: '1px 12px 1px 44px',
    font: 'var(--t-micro)',
    lineHeight: '18px',
    color: 'var(--text-3)',
    background: 'var(--raised)',
    '&:before, &:after': { content: '""', margin: '0' },
  },
})

const words = HighlightStyle.define([
  { tag: [tags.keyword, tags.definitionKeyword, tags.controlKeyword], fontWeight: '600' },
  { tag: [tags.string, tags.docString], color: 'var(--text-2)' },
  { tag: tags.comment, color: 'var(--text-2)', fontStyle: 'italic' },
])

/** Code in the window's own colours and type; colour stays with what was changed. */
export const diffTheme: Extension = [dress, syntaxHighlighting(words)]

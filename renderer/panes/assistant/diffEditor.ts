import { cpp } from '@codemirror/lang-cpp'
import { javascript } from '@codemirror/lang-javascript'
import { python } from '@codemirror/lang-python'
import { MergeView, unifiedMergeView } from '@codemirror/merge'
import { EditorState, type Extension } from '@codemirror/state'
import { EditorView, lineNumbers } from '@codemirror/view'
import { diffTheme } from './diffTheme.ts'
import { stepsBack } from './stepsBack.ts'

/** Lines left around a change, and how many alike ones are worth folding away. */
const FOLDED = { margin: 3, minSize: 6 } as const

/** What is shown, and who is told of edits. */
export interface DiffOptions {
  /** The file, for its language. */
  readonly file: string
  readonly before: string
  readonly after: string
  readonly shows: 'side' | 'inline'
  /** Hears the text to the right whenever it is edited; without one nothing can be edited. */
  readonly onEdit: ((text: string) => void) | undefined
}

/** Two texts, beside each other or one in the other, of which the newer can be edited; gives how to end it. */
export function openDiff(root: ShadowRoot, options: DiffOptions): () => void {
  return options.shows === 'side' ? openSides(root, options) : openInline(root, options)
}

function openSides(root: ShadowRoot, options: DiffOptions): () => void {
  const view = new MergeView({
    parent: root,
    root,
    a: { doc: options.before, extensions: [...shown(options, 'Now'), STILL] },
    b: { doc: options.after, extensions: [...shown(options, 'After'), ...edited(options)] },
    collapseUnchanged: FOLDED,
    gutter: true,
  })
  view.dom.style.height = '100%'
  return () => view.destroy()
}

function openInline(root: ShadowRoot, options: DiffOptions): () => void {
  const view = new EditorView({
    parent: root,
    root,
    doc: options.after,
    extensions: [
      ...shown(options, 'Now and after'),
      ...edited(options),
      unifiedMergeView({ original: options.before, mergeControls: false, collapseUnchanged: FOLDED }),
      EditorView.editorAttributes.of({ class: 'cm-merge-b' }),
    ],
  })
  view.dom.style.height = '100%'
  return () => view.destroy()
}

function shown({ file }: DiffOptions, name: string): Extension[] {
  return [
    lineNumbers(),
    languageOf(file),
    diffTheme,
    // With a place in the order of the keyboard, what is wider than its room is scrolled by key
    EditorView.contentAttributes.of({ 'aria-label': `${name}: ${file}`, tabindex: '0' }),
  ]
}

const STILL: Extension = [EditorState.readOnly.of(true), EditorView.editable.of(false)]

function edited({ after, onEdit }: DiffOptions): Extension[] {
  if (!onEdit) return [STILL]
  const lineBreak = after.includes('\r\n') ? '\r\n' : '\n'
  return [
    stepsBack(),
    EditorView.updateListener.of(({ docChanged, state }) => {
      if (docChanged) onEdit(state.doc.toString().replaceAll('\n', lineBreak))
    }),
  ]
}

function languageOf(file: string): Extension {
  if (/\.pyi?$/.test(file)) return python()
  if (/\.(c|cc|cpp|cxx|h|hh|hpp)$/.test(file)) return cpp()
  return javascript({ typescript: /\.[cm]?tsx?$/.test(file), jsx: file.endsWith('x') })
}

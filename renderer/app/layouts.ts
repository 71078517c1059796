import type { DockviewApi } from 'dockview-react'
import type { PaneId } from './paneList.tsx'
import { call } from '../state/actions.ts'
import { setView } from '../state/viewStore.ts'

/** Windows of like size share a layout. */
export type DisplayClass = 'small' | 'base' | 'wide'

/** The class of a window by its width. */
export function displayClass(width: number): DisplayClass {
  if (width < 1440) return 'small'
  return width < 2560 ? 'base' : 'wide'
}

let current: { readonly api: DockviewApi; readonly display: DisplayClass } | undefined

/** Names the layout that reset and save are about. */
export function setCurrentLayout(api: DockviewApi, display: DisplayClass): void {
  current = { api, display }
}

/** The class of display whose layout is shown. */
export function currentDisplay(): DisplayClass | undefined {
  return current?.display
}

/** Puts every panel back to where it stands in a new window, and remembers that. */
export function resetLayout(): void {
  if (!current) return
  buildLayout(current.api, current.display)
  saveLayout(current.api, current.display)
}

/** Brings a panel to the front and the focus to it; the page of the cockpit is shown for it. */
export function showPane(id: PaneId): void {
  setView({ page: 'cockpit' })
  const panel = current?.api.getPanel(id) ?? addPane(id)
  panel?.api.setActive()
}

/** Puts in a panel that a remembered layout is older than, as a tab beside the others. */
function addPane(id: PaneId): ReturnType<DockviewApi['addPanel']> | undefined {
  const api = current?.api
  const beside = api?.getPanel('smile') ?? api?.panels[0]
  return beside && api?.addPanel({ id, component: id, title: id, position: { referencePanel: beside.id } })
}

/** Remembers where the panels stand, for this class of display. */
export function saveLayout(api: DockviewApi, display: DisplayClass): void {
  void call('layout/save', { display, layout: JSON.stringify(api.toJSON()) })
}

/** Lays the panels out as they were remembered; false where nothing fitting is remembered. */
export function restoreLayout(api: DockviewApi, remembered: string | null): boolean {
  if (remembered === null) return false
  try {
    api.fromJSON(JSON.parse(remembered))
    return api.panels.length > 0
  } catch {
    return false
  }
}

/** What frame, title row, status strip and risk bar leave of the window. */
const FRAME = { width: 6, height: 134 } as const

/** Lays the panels out as in a new window. The window is asked, because the library learns of a new size later. */
export function buildLayout(api: DockviewApi, display: DisplayClass): void {
  api.fromJSON(freshLayout(display, window.innerWidth - FRAME.width, window.innerHeight - FRAME.height))
}

type Layout = ReturnType<DockviewApi['toJSON']>
type Node = Layout['grid']['root']

/** Widths of the columns that are fixed, and the share of the height that the upper row takes. */
const SIZES = {
  small: { chain: 514, decision: 348, positions: 514, upper: 0.6 },
  base: { chain: 800, decision: 412, positions: 600, upper: 0.575 },
  wide: { chain: 1188, decision: 460, positions: 800, upper: 0.62 },
} as const

/** Width from which payoff, smile and scenarios stand side by side; below it, scenarios share the place of positions. */
const THREE_CHARTS = 860

/** The layout of a new window in the form that is remembered. */
export function freshLayout(display: DisplayClass, width: number, height: number): Layout {
  const sizes = SIZES[display]
  const journal = display === 'wide' ? 550 : 0
  const right = sizes.decision + journal
  const left = width - right
  const upper = Math.round(height * sizes.upper)
  const lower = height - upper
  const nextLeaf = leafMaker()
  const charts = left - sizes.positions
  const isWideEnough = charts >= THREE_CHARTS
  const below = [
    nextLeaf(sizes.positions, 'positions', ...(isWideEnough ? [] : (['scenario'] as const))),
    ...(display === 'small'
      ? [nextLeaf(charts, 'payoff', 'smile', 'journal', 'alerts')]
      : isWideEnough
        ? [
            nextLeaf(charts * 0.37, 'payoff'),
            nextLeaf(charts * 0.26, 'smile'),
            nextLeaf(charts * 0.37, 'scenario'),
          ]
        : [nextLeaf(charts * 0.52, 'payoff'), nextLeaf(charts * 0.48, 'smile')]),
  ]
  const above = [nextLeaf(sizes.chain, 'chain'), nextLeaf(left - sizes.chain, 'chart')]
  const decision = {
    small: [nextLeaf(height, 'suggestion')],
    base: [
      nextLeaf(Math.round(height * 0.73), 'suggestion'),
      nextLeaf(Math.round(height * 0.27), 'journal', 'alerts'),
    ],
    wide: [
      branch(upper, [nextLeaf(sizes.decision, 'suggestion'), nextLeaf(journal, 'journal')]),
      nextLeaf(lower, 'alerts'),
    ],
  }[display]
  const root = branch(height, [
    branch(left, [branch(upper, above), branch(lower, below)]),
    branch(right, decision),
  ])
  const panels = Object.fromEntries(PANE_IDS.map(id => [id, { id, contentComponent: id, title: id }]))
  // The library's own enumeration of orientations has these two texts
  return { grid: { root, width, height, orientation: 'HORIZONTAL' as Layout['grid']['orientation'] }, panels }
}

/** Every panel, in the order in which they are told. */
export const PANE_IDS: readonly PaneId[] = [
  'chain',
  'chart',
  'suggestion',
  'positions',
  'payoff',
  'smile',
  'scenario',
  'journal',
  'alerts',
]

function branch(size: number, data: Node[]): Node {
  return { type: 'branch', size, data }
}

function leafMaker(): (size: number, ...views: PaneId[]) => Node {
  let count = 0
  return (size, ...views) => {
    count += 1
    return {
      type: 'leaf',
      size,
      data: { id: String(count), views, ...(views[0] === undefined ? {} : { activeView: views[0] }) },
    }
  }
}

import * as fc from 'fast-check'
import type { DockviewApi } from 'dockview-react'
import { beforeEach, expect, test, vi } from 'vitest'
import { openWindow, settled, type TestPipe } from '../../main/fixtures/page.ts'
import {
  currentDisplay,
  displayClass,
  freshLayout,
  resetLayout,
  restoreLayout,
  saveLayout,
  setCurrentLayout,
  showPane,
} from './layouts.ts'
import { setView, useView } from '../state/viewStore.ts'
import { PANES } from './paneList.tsx'

type Node = ReturnType<typeof freshLayout>['grid']['root']

let pipe: TestPipe

beforeEach(() => {
  pipe = openWindow()
})

const windows = fc
  .record({ width: fc.integer({ min: 1024, max: 5120 }), height: fc.integer({ min: 600, max: 2880 }) })
  .map(size => ({ ...size, display: displayClass(size.width) }))

test.each([
  [1439, 'small'],
  [1440, 'base'],
  [2559, 'base'],
  [2560, 'wide'],
])('a window %s wide is of class %s', (width, expected) => {
  expect(displayClass(width)).toBe(expected)
})

test('every pane stands in a new window, once, and every place holds a pane that exists', () => {
  fc.assert(
    fc.property(windows, ({ display, width, height }) => {
      const layout = freshLayout(display, width, height)
      const views = leavesOf(layout.grid.root).flatMap(leaf => leaf.views)
      expect(views.toSorted()).toEqual(Object.keys(PANES).toSorted())
      expect(Object.keys(layout.panels).toSorted()).toEqual(views.toSorted())
      for (const leaf of leavesOf(layout.grid.root)) expect(leaf.activeView).toBe(leaf.views[0])
      const ids = leavesOf(layout.grid.root).map(leaf => leaf.id)
      expect(new Set(ids).size).toBe(ids.length)
    }),
  )
})

test('the parts of a new window fill it: widths sum to the width, heights to the height, none is empty', () => {
  fc.assert(
    fc.property(windows, ({ display, width, height }) => {
      const check = (node: Node, isRow: boolean, wide: number, high: number) => {
        if (!Array.isArray(node.data)) return
        const sizes = node.data.map(child => child.size ?? 0)
        expect(Math.abs(sizes.reduce((sum, size) => sum + size, 0) - (isRow ? wide : high))).toBeLessThan(
          1.001,
        )
        for (const child of node.data) {
          expect(child.size).toBeGreaterThan(100)
          check(child, !isRow, isRow ? (child.size ?? 0) : wide, isRow ? high : (child.size ?? 0))
        }
      }
      check(freshLayout(display, width, height).grid.root, true, width, height)
    }),
  )
})

/** A workspace that takes what it is given, as far as it has panels. */
function testApi(given: { panels?: number; isBroken?: boolean } = {}) {
  const taken: unknown[] = []
  const api = {
    panels: Array.from({ length: given.panels ?? 8 }),
    fromJSON: (layout: unknown) => {
      if (given.isBroken) throw new Error('no such component')
      taken.push(layout)
    },
    toJSON: () => ({ grid: 'as it stands' }),
  }
  // The workspace has a hundred members more that no layout uses
  return { api: api as unknown as DockviewApi, taken }
}

test('a remembered layout is taken up as it was saved', async () => {
  const { api, taken } = testApi()
  saveLayout(api, 'wide')
  await settled()
  expect(pipe.requests('layout/save')).toEqual([{ display: 'wide', layout: '{"grid":"as it stands"}' }])
  expect(restoreLayout(api, '{"grid":"as it stands"}')).toBe(true)
  expect(taken).toEqual([{ grid: 'as it stands' }])
})

test.each([
  ['nothing is remembered', null, {}],
  ['what is remembered is no JSON', '{grid', {}],
  ['the workspace does not know its panels', '{}', { isBroken: true }],
  ['nothing of it is left', '{}', { panels: 0 }],
] as const)('says that there is no layout to take up where %s', (_, remembered, given) => {
  expect(restoreLayout(testApi(given).api, remembered)).toBe(false)
})

test('a panel that a remembered layout is older than is put in beside the smile when it is asked for', () => {
  const panels = new Map([['smile', { id: 'smile', api: { setActive: vi.fn<() => void>() } }]])
  const added: object[] = []
  const api = {
    getPanel: (id: string) => panels.get(id),
    addPanel: (options: { readonly id: string }) => {
      added.push(options)
      const panel = { id: options.id, api: { setActive: vi.fn<() => void>() } }
      panels.set(options.id, panel)
      return panel
    },
  }
  setCurrentLayout(api as unknown as DockviewApi, 'base')
  setView({ page: 'health' })
  showPane('scenario')
  showPane('scenario')
  expect(added).toEqual([
    { id: 'scenario', component: 'scenario', title: 'scenario', position: { referencePanel: 'smile' } },
  ])
  expect(panels.get('scenario')?.api.setActive).toHaveBeenCalledTimes(2)
  expect(useView.getState().page).toBe('cockpit')
})

test('resetting puts every panel to its place and remembers that for this display', async () => {
  const { api, taken } = testApi()
  setCurrentLayout(api, 'small')
  resetLayout()
  await settled()
  expect(currentDisplay()).toBe('small')
  expect(taken).toEqual([freshLayout('small', window.innerWidth - 6, window.innerHeight - 134)])
  expect(pipe.requests('layout/save')).toMatchObject([{ display: 'small' }])
})

function leavesOf(
  node: Node,
): { readonly id: string; readonly views: string[]; readonly activeView?: string }[] {
  return Array.isArray(node.data) ? node.data.flatMap(leavesOf) : [node.data]
}

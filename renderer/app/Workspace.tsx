import {
  DockviewReact,
  type DockviewApi,
  type DockviewReadyEvent,
  type IDockviewHeaderActionsProps,
  type IDockviewPanelHeaderProps,
  type IDockviewPanelProps,
} from 'dockview-react'
import { useEffect, useRef, useState, type FunctionComponent } from 'react'
import { call } from '../state/actions.ts'
import { useDesk } from '../state/deskStore.ts'
import { Boundary } from './Boundary.tsx'
import {
  buildLayout,
  currentDisplay,
  displayClass,
  restoreLayout,
  saveLayout,
  setCurrentLayout,
} from './layouts.ts'
import { PANES, isPaneId, type PaneId } from './paneList.tsx'

const THEME = {
  name: 'zerodte',
  className: 'dockview-zerodte',
  gap: 1,
  dndOverlayMounting: 'relative',
  dndPanelOverlay: 'group',
} as const

/** How long after the last change of a layout it is remembered. */
const SAVE_AFTER = 400

/** What a trader looks at first is drawn first; the other panels follow as soon as the window has a moment. */
const FIRST: ReadonlySet<string> = new Set(['chain', 'suggestion'] satisfies PaneId[])
const LATEST_TURN = 400

const COMPONENTS: Record<string, FunctionComponent<IDockviewPanelProps>> = Object.fromEntries(
  Object.entries(PANES).map(([id, { title, Pane }]) => [
    id,
    function PaneFrame() {
      const isDue = useTurn(FIRST.has(id))
      return (
        <section className={`pane ${id}`} aria-label={title} data-testid={`pane-${id}`}>
          <Boundary name={title}>{isDue && <Pane />}</Boundary>
        </section>
      )
    },
  ]),
)

/** The panels of the cockpit. They can be moved and sized, and are found again where they were left. */
export function Workspace() {
  const isConnected = useDesk(state => state.isConnected)
  const api = useRef<DockviewApi | undefined>(undefined)
  const isRestored = useRef(false)
  useEffect(() => {
    if (!isConnected || isRestored.current || !api.current) return
    isRestored.current = true
    void begin(api.current, true)
  }, [isConnected])
  useEffect(() => {
    const observe = () => {
      if (api.current && displayClass(window.innerWidth) !== currentDisplay()) void begin(api.current, false)
    }
    window.addEventListener('resize', observe)
    return () => window.removeEventListener('resize', observe)
  }, [])
  const ready = (event: DockviewReadyEvent) => {
    api.current = event.api
    buildLayout(event.api, displayClass(window.innerWidth))
    if (!isConnected || isRestored.current) return
    isRestored.current = true
    void begin(event.api, true)
  }
  return (
    <DockviewReact
      theme={THEME}
      components={COMPONENTS}
      defaultTabComponent={PaneTab}
      leftHeaderActionsComponent={PaneMeta}
      rightHeaderActionsComponent={PaneControls}
      onReady={ready}
      disableFloatingGroups
      singleTabMode="default"
    />
  )
}

/** Whether it is a panel's turn to be drawn. */
function useTurn(isFirst: boolean): boolean {
  const [isDue, setIsDue] = useState(isFirst)
  useEffect(() => {
    if (isFirst) return
    const turn = requestIdleCallback(() => setIsDue(true), { timeout: LATEST_TURN })
    return () => cancelIdleCallback(turn)
  }, [isFirst])
  return isDue
}

let stopSaving: (() => void) | undefined

/** Takes the remembered layout of this display, and remembers every change from then on. */
async function begin(api: DockviewApi, isBuilt: boolean): Promise<void> {
  const display = displayClass(window.innerWidth)
  stopSaving?.()
  setCurrentLayout(api, display)
  const answer = await call('layout/get', { display })
  const isRestored = answer.ok && restoreLayout(api, answer.value)
  if (!isRestored && !isBuilt) buildLayout(api, display)
  let timer: ReturnType<typeof setTimeout> | undefined
  const watching = api.onDidLayoutChange(() => {
    clearTimeout(timer)
    timer = setTimeout(() => saveLayout(api, display), SAVE_AFTER)
  })
  stopSaving = () => {
    clearTimeout(timer)
    watching.dispose()
  }
}

function PaneTab({ api }: IDockviewPanelHeaderProps) {
  const parts = partsOf(api.id)
  if (!parts) return null
  return <h2 className="pane-title">{parts.title}</h2>
}

function PaneMeta({ activePanel }: IDockviewHeaderActionsProps) {
  const Meta = partsOf(activePanel?.id)?.Meta
  return (
    <span className="meta">
      {Meta && (
        <Boundary name={activePanel?.id ?? ''}>
          <Meta />
        </Boundary>
      )}
    </span>
  )
}

function PaneControls({ activePanel }: IDockviewHeaderActionsProps) {
  const Controls = partsOf(activePanel?.id)?.Controls
  return (
    <span className="end">
      {Controls && (
        <Boundary name={activePanel?.id ?? ''}>
          <Controls />
        </Boundary>
      )}
    </span>
  )
}

function partsOf(id: string | undefined): (typeof PANES)[PaneId] | undefined {
  return isPaneId(id) ? PANES[id] : undefined
}

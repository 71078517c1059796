import { useEffect } from 'react'
import { useDesk } from '../state/deskStore.ts'
import { useView } from '../state/viewStore.ts'
import { DayPage } from '../panes/day/DayPage.tsx'
import { HealthPage } from '../panes/health/HealthPage.tsx'
import { CommandPalette } from './CommandPalette.tsx'
import { Dialogs } from './Dialogs.tsx'
import { RiskBar } from './RiskBar.tsx'
import { StatusStrip } from './StatusStrip.tsx'
import { TitleRow } from './TitleRow.tsx'
import { Toasts } from './Toasts.tsx'
import { Workspace } from './Workspace.tsx'
import { installHotkeys } from './hotkeys.ts'

/** The window: the frame says which account it is, the risk bar never moves, the rest is the page that is shown. */
export function App() {
  const mode = useDesk(state => state.account.mode)
  const page = useView(view => view.page)
  const theme = useView(view => view.theme)
  const palette = useView(view => view.palette)
  useEffect(() => installHotkeys(window), [])
  useEffect(() => {
    const root = document.documentElement
    root.dataset['account'] = mode
    root.dataset['palette'] = palette
    root.dataset['theme'] = theme === 'system' ? systemTheme() : theme
  }, [mode, palette, theme])
  return (
    <div className="window">
      <div className="inner">
        <TitleRow />
        <StatusStrip />
        <main className="page">
          <div className="page-fill" hidden={page !== 'cockpit'}>
            <Workspace />
          </div>
          {page === 'day' && <DayPage />}
          {page === 'health' && <HealthPage />}
        </main>
        <RiskBar />
      </div>
      <Announcements />
      <CommandPalette />
      <Dialogs />
      <Toasts />
    </div>
  )
}

/** What is said aloud: a new suggestion and a lockout at once, fills when there is a pause, prices never. */
function Announcements() {
  const suggestion = useDesk(state =>
    state.decisions.findLast(decision => decision.status === 'open' && decision.proposal),
  )
  const lockout = useDesk(state => state.lockout)
  const fill = useDesk(state => state.fills.at(-1))
  return (
    <div className="sr">
      <div aria-live="assertive">
        {lockout
          ? 'Locked out until the next session.'
          : suggestion
            ? `Suggestion ${suggestion.number}. ${suggestion.reasons.sentence}`
            : ''}
      </div>
      <div aria-live="polite">{fill ? `Order filled, ${fill.quantity} at ${fill.net.toFixed(2)}.` : ''}</div>
    </div>
  )
}

function systemTheme(): 'dark' | 'light' {
  return window.matchMedia('(prefers-color-scheme: light)').matches ? 'light' : 'dark'
}

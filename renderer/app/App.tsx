import { useEffect } from 'react'
import { useView } from '../state/viewStore.ts'
import { DayPage } from '../panes/day/DayPage.tsx'
import { HealthPage } from '../panes/health/HealthPage.tsx'
import { Overlays } from './Overlays.tsx'
import { RiskBar } from './RiskBar.tsx'
import { StatusStrip } from './StatusStrip.tsx'
import { TitleRow } from './TitleRow.tsx'
import { Workspace } from './Workspace.tsx'
import { installHotkeys } from './hotkeys.ts'
import { useLook } from './useLook.ts'

/** The window: the frame says which account it is, the risk bar never moves, the rest is the page that is shown. */
export function App() {
  const page = useView(view => view.page)
  useEffect(() => installHotkeys(window), [])
  useLook()
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
      <Overlays />
    </div>
  )
}

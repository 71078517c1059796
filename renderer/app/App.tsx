import { useEffect } from 'react'
import { Boundary } from './Boundary.tsx'
import { LostNotice, useIsLost } from './LostNotice.tsx'
import { Overlays } from './Overlays.tsx'
import { Pages } from './Pages.tsx'
import { RiskBar } from './RiskBar.tsx'
import { StatusStrip } from './StatusStrip.tsx'
import { TitleRow } from './TitleRow.tsx'
import { installHotkeys } from './hotkeys.ts'
import { useLook } from './useLook.ts'

/** The window: the frame says which account it is, the risk bar never moves, the rest is the page that is shown. */
export function App() {
  const isLost = useIsLost()
  useEffect(() => installHotkeys(window), [])
  useLook()
  return (
    <div className={isLost ? 'window lost' : 'window'}>
      <LostNotice />
      <div className="inner">
        <TitleRow />
        <Boundary name="The status strip">
          <StatusStrip />
        </Boundary>
        <Pages />
        <RiskBar />
      </div>
      <Overlays />
    </div>
  )
}

import { useDesk } from '../../state/deskStore.ts'
import { AlertList } from './AlertList.tsx'

/** The alerts of the session, and what was said at the start. */
export function AlertsPane() {
  const alerts = useDesk(state => state.alerts)
  const notices = useDesk(state => state.notices)
  return (
    <div className="scroll">
      {notices.map(notice => (
        <p key={notice} className="notice">
          {notice}
        </p>
      ))}
      <AlertList alerts={alerts} most={200} />
    </div>
  )
}

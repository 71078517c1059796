import type { DeskState } from '../../state/deskStore.ts'
import { minute } from '../../ui/format.ts'
import './alerts.css'

/** Alerts, newest first. */
export function AlertList({ alerts, most }: { readonly alerts: DeskState['alerts']; readonly most: number }) {
  if (alerts.length === 0) return <p className="empty">No alert yet. What matters is told here, once.</p>
  return (
    <ul className="alert-list">
      {alerts
        .toReversed()
        .slice(0, most)
        .map(alert => (
          <li key={alert.id} data-testid="alert">
            <span className={alert.isSeen ? 't3' : 'warn b'}>{alert.isSeen ? '' : '▲'}</span>
            <span className="t2">{minute(alert.time)}</span>
            <span>
              <b className="b">{alert.title}</b> <span className="t2">{alert.body}</span>
            </span>
          </li>
        ))}
    </ul>
  )
}

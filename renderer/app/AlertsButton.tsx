import { Popover } from 'radix-ui'
import { AlertList } from '../panes/alerts/AlertList.tsx'
import { call } from '../state/actions.ts'
import { useDesk } from '../state/deskStore.ts'
import { askForNotifications, canAskForNotifications } from '../state/notifications.ts'
import { setView } from '../state/viewStore.ts'
import { Icon } from '../ui/Icon.tsx'

/** The alerts that were not seen yet, and the way to all of them. */
export function AlertsButton() {
  const alerts = useDesk(state => state.alerts)
  const unseen = alerts.filter(alert => !alert.isSeen)
  const see = (isOpen: boolean) => {
    if (!isOpen && unseen.length > 0) void call('alerts/see', { ids: unseen.map(alert => alert.id) })
  }
  return (
    <Popover.Root onOpenChange={see}>
      <Popover.Trigger asChild>
        <button type="button" className="state bell" aria-label={`Alerts, ${unseen.length} not seen`}>
          <Icon name="bell" />
          <span className={unseen.length > 0 ? 'warn b' : 't3'}>{unseen.length}</span>
        </button>
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Content className="popover" align="end" sideOffset={6}>
          <div className="section">
            <span>Alerts</span>
            <button type="button" className="chip" onClick={() => setView({ dialog: 'alertRules' })}>
              Rules
            </button>
          </div>
          {canAskForNotifications() && (
            <button type="button" className="chip" onClick={() => void askForNotifications()}>
              Show alerts on the desktop
            </button>
          )}
          <AlertList alerts={alerts} most={12} />
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  )
}

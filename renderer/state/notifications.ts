import { deskStore } from './deskStore.ts'
import { showToast } from './toasts.ts'

/** Shows an alert inside the window always and, in a browser that allows it, on the desktop; Electron does its own. */
export function notifyAlert(alert: { readonly title: string; readonly body: string }): void {
  showToast({ kind: 'alert', title: alert.title, body: alert.body })
  if (deskStore.getState().shell === 'electron' || !('Notification' in window)) return
  if (Notification.permission !== 'granted') return
  const shown = new Notification(alert.title, { body: alert.body, tag: alert.title })
  shown.addEventListener('click', () => window.focus())
}

/** Whether the browser can be asked for desktop notifications and was not asked yet. */
export function canAskForNotifications(): boolean {
  return (
    deskStore.getState().shell === 'web' && 'Notification' in window && Notification.permission === 'default'
  )
}

/** Asks the browser; it only shows its question after a click. */
export async function askForNotifications(): Promise<void> {
  const answer = await Notification.requestPermission()
  const title = answer === 'granted' ? 'Alerts reach the desktop' : 'Alerts stay inside the window'
  showToast({
    kind: 'done',
    title,
    body: answer === 'granted' ? '' : 'The browser was told not to show them.',
  })
}

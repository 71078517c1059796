import { Announcements } from './Announcements.tsx'
import { CommandPalette } from './CommandPalette.tsx'
import { Dialogs } from './Dialogs.tsx'
import { Toasts } from './Toasts.tsx'

/** What lies over the window, and what is only said aloud. */
export function Overlays() {
  return (
    <>
      <Announcements />
      <CommandPalette />
      <Dialogs />
      <Toasts />
    </>
  )
}

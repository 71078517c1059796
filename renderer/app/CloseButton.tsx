import { setView } from '../state/viewStore.ts'

/** The way out of a dialog, at the upper right of every one; the last that the keyboard comes to. */
export function CloseButton() {
  return (
    <button
      type="button"
      className="chip close"
      aria-keyshortcuts="Escape"
      // The palette would take Enter for its first entry
      onKeyDown={event => event.key === 'Enter' && event.stopPropagation()}
      onClick={() => setView({ dialog: undefined })}
    >
      Close <kbd aria-hidden>Esc</kbd>
    </button>
  )
}

import { Toast } from 'radix-ui'
import { dismissToast, useToasts } from '../state/toasts.ts'

const SHOWN_FOR = { alert: 12_000, refused: 7_000, done: 4_000 } as const

/** Short notices at the edge of the window; they cover nothing that is clicked. */
export function Toasts() {
  const toasts = useToasts(state => state.toasts)
  return (
    <Toast.Provider label="Notice" swipeDirection="right">
      {toasts.map(toast => (
        <Toast.Root
          key={toast.id}
          className={`toast ${toast.kind}`}
          duration={SHOWN_FOR[toast.kind]}
          onOpenChange={isOpen => {
            if (!isOpen) dismissToast(toast.id)
          }}
        >
          <span className="toast-mark" aria-hidden="true">
            {toast.kind === 'done' ? '✓' : '▲'}
          </span>
          <div>
            <Toast.Title className="b">{toast.title}</Toast.Title>
            {toast.body !== '' && <Toast.Description className="t2">{toast.body}</Toast.Description>}
          </div>
          <Toast.Close className="toast-close" aria-label="Close">
            ✕
          </Toast.Close>
        </Toast.Root>
      ))}
      <Toast.Viewport className="toasts" />
    </Toast.Provider>
  )
}

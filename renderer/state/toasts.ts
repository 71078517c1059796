import { create } from 'zustand'

/** A short notice inside the window. */
export interface Toast {
  readonly id: number
  readonly kind: 'alert' | 'refused' | 'done'
  readonly title: string
  readonly body: string
}

export const useToasts = create<{ readonly toasts: readonly Toast[] }>(() => ({ toasts: [] }))

const MOST = 4
let lastId = 0

/** Shows a notice; the oldest makes room. */
export function showToast(toast: Omit<Toast, 'id'>): void {
  lastId += 1
  useToasts.setState(({ toasts }) => ({ toasts: [...toasts, { ...toast, id: lastId }].slice(-MOST) }))
}

/** Takes a notice away. */
export function dismissToast(id: number): void {
  useToasts.setState(({ toasts }) => ({ toasts: toasts.filter(toast => toast.id !== id) }))
}

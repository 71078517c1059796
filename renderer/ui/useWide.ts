import { useSyncExternalStore } from 'react'

/** Whether the window is at least so many points wide, kept up as it is sized. */
export function useWide(points: number): boolean {
  return useSyncExternalStore(
    heard => {
      window.addEventListener('resize', heard)
      return () => window.removeEventListener('resize', heard)
    },
    () => window.innerWidth >= points,
  )
}

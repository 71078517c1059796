import { useEffect } from 'react'
import { useDesk } from '../state/deskStore.ts'
import { useView } from '../state/viewStore.ts'

/** Account, theme and palette on the root, where the style sheets look for them. */
export function useLook(): void {
  const mode = useDesk(state => state.account.mode)
  const theme = useView(view => view.theme)
  const palette = useView(view => view.palette)
  useEffect(() => {
    const light = window.matchMedia('(prefers-color-scheme: light)')
    const show = () => {
      const root = document.documentElement
      root.dataset['account'] = mode
      root.dataset['palette'] = palette
      root.dataset['theme'] = theme === 'system' ? (light.matches ? 'light' : 'dark') : theme
    }
    show()
    light.addEventListener('change', show)
    return () => light.removeEventListener('change', show)
  }, [mode, palette, theme])
}

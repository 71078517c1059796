import { useEffect, useState } from 'react'
import { themeColours, type ThemeColours } from './themeColours.ts'

/** The colours of the theme for a canvas in a component; it is painted anew when theme or palette change. */
export function useThemeColours(): ThemeColours {
  const [colours, setColours] = useState(themeColours)
  useEffect(() => {
    const observer = new MutationObserver(() => setColours(themeColours()))
    observer.observe(document.documentElement, { attributeFilter: ['data-theme', 'data-palette'] })
    return () => observer.disconnect()
  }, [])
  return colours
}

import { useLayoutEffect, useRef, useState, type RefObject } from 'react'

/** The size of an element in whole pixels, kept up as it changes. */
export function useSize<Element extends HTMLElement>(): readonly [
  RefObject<Element | null>,
  { readonly width: number; readonly height: number },
] {
  const host = useRef<Element>(null)
  const [size, setSize] = useState({ width: 0, height: 0 })
  useLayoutEffect(() => {
    const element = host.current
    if (!element) return undefined
    const measure = () => setSize({ width: element.clientWidth, height: element.clientHeight })
    const observer = new ResizeObserver(measure)
    observer.observe(element)
    measure()
    return () => observer.disconnect()
  }, [])
  return [host, size]
}

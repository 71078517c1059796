import type { ReactNode, Ref } from 'react'

interface ScrollRegionProps {
  readonly label: string
  readonly className: string
  readonly children: ReactNode
  readonly host?: Ref<HTMLDivElement>
}

/** Something longer than its place; it takes the focus, so that it is scrolled by key too. */
export function ScrollRegion({ label, className, children, host }: ScrollRegionProps) {
  return (
    // Without the focus arrow keys do not scroll it
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
    <div ref={host} className={`scroll ${className}`} tabIndex={0} role="region" aria-label={label}>
      {children}
    </div>
  )
}

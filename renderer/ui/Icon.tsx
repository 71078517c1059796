const PATHS = {
  bell: 'M3 10V6.5a4 4 0 0 1 8 0V10l1 1H2z M5.7 12.6h2.6',
  lock: 'M4.5 6V4a2.5 2.5 0 0 1 5 0v2 M2.5 6.2h9v6.3h-9z',
  unlock: 'M4.5 6V4a2.5 2.5 0 0 1 4.9-.7 M2.5 6.2h9v6.3h-9z',
  search: 'M10 6a4 4 0 1 1-8 0 4 4 0 0 1 8 0z M9 9l3.2 3.2',
} as const

/** One of the four pictures that stand beside a word. */
export function Icon({ name }: { readonly name: keyof typeof PATHS }) {
  return (
    <svg className="icon" viewBox="0 0 14 14" aria-hidden="true">
      <path d={PATHS[name]} />
    </svg>
  )
}

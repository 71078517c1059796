import { useEffect, useRef } from 'react'
import { openDiff, type DiffOptions } from './diffEditor.ts'

/**
 * Two texts with what changed between them. The editor stands in a shadow root: there its style sheets are adopted, which
 * the page's policy allows, and not written into the page, which it does not.
 */
export function DiffView({ file, before, after, shows, onEdit }: DiffOptions) {
  const host = useRef<HTMLDivElement>(null)
  const heard = useRef(onEdit)
  useEffect(() => {
    heard.current = onEdit
  })
  const isEditable = onEdit !== undefined
  useEffect(() => {
    const element = host.current
    if (!element) return undefined
    const root = element.shadowRoot ?? element.attachShadow({ mode: 'open' })
    return openDiff(root, {
      file,
      before,
      after,
      shows,
      onEdit: isEditable ? text => heard.current?.(text) : undefined,
    })
  }, [file, before, after, shows, isEditable])
  return <div ref={host} className="diff-host" data-testid="diff" data-shows={shows} />
}

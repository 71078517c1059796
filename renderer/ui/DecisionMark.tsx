/** The shape of a decision: a circle for yes, a diamond for a changed yes, a cross for no, a ring for a wait. */
export type MarkShape = 'accepted' | 'modified' | 'rejected' | 'noTrade' | 'lapsed'

/** The mark of a decision, in the colour of its outcome. */
export function DecisionMark({ shape, tone }: { readonly shape: MarkShape; readonly tone: string }) {
  return (
    <svg className={`mark ${tone}`} width="12" height="12" viewBox="0 0 12 12" aria-hidden="true">
      {shape === 'accepted' && <circle cx="6" cy="6" r="4" fill="currentColor" />}
      {shape === 'modified' && <path d="M6 1l5 5-5 5-5-5z" fill="currentColor" />}
      {shape === 'rejected' && (
        <path d="M2.5 2.5l7 7M9.5 2.5l-7 7" stroke="currentColor" strokeWidth="2" strokeLinecap="round" />
      )}
      {shape === 'noTrade' && (
        <circle cx="6" cy="6" r="3.5" fill="none" stroke="currentColor" strokeWidth="1.6" />
      )}
      {shape === 'lapsed' && (
        <path d="M2 6h8" stroke="currentColor" strokeWidth="1.6" strokeDasharray="2 2" />
      )}
    </svg>
  )
}

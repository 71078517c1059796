import type { ReactNode } from 'react'
import './card.css'

interface CardProps {
  readonly title: string
  /** What the figures in it are. */
  readonly note?: ReactNode
  readonly children: ReactNode
  readonly className?: string
}

/** A part of a page, with its name and what its figures are. */
export function Card({ title, note, children, className = '' }: CardProps) {
  return (
    <section className={`card ${className}`} aria-label={title}>
      <div className="section">
        <span>{title}</span>
        {note !== undefined && <span className="micro">{note}</span>}
      </div>
      {children}
    </section>
  )
}

/** One figure of a list of them, below its name. */
export function Figure({
  name,
  value,
  tone: colour = '',
}: {
  readonly name: string
  readonly value: ReactNode
  readonly tone?: string
}) {
  return (
    <div>
      <dt>{name}</dt>
      <dd className={colour}>{value}</dd>
    </div>
  )
}

/** What things are called and what they are, one a row. */
export function Facts({ rows }: { readonly rows: readonly (readonly [name: string, value: ReactNode])[] }) {
  return (
    <table className="grid">
      <tbody>
        {rows.map(([name, value]) => (
          <tr key={name}>
            <th className="l t2" scope="row">
              {name}
            </th>
            <td className="l">{value}</td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

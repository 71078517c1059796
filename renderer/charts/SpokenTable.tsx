interface SpokenTableProps {
  readonly caption: string
  readonly heads: readonly string[]
  /** The cells of every row; the first names it. */
  readonly rows: readonly (readonly string[])[]
}

/** The figures of a chart for whoever has them read aloud; it is not seen. */
export function SpokenTable({ caption, heads, rows }: SpokenTableProps) {
  return (
    <div className="sr">
      <table>
        <caption>{caption}</caption>
        <thead>
          <tr>
            {heads.map(head => (
              <th key={head} scope="col">
                {head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(([name = '', ...figures]) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              {figures.map((figure, place) => (
                <td key={heads[place + 1]}>{figure}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

/** Places spread evenly over so many, at most so many of them, and the middle one among them where there is one. */
export function thinned(count: number, most: number): number[] {
  const every = Math.max(1, Math.ceil(count / most))
  const middle = Math.floor(count / 2) % every
  return Array.from({ length: count }, (_, place) => place).filter(place => place % every === middle)
}

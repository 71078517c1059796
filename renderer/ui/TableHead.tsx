interface TableHeadProps {
  readonly heads: readonly string[]
  /** Heads of columns that hold words, which stand left; the first one where nothing is said. */
  readonly words?: readonly string[]
}

/** The names of the columns of a table. */
export function TableHead({ heads, words = heads.slice(0, 1) }: TableHeadProps) {
  return (
    <thead>
      <tr>
        {heads.map((head, column) => (
          // Two runs beside each other may have one name: a column has none but its place
          // eslint-disable-next-line react/no-array-index-key
          <th key={`${column} ${head}`} className={words.includes(head) ? 'l' : ''} scope="col">
            {head}
          </th>
        ))}
      </tr>
    </thead>
  )
}

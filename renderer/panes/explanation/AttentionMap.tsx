import type { AttentionPicture } from '../../../main/contract/explanation.ts'
import { ScrollRegion } from '../../ui/ScrollRegion.tsx'
import { percent } from '../../ui/format.ts'
import { TableHead } from '../../ui/TableHead.tsx'

/** The strongest wash that words on it can still be read on. */
const STRONGEST = 46

/** What the encoder looked at while it decided: one row a question, darker where more; every row makes 100 %. */
export function AttentionMap({ picture }: { readonly picture: AttentionPicture }) {
  const { rows, columns, weights } = picture
  const largest = Math.max(1e-9, ...weights)
  return (
    <ScrollRegion label="What it looked at" className="attention">
      <table className="grid">
        <caption className="sr">Shares of attention; every row makes 100 %</caption>
        <TableHead heads={['Looks from', ...columns]} />
        <tbody>
          {rows.map((row, place) => (
            <tr key={row}>
              <th className="l" scope="row">
                {row}
              </th>
              {columns.map((column, index) => {
                const weight = weights[place * columns.length + index] ?? Number.NaN
                const wash = Math.round((weight / largest) * STRONGEST)
                return (
                  <td
                    key={column}
                    style={{ background: `color-mix(in srgb, var(--model) ${wash}%, transparent)` }}
                  >
                    {percent(weight)}
                  </td>
                )
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </ScrollRegion>
  )
}

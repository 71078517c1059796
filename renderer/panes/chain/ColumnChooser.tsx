import { Popover } from 'radix-ui'
import { setView, useView, type ChainColumnName } from '../../state/viewStore.ts'
import { CHOSEN_COLUMNS, columnNames } from './columns.ts'

const GROUPS: readonly { readonly name: string; readonly columns: readonly ChainColumnName[] }[] = [
  { name: 'Greeks', columns: ['volatility', 'delta', 'gamma', 'theta', 'vega', 'vanna', 'charm'] },
  { name: 'Market', columns: ['mid', 'bidSize', 'askSize', 'volume', 'openInterest', 'age'] },
]

/** Which columns of the chain are shown, one by one; the table follows at once, and the choice is kept. */
export function ColumnChooser() {
  const isOpen = useView(view => view.isChoosingColumns)
  const set = useView(view => view.chainColumns)
  const own = useView(view => view.ownColumns)
  const shown = columnNames(set, own)
  const toggle = (name: ChainColumnName) => {
    const rest = shown.filter(entry => entry !== name)
    const ownColumns = rest.length < shown.length ? rest : columnNames('own', [...shown, name])
    setView({ chainColumns: 'own', ownColumns })
  }
  return (
    <Popover.Root open={isOpen} onOpenChange={isChoosingColumns => setView({ isChoosingColumns })}>
      <Popover.Trigger className="chip low">Columns</Popover.Trigger>
      <Popover.Portal>
        <Popover.Content
          className="popover columns"
          align="end"
          sideOffset={6}
          aria-label="Columns of the chain"
        >
          {GROUPS.map(({ name, columns }) => (
            <fieldset key={name}>
              <legend className="section">{name}</legend>
              {columns.map(column => (
                <label key={column}>
                  <input type="checkbox" checked={shown.includes(column)} onChange={() => toggle(column)} />
                  <b>{CHOSEN_COLUMNS[column].head}</b>
                  <span className="t2">{CHOSEN_COLUMNS[column].title}</span>
                </label>
              ))}
            </fieldset>
          ))}
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  )
}

import './positions.css'
import { Fragment } from 'react'
import { call } from '../../state/actions.ts'
import { useDesk, type DeskState } from '../../state/deskStore.ts'
import { usePulse, type FramesState } from '../../state/frames.ts'
import { Age } from '../../ui/Age.tsx'
import { shortStructureWords, structureWords } from '../../ui/decisionWords.ts'
import { minute, number, profit, signed, tone } from '../../ui/format.ts'
import { Waterfall } from './Waterfall.tsx'

type Position = DeskState['positions'][number]
type PositionFrame = NonNullable<FramesState['pulse']>['positions'][number]
type Greeks = NonNullable<PositionFrame['greeks']>

const HOURS_PER_YEAR = 8760

/** How many structures are held and how they are marked. */
export function PositionsMeta() {
  const held = useDesk(state => state.positions.filter(position => position.quantity > 0).length)
  const account = useDesk(state => state.account.id)
  return (
    <>
      {held === 1 ? '1 structure' : `${held} structures`}, marked at mid, account {account}
    </>
  )
}

/** How old the oldest mark is. */
export function PositionsControls() {
  const age = usePulse(pulse =>
    pulse.positions.length > 0
      ? Math.max(...pulse.positions.map(position => position.age))
      : pulse.heartbeats.feed.age,
  )
  const staleAfter = usePulse(pulse => pulse.staleAfter)
  return <Age milliseconds={age} lateAfter={staleAfter} />
}

/** What is held, leg by leg, with its Greeks and what its profit was made of. */
export function PositionsPane() {
  const all = useDesk(state => state.positions)
  const positions = all.filter(position => position.quantity > 0)
  const working = useDesk(state => state.orders)
  const orders = working.filter(order => order.status === 'working' || order.status === 'sending')
  return (
    <div className="positions">
      <div className="scroll">
        {positions.length === 0 && orders.length === 0 ? (
          <p className="empty">Nothing is held. Accepted suggestions and their fills stand here.</p>
        ) : (
          <PositionTable positions={positions} orders={orders} />
        )}
      </div>
      <Waterfall />
    </div>
  )
}

function PositionTable({
  positions,
  orders,
}: {
  readonly positions: readonly Position[]
  readonly orders: DeskState['orders']
}) {
  const frames = usePulse(pulse => pulse.positions) ?? []
  const book = usePulse(pulse => pulse.bookGreeks)
  const open = usePulse(pulse => pulse.risk.open)
  return (
    <table className="grid">
      <thead>
        <tr>
          <th className="l" scope="col">
            Structure
          </th>
          <th scope="col">Qty</th>
          <th scope="col">Entry</th>
          <th scope="col">Mark</th>
          <th scope="col">P&L</th>
          <th scope="col">Δ sh</th>
          <th scope="col">Γ per $</th>
          <th scope="col">Θ $/h</th>
          <th scope="col">V $/pt</th>
          <th scope="col">
            <span className="sr">Close</span>
          </th>
        </tr>
      </thead>
      <tbody>
        {positions.map(position => (
          <PositionRows
            key={position.decision}
            position={position}
            frame={frames.find(entry => entry.decision === position.decision)}
          />
        ))}
        {orders.map(order => (
          <OrderRow key={order.id} order={order} />
        ))}
        <tr className="total">
          <td className="l">Book</td>
          <td />
          <td />
          <td />
          <td className={tone(open)}>{profit(open)}</td>
          <GreekCells greeks={book} />
          <td />
        </tr>
      </tbody>
    </table>
  )
}

function PositionRows({
  position,
  frame,
}: {
  readonly position: Position
  readonly frame: PositionFrame | undefined
}) {
  const close = () => void call('position/close', { id: position.decision, via: 'click' })
  return (
    <>
      <tr data-testid="position">
        <td
          className="l b"
          title={`Exit: ${number(position.exit.takeProfit)}, ${number(position.exit.stop)} or ${minute(position.exit.time)}`}
        >
          <span className="hide-s">Short {structureWords(position.structure)}</span>
          <span className="only-s">{shortStructureWords(position.structure)}</span>
        </td>
        <td>{signed(-position.quantity, 0)}</td>
        <td>{number(position.entryNet)}</td>
        <td>{number(frame?.mark, 3)}</td>
        <td className={`b ${tone(frame?.openProfit)}`}>{profit(frame?.openProfit)}</td>
        <GreekCells greeks={frame?.greeks} />
        <td>
          <button
            type="button"
            className="chip"
            onClick={close}
            aria-label={`Close ${structureWords(position.structure)}`}
          >
            Close
          </button>
        </td>
      </tr>
      {position.structure.legs.map((leg, index) => (
        <tr key={`${leg.right}${leg.strike}`} className="sub">
          <td className="l leg">
            {signed(leg.ratio * position.quantity, 0)} {leg.strike} {leg.right}
          </td>
          <td />
          <td />
          <td>{number(frame?.legMarks[index], 3)}</td>
          <td />
          <GreekCells greeks={frame?.legGreeks[index]} />
          <td />
        </tr>
      ))}
    </>
  )
}

function OrderRow({ order }: { readonly order: DeskState['orders'][number] }) {
  return (
    <tr className="sub" data-testid="order">
      <td className="l">
        {order.purpose === 'open' ? 'Opening' : 'Closing'} {shortStructureWords(order.structure)}
      </td>
      <td>
        {order.filled}/{order.quantity}
      </td>
      <td>{number(Math.abs(order.limit))}</td>
      <td colSpan={6} className="l">
        {order.status === 'sending'
          ? 'sending'
          : `working, limit walks to ${number(Math.abs(order.walk.end))}`}
      </td>
      <td>
        <button
          type="button"
          className="chip"
          onClick={() => void call('order/cancel', { id: order.id, via: 'click' })}
        >
          Cancel
        </button>
      </td>
    </tr>
  )
}

function GreekCells({ greeks }: { readonly greeks: Greeks | undefined }) {
  const figures = [
    greeks?.delta,
    greeks?.gamma,
    greeks && greeks.theta / HOURS_PER_YEAR,
    greeks && greeks.vega / 100,
  ]
  return (
    <Fragment>
      {figures.map((figure, index) => (
        // The four Greeks have fixed places
        // oxlint-disable-next-line react/no-array-index-key
        <td key={index}>{signed(figure, 1)}</td>
      ))}
    </Fragment>
  )
}

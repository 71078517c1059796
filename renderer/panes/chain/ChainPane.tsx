import { useEffect, useRef, useState } from 'react'
import './chain.css'
import type { DeskState } from '../../state/deskStore.ts'
import { deskStore, openDecision, useDesk } from '../../state/deskStore.ts'
import { framesStore, usePulse, type FramesState } from '../../state/frames.ts'
import { setView, useView } from '../../state/viewStore.ts'
import { Age } from '../../ui/Age.tsx'
import { Segmented } from '../../ui/Segmented.tsx'
import { date, number } from '../../ui/format.ts'
import { ColumnChooser } from './ColumnChooser.tsx'
import { ChainTable, type ChainMarks } from './chainTable.ts'
import { chainColumns } from './columns.ts'

const COLUMN_SETS = [
  { value: 'greeks', label: 'Greeks' },
  { value: 'sizes', label: 'Sizes' },
  { value: 'secondOrder', label: 'Second order' },
  { value: 'own', label: 'Own' },
] as const

/** Rows that the spot line may leave the middle before the table is centred again. */
const CENTRE_AGAIN_ROWS = 4

/** Which chain it is and how its strikes are shaded. */
export function ChainMeta() {
  const session = useDesk(state => state.session)
  if (!session) return null
  return (
    <>
      <b>{session.underlying}</b> {date(session.date)}, expires today, strikes shaded by ±1 and ±2 moves left
    </>
  )
}

/** Which columns are shown, and how old the chain is. */
export function ChainControls() {
  const columns = useView(view => view.chainColumns)
  const age = usePulse(pulse => pulse.heartbeats.feed.age)
  return (
    <>
      <Age milliseconds={age} />
      <Segmented
        label="Columns of the chain"
        isWide
        choices={COLUMN_SETS}
        value={columns}
        onChoose={chosen => setView({ chainColumns: chosen })}
      />
      <ColumnChooser />
    </>
  )
}

/** The chain: calls left, strikes in the middle, puts right. It stays still while pointer or focus is in it. */
export function ChainPane() {
  const host = useRef<HTMLDivElement>(null)
  const isReady = useDesk(state => state.isReady)
  const [isEmpty, setEmpty] = useState(true)
  useEffect(() => {
    if (!host.current) return undefined
    return runChain(host.current, () => setEmpty(false))
  }, [])
  return (
    <>
      {isEmpty && (
        <p className="empty">
          {isReady
            ? 'No quote of this session yet. The chain stands here as soon as the feed speaks.'
            : 'Starting.'}
        </p>
      )}
      <div
        ref={host}
        className="scroll chain-host"
        // The table is a widget of its own: arrow keys move over strikes and sides
        // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
        tabIndex={0}
        role="region"
        aria-label="Option chain, strikes by side"
      />
    </>
  )
}

function runChain(host: HTMLElement, onFirst: () => void): () => void {
  const table = new ChainTable(host)
  let isHeld = false
  let isCentred = false
  let selected: ChainMarks['selected']
  const paint = () => {
    const { chain, pulse } = framesStore.getState()
    if (!chain || host.clientWidth === 0) return
    onFirst()
    const view = useView.getState()
    const columns = chainColumns(view.chainColumns, view.ownColumns, host.clientWidth)
    table.paint(chain, columns, marksOf(pulse, deskStore.getState(), selected), performance.now())
    const target = table.centreOffset()
    if (target === undefined) return
    const row = host.querySelector('tr')?.offsetHeight ?? 20
    if (!isCentred || (!isHeld && Math.abs(host.scrollTop - target) > CENTRE_AGAIN_ROWS * row)) {
      isCentred = true
      host.scrollTop = target
    }
  }
  const centre = () => {
    isCentred = false
    paint()
  }
  const onKey = (event: KeyboardEvent) => {
    const moved = moveSelection(event.key, selected)
    if (!moved) return
    event.preventDefault()
    selected = moved
    setView({ pointedPrice: moved.strike })
    paint()
  }
  const onPoint = (event: PointerEvent) => {
    const strike = event.target instanceof Element ? event.target.closest('tr')?.dataset['strike'] : undefined
    setView({ pointedPrice: strike === undefined ? undefined : Number(strike) })
  }
  const hold = () => (isHeld = true)
  const release = () => {
    isHeld = host.contains(document.activeElement)
    setView({ pointedPrice: undefined })
  }
  host.addEventListener('pointerenter', hold)
  host.addEventListener('pointerleave', release)
  host.addEventListener('pointermove', onPoint)
  host.addEventListener('keydown', onKey)
  window.addEventListener('zerodte:centre', centre)
  const stops = [framesStore.subscribe(paint), useView.subscribe(paint), deskStore.subscribe(paint)]
  const observer = new ResizeObserver(centre)
  observer.observe(host)
  paint()
  return () => {
    for (const stop of stops) stop()
    observer.disconnect()
    window.removeEventListener('zerodte:centre', centre)
  }
}

/** Everything that marks rows, out of the stores. */
export function marksOf(
  pulse: FramesState['pulse'],
  desk: DeskState,
  selected: ChainMarks['selected'],
): ChainMarks {
  const move = pulse?.expectedMove
  const suggested = new Map<string, number>()
  const proposal = openDecision(desk)?.proposal
  if (proposal) for (const leg of proposal.legs) suggested.set(legKey(leg), leg.ratio * proposal.quantity)
  const held = new Map<string, number>()
  for (const position of desk.positions) {
    for (const leg of position.structure.legs) {
      const lots = (held.get(legKey(leg)) ?? 0) + leg.ratio * position.quantity
      held.set(legKey(leg), lots)
    }
  }
  return {
    spot: pulse?.spot?.last,
    move: move?.move,
    formula: move
      ? `straddle ${number(move.straddle)}, then ${number(move.firstStrangle)}, ${number(move.secondStrangle)}`
      : '',
    staleAfter: pulse?.staleAfter ?? Number.POSITIVE_INFINITY,
    suggested,
    held,
    selected,
  }
}

function legKey(leg: { readonly right: 'call' | 'put'; readonly strike: number }): string {
  return `${leg.right === 'call' ? 'C' : 'P'}${leg.strike}`
}

/** The strike and side that an arrow key leads to; undefined for any other key. */
export function moveSelection(key: string, selected: ChainMarks['selected']): ChainMarks['selected'] {
  const { chain, pulse } = framesStore.getState()
  if (!chain || !['ArrowUp', 'ArrowDown', 'ArrowLeft', 'ArrowRight'].includes(key)) return undefined
  const spot = pulse?.spot?.last ?? 0
  const from = selected
    ? chain.strikes.indexOf(selected.strike)
    : chain.strikes.findIndex(strike => strike >= spot)
  const step = key === 'ArrowUp' ? -1 : key === 'ArrowDown' ? 1 : 0
  const strike = chain.strikes[Math.max(0, Math.min(chain.strikes.length - 1, from + step))]
  const side = key === 'ArrowLeft' ? 'call' : key === 'ArrowRight' ? 'put' : (selected?.side ?? 'call')
  return strike === undefined ? undefined : { strike, side }
}

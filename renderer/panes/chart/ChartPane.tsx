import { useEffect, useRef } from 'react'
import './chart.css'
import { deskStore, openDecision, useDesk, type DeskState } from '../../state/deskStore.ts'
import { framesStore, usePulse, type FramesState } from '../../state/frames.ts'
import { setView, useView, type ViewState } from '../../state/viewStore.ts'
import { Age } from '../../ui/Age.tsx'
import { DecisionMark } from '../../ui/DecisionMark.tsx'
import { Segmented } from '../../ui/Segmented.tsx'
import { markShape, markTone } from '../../ui/decisionWords.ts'
import { minute, number, points } from '../../ui/format.ts'
import { gatherBars, withRunningBar } from './bars.ts'
import { PriceChart, type ChartContent } from './priceChart.ts'

const BAR_SIZES = [
  { value: 1, label: '1 m' },
  { value: 5, label: '5 m' },
  { value: 15, label: '15 m' },
] as const

/** What is drawn and how it moves. */
export function ChartMeta() {
  const underlying = useDesk(state => state.session?.underlying ?? '')
  const minutes = useView(view => view.barMinutes)
  const average = usePulse(pulse => number(pulse.volumeWeightedAveragePrice))
  const realised = usePulse(pulse => points(pulse.realisedVolatility))
  return (
    <>
      <b>
        {underlying} {minutes} min
      </b>
      , VWAP <b>{average}</b>
      <span className="hide-s">, realised {realised}</span>
    </>
  )
}

/** The length of bars, and how old the price is. */
export function ChartControls() {
  const minutes = useView(view => view.barMinutes)
  const age = usePulse(pulse => (pulse.spot ? pulse.time - pulse.spot.time : undefined))
  return (
    <>
      <Age milliseconds={age} />
      <Segmented
        label="Length of bars"
        isWide
        choices={BAR_SIZES}
        value={minutes}
        onChoose={barMinutes => setView({ barMinutes })}
      />
    </>
  )
}

/** The price of the underlying with what is expected of it and what was decided on the way. */
export function ChartPane() {
  const host = useRef<HTMLDivElement>(null)
  const isEmpty = useDesk(state => state.bars.length === 0)
  const hasBar = usePulse(pulse => pulse.bar !== undefined)
  useEffect(() => {
    if (!host.current) return undefined
    return runChart(host.current)
  }, [])
  return (
    <>
      <Readout />
      {isEmpty && !hasBar && <p className="empty">The first minute of the session is not over yet.</p>}
      <div
        ref={host}
        className="chart-host"
        role="img"
        aria-label="Price of the underlying by minute, with expected move and decisions"
      />
    </>
  )
}

function Readout() {
  const bar = usePulse(pulse => pulse.bar)
  return (
    <div className="readout">
      <span>
        O <b>{number(bar?.open)}</b> H <b>{number(bar?.high)}</b> L <b>{number(bar?.low)}</b> C{' '}
        <b>{number(bar?.close)}</b>
      </span>
      <span className="legend hide-s">
        <span>
          <DecisionMark shape="accepted" tone="" /> accepted
        </span>
        <span>
          <DecisionMark shape="modified" tone="" /> modified
        </span>
        <span>
          <DecisionMark shape="rejected" tone="" /> rejected
        </span>
        <span>
          <DecisionMark shape="noTrade" tone="" /> not answered
        </span>
      </span>
    </div>
  )
}

function runChart(host: HTMLElement): () => void {
  const chart = new PriceChart(host, price => setView({ pointedPrice: price }))
  let isPainting = false
  let isOver = false
  const paint = () => {
    if (isPainting) return
    isPainting = true
    requestAnimationFrame(() => {
      isPainting = false
      if (isOver) return
      chart.show(chartContent(framesStore.getState().pulse, deskStore.getState(), useView.getState()))
    })
  }
  const retheme = new MutationObserver(() => {
    chart.refreshTheme()
    paint()
  })
  retheme.observe(document.documentElement, {
    attributes: true,
    attributeFilter: ['data-theme', 'data-palette'],
  })
  const stops = [framesStore.subscribe(paint), deskStore.subscribe(paint), useView.subscribe(paint)]
  paint()
  return () => {
    isOver = true
    for (const stop of stops) stop()
    retheme.disconnect()
    chart.destroy()
  }
}

/** What the chart shows, out of the stores. */
export function chartContent(pulse: FramesState['pulse'], desk: DeskState, view: ViewState): ChartContent {
  const bars = gatherBars(mergedBars(pulse, desk), view.barMinutes)
  const spot = pulse?.spot?.last
  const proposal = openDecision(desk)?.proposal
  const first = bars[0]
  const levels = [
    ...(proposal?.legs
      .filter(leg => leg.ratio < 0)
      .map(leg => ({ price: leg.strike, name: `short ${leg.strike}` })) ?? []),
    ...(proposal?.breakEvens.map(price => ({ price, name: `b/e ${number(price)}` })) ?? []),
  ]
  return {
    bars,
    cone:
      spot === undefined
        ? undefined
        : {
            spot,
            move: pulse?.expectedMove?.move,
            opening:
              first && pulse?.openingMove !== undefined
                ? { price: first.open, move: pulse.openingMove }
                : undefined,
            levels,
            closes: desk.times ? minute(desk.times.close) : '',
          },
    marks: desk.decisions
      .filter(decision => decision.proposal && decision.status !== 'open')
      .map(decision => ({
        time: decision.time,
        number: decision.number,
        shape: markShape(decision) === 'lapsed' ? 'noTrade' : markShape(decision),
        tone: markTone(decision),
      })),
    pointedPrice: view.pointedPrice,
  }
}

let known: { readonly source: DeskState['bars']; bars: DeskState['bars'] } | undefined

/** The bars of the snapshot with every running bar since put in its place. */
function mergedBars(pulse: FramesState['pulse'], desk: DeskState): DeskState['bars'] {
  if (known?.source !== desk.bars) known = { source: desk.bars, bars: desk.bars }
  known.bars = withRunningBar(known.bars, pulse?.bar)
  return known.bars
}

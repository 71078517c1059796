import {
  CandlestickSeries,
  HistogramSeries,
  LineSeries,
  createChart,
  type CandlestickData,
  type IChartApi,
  type ISeriesApi,
  type Time,
  type UTCTimestamp,
} from 'lightweight-charts'
import { themeColours, type ThemeColours } from '../../charts/themeColours.ts'
import { clock, minute } from '../../ui/format.ts'
import { averagePrices, type Bar } from './bars.ts'
import { DecisionMarks, type ChartMark } from './decisionMarks.ts'
import { MoveCone, type Cone } from './moveCone.ts'

/** Everything that the chart shows at once. */
export interface ChartContent {
  readonly bars: readonly Bar[]
  readonly cone: Cone | undefined
  readonly marks: readonly (Omit<ChartMark, 'time' | 'price' | 'colour'> & {
    readonly time: number
    readonly tone: string
  })[]
  readonly pointedPrice: number | undefined
}

/** Bars of room right of the last one, in which the cone stands. */
const ROOM = { share: 0.25, least: 8 }

/** Bars in view while nobody pans: the session so far, neither three bars nor four hundred. */
const FEWEST_FOLLOWED = 40
const MOST_FOLLOWED = 150

/** The price chart: hollow candles up, filled ones down, the average price, volume, the cone and the decisions. */
export class PriceChart {
  readonly #chart: IChartApi
  readonly #candles: ISeriesApi<'Candlestick'>
  readonly #average: ISeriesApi<'Line'>
  readonly #volume: ISeriesApi<'Histogram'>
  readonly #cone: MoveCone
  readonly #marks = new DecisionMarks()
  #colours: ThemeColours = themeColours()
  #shown: readonly Bar[] = []
  #pointer: ReturnType<ISeriesApi<'Candlestick'>['createPriceLine']> | undefined
  #isFollowing = true

  constructor(host: HTMLElement, onPoint: (price: number | undefined) => void) {
    this.#chart = createChart(host, { autoSize: true, ...chartOptions(this.#colours) })
    this.#candles = this.#chart.addSeries(CandlestickSeries, candleOptions(this.#colours))
    this.#average = this.#chart.addSeries(LineSeries, averageOptions(this.#colours))
    this.#volume = this.#chart.addSeries(HistogramSeries, {
      priceScaleId: 'volume',
      color: this.#colours.bar,
      priceLineVisible: false,
      lastValueVisible: false,
    })
    this.#chart.priceScale('volume').applyOptions({ scaleMargins: { top: 0.88, bottom: 0 }, visible: false })
    this.#cone = new MoveCone(this.#colours)
    this.#candles.attachPrimitive(this.#cone)
    this.#candles.attachPrimitive(this.#marks)
    const stopFollowing = () => {
      this.#isFollowing = false
    }
    host.addEventListener('wheel', stopFollowing, { passive: true })
    host.addEventListener('pointerdown', stopFollowing)
    host.addEventListener('dblclick', () => {
      this.#isFollowing = true
      this.#follow(this.#shown.length)
    })
    this.#chart.subscribeCrosshairMove(event => {
      const price = event.point ? this.#candles.coordinateToPrice(event.point.y) : null
      onPoint(price === null ? undefined : price)
    })
  }

  /** Shows a content; bars that did not change are not set again. */
  show(content: ChartContent): void {
    this.#showBars(content.bars)
    const last = content.bars.at(-1)
    this.#cone.show(content.cone, last && seconds(last.time), this.#colours)
    this.#marks.show(this.#placeMarks(content), this.#colours.text2, this.#colours.panel)
    this.#showPointer(content.pointedPrice)
  }

  /** Takes the colours of the theme anew. */
  refreshTheme(): void {
    this.#colours = themeColours()
    this.#chart.applyOptions(chartOptions(this.#colours))
    this.#candles.applyOptions(candleOptions(this.#colours))
    this.#average.applyOptions(averageOptions(this.#colours))
    this.#volume.applyOptions({ color: this.#colours.bar })
  }

  destroy(): void {
    this.#chart.remove()
  }

  #showBars(bars: readonly Bar[]): void {
    const isGrowing =
      this.#shown.length > 0 &&
      bars.length - this.#shown.length <= 1 &&
      bars[0]?.time === this.#shown[0]?.time &&
      bars.length >= this.#shown.length
    const averages = averagePrices(bars)
    const candle = (bar: Bar): CandlestickData => ({
      time: seconds(bar.time),
      open: bar.open,
      high: bar.high,
      low: bar.low,
      close: bar.close,
    })
    if (isGrowing) {
      for (const [offset, bar] of bars.slice(this.#shown.length - 1).entries()) {
        this.#candles.update(candle(bar))
        this.#volume.update({ time: seconds(bar.time), value: bar.volume })
        this.#average.update({
          time: seconds(bar.time),
          value: averages[this.#shown.length - 1 + offset] ?? bar.close,
        })
      }
    } else {
      this.#candles.setData(bars.map(candle))
      this.#volume.setData(bars.map(bar => ({ time: seconds(bar.time), value: bar.volume })))
      this.#average.setData(
        bars.map((bar, index) => ({ time: seconds(bar.time), value: averages[index] ?? bar.close })),
      )
      this.#isFollowing = true
    }
    const isLonger = bars.length !== this.#shown.length
    this.#shown = bars
    if (isLonger && this.#isFollowing) this.#follow(bars.length)
  }

  /** Shows the whole session so far with room for the cone, until the trader pans or zooms himself. */
  #follow(count: number): void {
    const shown = Math.min(MOST_FOLLOWED, Math.max(FEWEST_FOLLOWED, count))
    const room = Math.max(ROOM.least, Math.round(shown * ROOM.share))
    this.#chart.timeScale().setVisibleLogicalRange({ from: count - shown - 0.5, to: count - 1 + room })
  }

  #placeMarks(content: ChartContent): ChartMark[] {
    const { bars, marks } = content
    return marks.flatMap(mark => {
      const bar = bars.findLast(entry => entry.time <= mark.time)
      if (!bar) return []
      const colour =
        mark.tone === 'up'
          ? this.#colours.gain
          : mark.tone === 'down'
            ? this.#colours.loss
            : this.#colours.text2
      return [{ time: seconds(bar.time), price: bar.high, number: mark.number, shape: mark.shape, colour }]
    })
  }

  #showPointer(price: number | undefined): void {
    if (this.#pointer) this.#candles.removePriceLine(this.#pointer)
    this.#pointer =
      price === undefined
        ? undefined
        : this.#candles.createPriceLine({
            price,
            color: this.#colours.text3,
            lineWidth: 1,
            lineStyle: 1,
            axisLabelVisible: true,
            title: '',
          })
  }
}

function seconds(time: number): UTCTimestamp {
  // The library's own brand for whole seconds
  return Math.floor(time / 1000) as UTCTimestamp
}

function inMilliseconds(time: Time): number {
  return typeof time === 'number' ? time * 1000 : 0
}

function chartOptions(colours: ThemeColours) {
  return {
    layout: {
      background: { color: colours.panel },
      textColor: colours.text3,
      fontSize: 11,
      fontFamily: '-apple-system, "SF Pro Text", "Inter Variable", sans-serif',
      attributionLogo: false,
    },
    grid: { vertLines: { color: colours.grid }, horzLines: { color: colours.grid } },
    rightPriceScale: { borderVisible: false, scaleMargins: { top: 0.12, bottom: 0.16 }, minimumWidth: 56 },
    timeScale: {
      borderVisible: false,
      timeVisible: true,
      secondsVisible: false,
      minBarSpacing: 1,
      tickMarkFormatter: (time: Time) => minute(inMilliseconds(time)),
    },
    localization: { timeFormatter: (time: Time) => clock(inMilliseconds(time)) },
    crosshair: {
      vertLine: { color: colours.text3, labelBackgroundColor: colours.control },
      horzLine: { color: colours.text3, labelBackgroundColor: colours.control },
    },
  }
}

function candleOptions(colours: ThemeColours) {
  return {
    // Up is hollow, down is filled: direction is not only a colour
    upColor: colours.panel,
    borderUpColor: colours.gain,
    wickUpColor: colours.gain,
    downColor: colours.loss,
    borderDownColor: colours.loss,
    wickDownColor: colours.loss,
    priceLineColor: colours.text,
    priceLineStyle: 1,
  }
}

function averageOptions(colours: ThemeColours) {
  return {
    color: colours.text2,
    lineWidth: 1 as const,
    priceLineVisible: false,
    lastValueVisible: false,
    crosshairMarkerVisible: false,
  }
}

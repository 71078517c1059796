import type {
  IChartApi,
  IPrimitivePaneRenderer,
  IPrimitivePaneView,
  ISeriesApi,
  ISeriesPrimitive,
  SeriesAttachedParameter,
  Time,
} from 'lightweight-charts'

/** What a primitive paints on. */
export type Target = Parameters<IPrimitivePaneRenderer['draw']>[0]

/** Something drawn with the candles: one view that is its own renderer, painted with the next frame of the chart. */
export abstract class ChartPrimitive
  implements ISeriesPrimitive<Time>, IPrimitivePaneView, IPrimitivePaneRenderer
{
  protected chart: IChartApi | undefined
  protected series: ISeriesApi<'Candlestick'> | undefined
  #requestUpdate: (() => void) | undefined

  attached(parameters: SeriesAttachedParameter<Time, 'Candlestick'>): void {
    this.chart = parameters.chart as IChartApi
    this.series = parameters.series
    this.#requestUpdate = parameters.requestUpdate
  }

  paneViews(): readonly IPrimitivePaneView[] {
    return [this]
  }

  renderer(): IPrimitivePaneRenderer {
    return this
  }

  abstract draw(target: Target): void

  /** Asks the chart to paint it anew. */
  protected repaint(): void {
    this.#requestUpdate?.()
  }
}

import { failure, success, type Result } from '../../core/base/result.ts'
import type { IsoDate, MinuteOfDay } from '../../core/base/units.ts'
import { ChainStore, dayFile, type MinuteChain } from './chainStore.ts'
import type { MidsFile, MidsOfDay, MidsOfInstant } from './mids.ts'

/** The instants of a day that are taken of minute quotes: those of the published mids, so that both can be compared. */
const INSTANTS: readonly MinuteOfDay[] = [575, 600, 630, 660, 720, 780, 840, 900, 930]

/** Days of a folder and the files they lie in. */
export interface StoredDays extends MidsFile {
  readonly files: readonly string[]
}

/**
 * Reads the mids of a folder of imported days: of mids every instant, of quotes nine instants a day, the middle of bid and
 * ask. Only days of an index of the size of SPX, because the costs of a backtest are those of its options.
 */
export async function readStoredDays(folder: string): Promise<Result<StoredDays, string>> {
  const opened = await ChainStore.open(folder)
  if (!opened.ok) return opened
  const store = opened.value
  try {
    const days: MidsOfDay[] = []
    let rows = 0
    for (const date of store.dates) {
      const day = await dayOf(store, folder, date)
      if (!day.ok) return day
      days.push(day.value)
      rows += day.value.instants.reduce((sum, { strikes }) => sum + strikes.length, 0)
    }
    return success({ days, rows, files: store.dates.map(date => dayFile(folder, date)) })
  } finally {
    store.close()
  }
}

async function dayOf(store: ChainStore, folder: string, date: IsoDate): Promise<Result<MidsOfDay, string>> {
  const header = await store.header(date)
  if (!header.ok) return header
  const { kind, underlying } = header.value
  if (kind === 'quotes' && !underlying.startsWith('SPX'))
    return failure(`mids: ${dayFile(folder, date)} must be options of SPX, has ${underlying}`)
  const minutes = await store.minutesOf(date)
  const instants: MidsOfInstant[] = []
  for (const minute of kind === 'mids' ? minutes : INSTANTS.filter(each => minutes.includes(each))) {
    const chain = await store.chainAt(date, minute)
    if (!chain.ok) return chain
    if (!chain.value) continue
    if (!(chain.value.underlying > 0))
      return failure(`mids: ${dayFile(folder, date)} must know the price of its underlying`)
    instants.push(instantOf(chain.value))
  }
  return success({ date, instants })
}

function instantOf({
  minute,
  underlying,
  strikes,
  callBid,
  callAsk,
  putBid,
  putAsk,
}: MinuteChain): MidsOfInstant {
  const mids = (bids: Float64Array, asks: Float64Array) =>
    bids.map((bid, index) => {
      const ask = asks[index] ?? Number.NaN
      return bid >= 0 && ask >= 0 ? (bid + ask) / 2 : Number.NaN
    })
  return { minute, underlying, strikes, calls: mids(callBid, callAsk), puts: mids(putBid, putAsk) }
}

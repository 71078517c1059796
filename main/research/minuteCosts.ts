import { at } from '../core/base/assert.ts'
import type { MinuteOfDay, Price } from '../core/base/units.ts'
import type { OptionRight } from '../core/market/optionContract.ts'

/**
 * Half the distance between bid and ask as a share of the mid, by minute of the day and by how far the strike lies out
 * of the money as a share of the underlying (in the money below 0). Medians of the recorded minute quotes of SPXW
 * options on their day of expiry, 4 and 6 January 2021 (2,629 quotes of both rights at the strikes 3700 and 3800, half
 * hours and distances from -4 % to +3 %); a cell of fewer than 20 quotes takes what the period before it has, in the
 * first period the one after. The bids of the sold legs of the recorded condors of 2023 and 2024 (11:00, 13:00 and
 * 14:00, 0.2 % to 0.7 % out of the money) lie a median of 3 % to 16 % below the mid of their time, the asks of the
 * bought ones from 8 % below to 11 % above: those mids are of trades, and too stale to say more.
 */
const PERIODS: readonly { readonly from: MinuteOfDay; readonly shares: readonly number[] }[] = [
  { from: 570, shares: [0.0132, 0.012, 0.0156, 0.0294, 0.2] },
  { from: 600, shares: [0.0109, 0.014, 0.0156, 0.0531, 0.1111] },
  { from: 690, shares: [0.0076, 0.0177, 0.0159, 0.0742, 0.0769] },
  { from: 780, shares: [0.0103, 0.021, 0.0201, 0.0857, 0.1225] },
  { from: 870, shares: [0.0225, 0.022, 0.0287, 0.05, 0.1484] },
  { from: 930, shares: [0.0308, 0.022, 0.0522, 0.05, 0.1484] },
]

/** Where one column of shares ends and the next begins, in shares of the underlying out of the money. */
const DISTANCES = [-0.01, -0.0025, 0.0025, 0.01] as const

/** Half the smallest steps of SPX option prices: five cents below three dollars, ten above. */
const HALF_TICK = 0.025
const HALF_TICK_ABOVE = 0.05
const TICK_CHANGES_AT = 3

/** An option at a minute, as its cost sees it. */
export interface CostedOption {
  readonly right: OptionRight
  readonly strike: Price
  readonly underlying: Price
  readonly mid: Price
  readonly minute: MinuteOfDay
}

/** Half the spread at which an option of an index can be traded, in index points; at least half a tick. */
export function halfSpread(option: CostedOption): Price {
  const tick = option.mid < TICK_CHANGES_AT ? HALF_TICK : HALF_TICK_ABOVE
  return Math.max(tick, halfSpreadShare(option) * option.mid)
}

/** The share of the mid that the table holds for the minute and the distance of an option. */
export function halfSpreadShare({ right, strike, underlying, minute }: CostedOption): number {
  const outside = (right === 'call' ? strike - underlying : underlying - strike) / underlying
  const column = DISTANCES.filter(edge => outside >= edge).length
  const period = PERIODS.findLast(({ from }) => minute >= from) ?? PERIODS[0]
  return at(period?.shares ?? [], column)
}

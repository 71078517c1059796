import type { ChainFrame, VolatilityCodes } from '../../../main/contract/frames.ts'

const STATUSES: VolatilityCodes['statuses'] = [
  'notQuoted',
  'ok',
  'belowIntrinsic',
  'aboveMaximum',
  'lostInRounding',
  'expired',
  'notANumber',
]
const SOURCES: VolatilityCodes['sources'] = ['none', 'mid', 'counterpart', 'smile']

type MidStatus = VolatilityCodes['statuses'][number]

/** What became of a mid that says no volatility, and a mark that fits into a cell. */
const REASONS: Readonly<Record<Exclude<MidStatus, 'ok'>, readonly [mark: string, sentence: string]>> = {
  notQuoted: ['–', 'Not quoted on both sides.'],
  belowIntrinsic: ['<ex', 'The mid lies below what exercise is worth.'],
  aboveMaximum: ['>max', 'The mid lies above all that the option can ever be worth.'],
  lostInRounding: ['≈ex', 'The mid is exercise value: what is left is too small to say a volatility.'],
  expired: ['exp', 'Expired: no time is left in which to move.'],
  notANumber: ['–', 'The mid is no number.'],
}

/** What stands in the place of a volatility that nobody knows. */
export function volatilityMark(frame: ChainFrame, row: number): string {
  const status = midStatus(frame, row)
  return status === 'ok' ? '–' : REASONS[status][0]
}

/** Where the volatility of a row is from if not from its own mid, or why it has none; nothing where there is nothing to say. */
export function volatilityNote(frame: ChainFrame, row: number): string {
  const status = midStatus(frame, row)
  const reason = status === 'ok' ? '' : REASONS[status][1]
  switch (SOURCES[frame.volatilitySource[row] ?? 0]) {
    case 'counterpart':
      return `${reason} From the option across the strike.`.trim()
    case 'smile':
      return `${reason} From the fitted smile.`.trim()
    case 'mid':
      return ''
    default:
      return reason || 'No volatility gives a price inside bid and ask.'
  }
}

function midStatus(frame: ChainFrame, row: number): MidStatus {
  return STATUSES[frame.volatilityStatus[row] ?? 0] ?? 'notQuoted'
}

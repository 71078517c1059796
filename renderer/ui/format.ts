/** How figures are written. One place, so that the same figure looks the same everywhere. */

const MINUS = '\u2212'

/** What stands where nothing is known; never a zero. */
export const UNKNOWN = '\u2013'

/** A number with decimals and a real minus; thousands are parted from 10,000 on. */
export function number(value: number | undefined, decimals = 2): string {
  if (value === undefined || !Number.isFinite(value)) return UNKNOWN
  const digits = Math.abs(value).toFixed(decimals)
  const text = Number(digits) >= 10_000 ? grouped(digits) : digits
  return value < 0 && Number(digits) !== 0 ? MINUS + text : text
}

/** A number with its sign; zero has none. */
export function signed(value: number | undefined, decimals = 2): string {
  if (value === undefined || !Number.isFinite(value)) return UNKNOWN
  return isZero(value, decimals) || value < 0 ? number(value, decimals) : `+${number(value, decimals)}`
}

/** What is written without cents: 1,000 and what would round to it. */
const LARGE = 999.995

/** A profit: sign, dollars, cents; whole dollars from 1,000 on. */
export function profit(value: number | undefined): string {
  if (value === undefined || !Number.isFinite(value)) return UNKNOWN
  const decimals = Math.abs(value) >= LARGE ? 0 : 2
  if (isZero(value, decimals)) return '$0'
  const digits = grouped(Math.abs(value).toFixed(decimals))
  return `${value < 0 ? MINUS : '+'}$${digits}`
}

/** A cost, margin or limit: dollars without a plus; cents below 1,000 where there are any. */
export function dollars(value: number | undefined): string {
  if (value === undefined || !Number.isFinite(value)) return UNKNOWN
  const size = Math.abs(value)
  const decimals = size >= LARGE || Math.abs(size - Math.round(size)) < 0.005 ? 0 : 2
  const digits = grouped(size.toFixed(decimals))
  return `${value < 0 && Number(digits.replaceAll(',', '')) !== 0 ? MINUS : ''}$${digits}`
}

/** A volatility in points, one decimal. */
export function points(volatility: number | undefined): string {
  return volatility === undefined ? UNKNOWN : number(volatility * 100, 1)
}

/** A Greek without its leading zero. */
export function lean(value: number | undefined, decimals: number): string {
  return number(value, decimals).replace(/^(\u2212?)0\./, '$1.')
}

/** A share as whole percent, a narrow space before the sign. */
export function percent(share: number | undefined, decimals = 0): string {
  return share === undefined || !Number.isFinite(share) ? UNKNOWN : `${number(share * 100, decimals)} %`
}

/** A count: whole below 1,000, then 1.3k, 17k, 1.24M. */
export function count(value: number | undefined): string {
  if (value === undefined || !Number.isFinite(value)) return UNKNOWN
  if (value >= 999_500) return `${(value / 1e6).toFixed(2)}M`
  if (value >= 9950) return `${Math.round(value / 1000)}k`
  return value >= 999.5 ? `${(value / 1000).toFixed(1)}k` : number(value, 0)
}

/** An age: milliseconds below a second, tenths of a second below ten, then seconds, then minutes. */
export function age(milliseconds: number | undefined): string {
  if (milliseconds === undefined || !Number.isFinite(milliseconds)) return UNKNOWN
  if (milliseconds < 999.5) return `${number(milliseconds, 0)} ms`
  if (milliseconds < 9950) return `${(milliseconds / 1000).toFixed(1)} s`
  if (milliseconds < 59_500) return `${Math.round(milliseconds / 1000)} s`
  return `${Math.round(milliseconds / 60_000)} min`
}

/** A time of computing with three figures, in the unit that it is read in: 0.45 µs, 12.3 µs, 4.56 ms, 1.2 s. */
export function duration(microseconds: number | undefined): string {
  if (microseconds === undefined || !Number.isFinite(microseconds)) return UNKNOWN
  const [value, unit] =
    microseconds < 999.5
      ? [microseconds, 'µs']
      : microseconds < 999_500
        ? [microseconds / 1000, 'ms']
        : [microseconds / 1e6, 's']
  return `${number(value, value < 9.995 ? 2 : value < 99.95 ? 1 : 0)} ${unit}`
}

/** Time left: h:mm:ss, and m:ss below an hour where `isShort`. */
export function countdown(milliseconds: number, isShort = false): string {
  if (!Number.isFinite(milliseconds)) return UNKNOWN
  const seconds = Math.max(0, Math.ceil(milliseconds / 1000))
  const [h, m, s] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60]
  const two = (value: number) => String(value).padStart(2, '0')
  return isShort && h === 0 ? `${m}:${two(s)}` : `${h}:${two(m)}:${two(s)}`
}

const CLOCK = new Intl.DateTimeFormat('en-GB', {
  timeZone: 'America/New_York',
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
})
const MINUTE = new Intl.DateTimeFormat('en-GB', {
  timeZone: 'America/New_York',
  hour: '2-digit',
  minute: '2-digit',
})
const DAY = new Intl.DateTimeFormat('en-GB', {
  timeZone: 'America/New_York',
  weekday: 'short',
  day: 'numeric',
  month: 'short',
})
const DATE = new Intl.DateTimeFormat('en-GB', { timeZone: 'UTC', day: 'numeric', month: 'short' })

/** The New York clock, 11:07:14. */
export function clock(time: number): string {
  return written(CLOCK, time)
}

/** The New York clock without seconds. */
export function minute(time: number): string {
  return written(MINUTE, time)
}

/** A day as people say it, Thu 8 Oct. */
export function day(time: number): string {
  return written(DAY, time).replace(',', '')
}

/** A date, 8 Oct. */
export function date(isoDate: string): string {
  return written(DATE, Date.parse(`${isoDate}T00:00:00Z`))
}

/** The class that colours a figure by its sign; none at zero. */
export function tone(value: number | undefined): 'up' | 'down' | '' {
  if (value === undefined || !Number.isFinite(value) || isZero(value, 2)) return ''
  return value > 0 ? 'up' : 'down'
}

/** An instant as a format writes it; the format itself throws at what is no instant. */
function written(format: Intl.DateTimeFormat, time: number): string {
  return Number.isFinite(time) ? format.format(time) : UNKNOWN
}

/** Digits with their thousands parted, before the point only. */
function grouped(digits: string): string {
  return digits.replace(/(?<!\.\d*)\B(?=(\d{3})+(?!\d))/g, ',')
}

function isZero(value: number, decimals: number): boolean {
  return Number(Math.abs(value).toFixed(decimals)) === 0
}

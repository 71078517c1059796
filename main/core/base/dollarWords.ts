import type { Dollars } from './units.ts'

/** Dollars as sentences say them: thousands parted, cents unless they are whole, a real minus before the sign. */
export function dollarWords(amount: Dollars): string {
  const [whole = '', cents] = Math.abs(amount)
    .toFixed(Number.isInteger(amount) ? 0 : 2)
    .split('.')
  const digits = whole.replace(/\B(?=(\d{3})+$)/g, ',') + (cents === undefined ? '' : `.${cents}`)
  return `${amount < 0 && Number(amount.toFixed(2)) !== 0 ? '\u2212' : ''}$${digits}`
}

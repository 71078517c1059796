import type { Quantity } from './quantity.ts'
import type { Subject } from './subject.ts'

/** What a reference is asked, as Python; `unit` is the unit in which the function counts time, in years. */
export interface AskedMarket {
  readonly spot: string
  readonly strike: string
  readonly years: string
  readonly volatility: string
  readonly rate: string
  readonly dividend: string
  readonly isCall: string
  readonly unit: string
}

/** Prices that a function is given where it asks for one: of the call, of the put, and what was paid for an option. */
export const GIVEN_PRICES = { call: '12.5', put: '7.25', paid: '2.5' } as const

/** What is right, by every convention that name and docstring of the function leave open, as Python. */
export function answersOf(subject: Subject, quantity: Quantity, asked: AskedMarket): readonly string[] {
  const { spot, strike, years, volatility, rate, dividend, isCall, unit } = asked
  const given = [spot, strike, years, volatility, rate, dividend, isCall].join(', ')
  const base = `reference.${quantity}(${given})`
  const forward = `(${spot} - ${strike} * reference.math.exp(-${rate} * ${years}))`
  switch (quantity) {
    case 'vega':
      return vegaAnswers(subject, base)
    case 'theta':
      return thetaUnits(subject, unit).map(each => `${base} ${each}`)
    case 'rho':
      return [base, `${base} / 100`]
    case 'gamma':
      return [base, `${base} * ${spot} / 100`, `${base} * ${spot} ** 2 / 100`]
    case 'payoff':
      return payoffAnswers(subject, `reference.payoff(${spot}, ${strike}, ${isCall})`)
    case 'profit':
      return payoffAnswers(subject, `reference.payoff(${spot}, ${strike}, ${isCall}) - ${GIVEN_PRICES.paid}`)
    case 'parity_put':
      return [`${GIVEN_PRICES.call} - ${forward}`]
    case 'parity_call':
      return [`${GIVEN_PRICES.put} + ${forward}`]
    case 'price':
    case 'american_price':
    case 'delta':
    case 'd1':
    case 'd2':
      return [base]
  }
}

/** A share or a contract; turned round where it is said to be sold. */
function payoffAnswers({ words }: Subject, worth: string): readonly string[] {
  const isSold = /\b(short|sold|written|seller)\b/.test(words.join(' '))
  const share = isSold ? `-(${worth})` : `(${worth})`
  return [share, `100 * ${share}`]
}

/** For 1.00 of volatility or for 0.01, where nothing says which. */
function vegaAnswers({ docstring }: Subject, base: string): readonly string[] {
  const isPoint =
    /\b(1\s?%|one (percent|vol(atility)? point|point)|per (vol(atility)? )?point|1 vol|percentage point)/i
  if (isPoint.test(docstring)) return [`${base} / 100`]
  return /\bper (1\.00|unit|100\s?%)/i.test(docstring) ? [base] : [base, `${base} / 100`]
}

/** What theta a year is divided by: what is said decides, and a day is the day that the time is counted in. */
function thetaUnits({ words, docstring }: Subject, unit: string): readonly string[] {
  const calendar = ['/ 365', '/ 365.25']
  const trading = ['/ 252']
  const text = words.join(' ')
  if (/\btrading day/i.test(docstring)) return trading
  if (/\bcalendar day/i.test(docstring)) return calendar
  const day = unit.includes('252') ? trading : unit.includes('365') ? calendar : [...calendar, ...trading]
  if (/\b(per|a|one) day|\bdaily\b/.test(text)) return day
  return /\b(per|a|one) year|\b(annual|yearly)\b/.test(text) ? [''] : ['', ...day]
}

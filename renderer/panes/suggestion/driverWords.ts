import type { Snapshot } from '../../../main/contract/snapshot.ts'
import { clock, dollars, number, percent, points, signed } from '../../ui/format.ts'

type Decision = Snapshot['decisions'][number]
type Driver = Decision['reasons']['drivers'][number]
type Flip = Decision['reasons']['flips'][number]

/** A driver by name, with the figure it stands at. */
export function driverWords(driver: Driver, decision: Decision): string {
  const { context, observation } = decision
  const value = (index: number) => observation[index] ?? 0
  switch (driver.name) {
    // As the policy saw it, in shares of 390 minutes: the explanation rounds the same figure
    case 'time':
      return `${Math.round(value(7) * 390)} min to close`
    case 'spot':
      return `Underlying at ${number(context.spot)}`
    case 'impliedVolatility':
      return context.realisedVolatility === undefined
        ? `IV ${points(context.impliedVolatility)}`
        : `IV ${points(context.impliedVolatility)} against ${points(context.realisedVolatility)}`
    case 'position':
      return value(3) > 0 ? `Position open, at ${dollars(Math.round(value(4) * 1000))}` : 'Nothing held'
    case 'risk':
      return `Risk score ${number(value(6))}`
    case 'lastOutcomes':
      return outcomes(observation)
    case 'acceptanceRate':
      return `You said yes to ${percent(value(13))}`
    case 'winRateThisHour':
      return `This hour won ${percent(value(14))}`
    case 'profitTrend':
      return `Recent results ${signed(value(15))}`
    case 'daysSinceSimilar':
      return value(16) >= 1 ? 'Nothing alike for a month' : `Alike ${Math.round(value(16) * 30)} days ago`
    case 'suggestionsThisSession':
      return `${Math.round(value(17) * 50)} suggested today`
    case 'riskTolerance':
      return `Risk your answers allow ${number(value(18))}`
    case 'regime':
      return `${Math.abs(context.regime) < 0.3 ? 'Choppy' : context.regime > 0 ? 'Rising' : 'Falling'}, trend ${number(Math.abs(context.regime))}`
  }
}

/** What would flip the suggestion, and how far away that is. */
export function flipWords(
  flip: Flip,
  decision: Decision,
): { readonly head: string; readonly distance: string; readonly to: string } {
  const { context } = decision
  const to = ACTION_WORDS[flip.action]
  switch (flip.axis) {
    case 'spot': {
      const level = context.spot + flip.change
      return {
        head: `${flip.change < 0 ? '<' : '>'} ${number(level)}`,
        distance: `${number(Math.abs(flip.change))} away`,
        to,
      }
    }
    case 'volatility': {
      const level = context.impliedVolatility * flip.change
      return {
        head: `IV ${flip.change < 1 ? '<' : '>'} ${points(level)}`,
        distance: `${points(Math.abs(level - context.impliedVolatility))} away`,
        to,
      }
    }
    case 'time':
      return {
        head: `After ${clock(decision.time + flip.change * 60_000).slice(0, 5)}`,
        distance: `in ${Math.round(flip.change)} min`,
        to,
      }
  }
}

const ACTION_WORDS: Record<Decision['action'], string> = {
  noTrade: 'no trade',
  sellPutVertical10: 'put vertical 10Δ',
  sellPutVertical15: 'put vertical 15Δ',
  sellCallVertical10: 'call vertical 10Δ',
  sellCallVertical15: 'call vertical 15Δ',
  sellIronCondor: 'iron condor',
  close: 'close',
}

function outcomes(observation: readonly number[]): string {
  const known = observation.slice(8, 13).filter(value => value !== 0)
  if (known.length === 0) return 'No trade has ended yet'
  return `Last ${known.length}: ${known.filter(value => value > 0).length} won`
}

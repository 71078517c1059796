import type { ClientRequest } from '../../contract/commands.ts'
import type { ScenarioFrame } from '../../contract/frames.ts'
import {
  CONTRACT_MULTIPLIER,
  MINUTES_PER_YEAR,
  type EpochMilliseconds,
  type Price,
} from '../../core/base/units.ts'
import {
  bookWithoutVolatilities,
  writeVolatilities,
  type ScenarioAxes,
  type ScenarioBook,
  type ScenarioGrid,
  type ScenarioLeg,
  type VolatilityAt,
} from '../../core/pricing/scenario.ts'
import { structureName } from '../../core/portfolio/structure.ts'
import { shiftSmile, smileVolatility, type Smile } from '../../core/volatility/smile.ts'
import { heldPositions, openDecision } from '../book/book.ts'
import type { Engine } from '../engine.ts'
import type { Ports, Stopwatch } from '../ports.ts'
import { heldHolding, holdingOf, type Holding } from './curvesFrame.ts'

/** What a grid is to be computed from, and what of its answer is known before. */
export interface ScenarioQuestion {
  readonly kind: 'question'
  readonly legs: readonly ScenarioLeg[]
  readonly axes: ScenarioAxes
  /** The smile as it stood when it was asked. */
  readonly smile: Smile
  readonly known: Pick<ScenarioFrame, 'time' | 'label' | 'spot' | 'strikes'>
}

/** Who computed a grid, and how long it took. */
export type ScenarioServed = Pick<ScenarioFrame, 'backend' | 'precision' | 'microseconds'>

/** How many expected moves a grid reaches on each side where nobody says. */
const REACH = 3.2

/** Most volatilities, of all strikes, times and prices together, that one question may ask for. */
const MOST_VOLATILITIES = 150_000

/** After how many volatilities, a part of a millisecond, everything else gets its turn. */
const VOLATILITIES_A_TURN = 1000

/** What is held for what expires today: no interest is earned before it settles. */
const TODAY = { rate: 0, dividendYield: 0 }

/**
 * What is held, or suggested, over the axes a window asks for: the question to put to whoever serves scenarios. Says why
 * where there is nothing to ask, or too much.
 */
export function scenarioQuestion(
  engine: Engine,
  request: ClientRequest<'scenario/get'>,
  time: EpochMilliseconds,
): ScenarioQuestion | { readonly kind: 'nothing'; readonly reason: string } {
  const { market } = engine
  if (!market?.smile) return { kind: 'nothing', reason: 'Too little of the chain is quoted.' }
  const { smile } = market
  const held = holdingsOf(engine, request.subject)
  if (held.holdings.length === 0) return { kind: 'nothing', reason: held.label }
  const legs = held.holdings.flatMap(holding => scenarioLegs(holding, smile))
  const axes = scenarioAxes(smile, market.move?.move, request)
  const strikes = [...new Set(legs.map(leg => leg.strike))].sort((one, other) => one - other)
  if (strikes.length * axes.spots.length * axes.minutes.length > MOST_VOLATILITIES)
    return { kind: 'nothing', reason: `${strikes.length} strikes are too many for so many prices and times.` }
  return {
    kind: 'question',
    legs,
    axes,
    smile,
    known: {
      time,
      label: held.label,
      spot: market.spot?.last ?? smile.forward,
      strikes,
    },
  }
}

/**
 * The book of a question with its volatilities, and how many microseconds they took. A long one is made in pieces between
 * which everything else goes on.
 */
export async function questionBook(
  { legs, axes, smile }: ScenarioQuestion,
  clock: Stopwatch & Pick<Ports, 'delay'>,
): Promise<{ readonly book: ScenarioBook; readonly microseconds: number }> {
  let [began, milliseconds] = [clock.now(), 0]
  const book = bookWithoutVolatilities(legs, axes, TODAY)
  const volatilityAt = volatilityOf(smile)
  let sinceTurn = 0
  for (let time = 0; time < axes.minutes.length; time += 1) {
    writeVolatilities(book, axes, time, volatilityAt)
    sinceTurn += legs.length * axes.spots.length
    if (sinceTurn < VOLATILITIES_A_TURN) continue
    milliseconds += clock.now() - began
    await clock.delay(0)
    ;[began, sinceTurn] = [clock.now(), 0]
  }
  return { book, microseconds: 1000 * (milliseconds + clock.now() - began) }
}

/** The answer to a question, as the window takes it. */
export function scenarioFrame(
  { known }: ScenarioQuestion,
  grid: ScenarioGrid,
  served: ScenarioServed,
): ScenarioFrame {
  const { axes, ...outputs } = grid
  return { kind: 'grid', ...known, ...axes, ...outputs, ...served }
}

/** The holdings of a subject with its name; without any, the reason in the place of the name. */
function holdingsOf(
  { book }: Engine,
  subject: 'book' | 'suggestion',
): { readonly label: string; readonly holdings: readonly Holding[] } {
  if (subject === 'book') {
    const holdings = heldPositions(book).map(heldHolding)
    return { label: holdings.length > 0 ? 'Book' : 'Nothing is held.', holdings }
  }
  const proposal = openDecision(book)?.proposal
  if (proposal?.purpose !== 'open') return { label: 'No trade is suggested.', holdings: [] }
  return { label: structureName(proposal.structure), holdings: [holdingOf(proposal)] }
}

/** The legs of a holding; what was received for all of them, less fees, is spread evenly over them. */
function scenarioLegs({ legs, quantity, net, fees }: Holding, smile: Smile): ScenarioLeg[] {
  const received = (net - fees / (CONTRACT_MULTIPLIER * quantity)) / legs.length
  return legs.map(({ right, strike, ratio }) => ({
    right,
    strike,
    contracts: ratio * quantity,
    basis: -ratio * received,
    years: smile.years,
    discountYears: 0,
  }))
}

function scenarioAxes(
  smile: Smile,
  move: Price | undefined,
  request: ClientRequest<'scenario/get'>,
): ScenarioAxes {
  const { forward, atTheMoney, years } = smile
  const oneMove = move ?? forward * atTheMoney * Math.sqrt(years)
  const reach = Math.max((request.spotReach ?? REACH) * oneMove, forward * 0.003)
  const left = years * MINUTES_PER_YEAR
  return {
    spots: Float64Array.from(
      { length: request.spotSteps },
      (_, index) => forward + reach * ((2 * index) / (request.spotSteps - 1) - 1),
    ),
    volatilityFactors: Float64Array.from(request.volatilityFactors),
    minutes: Float64Array.from(request.minutes, minutes => Math.min(minutes, left)),
  }
}

/** The smile moves with the underlying: a strike has the volatility that its moneyness has today. */
function volatilityOf(smile: Smile): VolatilityAt {
  const later = new Map<number, Smile>()
  const smileAfter = (minutes: number): Smile => {
    const known = later.get(minutes)
    if (known) return known
    const made = shiftSmile(smile, { years: Math.max(0, smile.years - minutes / MINUTES_PER_YEAR) })
    later.set(minutes, made)
    return made
  }
  return (strike, spot, minutes) => smileVolatility(smileAfter(minutes), (strike * smile.forward) / spot)
}

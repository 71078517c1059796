import type { DeskState } from '../../state/deskStore.ts'
import { setView } from '../../state/viewStore.ts'
import { date, minute, number, profit, signed, tone } from '../../ui/format.ts'
import { driverWords, flipWords } from './driverWords.ts'

type Decision = DeskState['decisions'][number]

/** Drivers that are named; the rest are summed. */
const NAMED = 5

/** Probability that fills a bar at the least: a weak driver must look weak, also where all are. */
const LEAST_SCALE = 0.05

/** What moved the probability of the suggestion from its usual value to this one; the bars sum to the difference. */
export function Drivers({ decision }: { readonly decision: Decision }) {
  const { drivers, usual, now } = decision.reasons
  const named = drivers.slice(0, NAMED)
  const rest = drivers.slice(NAMED)
  const restSum = rest.reduce((sum, driver) => sum + driver.contribution, 0)
  const largest = Math.max(
    LEAST_SCALE,
    ...[...named.map(driver => driver.contribution), restSum].map(Math.abs),
  )
  return (
    <div className="block">
      <div className="section">
        <span>What drives it</span>
        <span className="micro">
          usual {number(usual)}, now {number(now)}{' '}
          <button
            type="button"
            className="link"
            title="Every feature, as a chart that sums (E)"
            onClick={() => setView({ dialog: 'explanation', explained: decision.id })}
          >
            Explain
          </button>
        </span>
      </div>
      <div className="drivers" data-testid="drivers">
        {named.map(driver => (
          <DriverLine
            key={driver.name}
            words={driverWords(driver, decision)}
            value={driver.contribution}
            largest={largest}
          />
        ))}
        <DriverLine words={`Other ${rest.length} drivers`} value={restSum} largest={largest} />
      </div>
    </div>
  )
}

const ZERO = 34

function DriverLine({
  words,
  value,
  largest,
}: {
  readonly words: string
  readonly value: number
  readonly largest: number
}) {
  const room = value >= 0 ? 100 - ZERO : ZERO
  const width = Math.min(1, Math.abs(value) / largest) * room
  const place =
    value >= 0 ? { left: `${ZERO}%`, width: `${width}%` } : { right: `${100 - ZERO}%`, width: `${width}%` }
  return (
    <>
      <span className="ell">{words}</span>
      <div className="driver-bar" style={{ '--z': `${ZERO}%` } as Record<string, string>}>
        <i className={value < 0 ? 'neg' : ''} style={place} />
      </div>
      <span className="r" data-contribution={value}>
        {signed(value, 3)}
      </span>
    </>
  )
}

/** The smallest change of price, volatility and time that would change the suggestion; each was tried. */
export function Flips({ decision }: { readonly decision: Decision }) {
  const { flips } = decision.reasons
  return (
    <div className="block">
      <div className="section">
        <span>What would flip it</span>
        <span className="micro">each tried by deciding again</span>
      </div>
      {flips.length === 0 ? (
        <p className="t3">Nothing within two moves, 60 % of volatility or the rest of the session.</p>
      ) : (
        <div className="flip" data-testid="flips">
          {flips.map(flip => {
            const { head, distance, to } = flipWords(flip, decision)
            return (
              <div key={flip.axis} title={`${distance}: ${to}`}>
                <b>{head}</b>
                <span>
                  <span className="hide-s">{distance}: </span>
                  {to}
                </span>
              </div>
            )
          })}
        </div>
      )}
    </div>
  )
}

/** The nearest situations of the past, what was suggested then, what he answered and how it ended. */
export function Cases({ decision }: { readonly decision: Decision }) {
  const { neighbours, remembered } = decision.reasons
  return (
    <div className="block">
      <div className="section">
        <span>Nearest past cases</span>
        <span className="micro">of {remembered}, likeness 0 to 1</span>
      </div>
      {neighbours.length === 0 ? (
        <p className="t3">No case has ended yet.</p>
      ) : (
        <div className="cases" data-testid="cases">
          {neighbours.map(neighbour => (
            <CaseLine
              key={neighbour.decision}
              neighbour={neighbour}
              isToday={neighbour.date === decision.date}
            />
          ))}
        </div>
      )}
    </div>
  )
}

function CaseLine({
  neighbour,
  isToday,
}: {
  readonly neighbour: Decision['reasons']['neighbours'][number]
  readonly isToday: boolean
}) {
  return (
    <>
      <span>
        {isToday ? '' : `${date(neighbour.date)} `}
        {minute(neighbour.time)}
      </span>
      <span className="t2">{number(neighbour.likeness)}</span>
      <span className="t2 ell">
        {neighbour.action}, {neighbour.answer}
      </span>
      <span className={`b r ${tone(neighbour.net)}`}>{profit(neighbour.net)}</span>
    </>
  )
}

/** What was not known when it was decided, in the same type as everything else. */
export function Unknowns({ decision }: { readonly decision: Decision }) {
  const { unknown } = decision.reasons
  return (
    <div className="block">
      <div className="section">
        <span>Not known</span>
      </div>
      <p className="t2">
        {unknown.length === 0 ? 'Nothing that this decision looks at was missing.' : unknown.join(' ')}
      </p>
    </div>
  )
}

import './later.css'
import { setView } from '../state/viewStore.ts'
import { BoundedSlider } from '../ui/BoundedSlider.tsx'
import { minute, number } from '../ui/format.ts'
import { FACTORS, type LaterMarket } from './laterMarket.ts'

/** The time and the volatility that are looked at; payoff and scenarios share them. */
export function LaterSliders({
  later,
  shows = 'both',
}: {
  readonly later: LaterMarket
  readonly shows?: 'both' | 'time' | 'volatility'
}) {
  const { times, place, factor } = later
  return (
    <div className="later">
      {shows !== 'volatility' && (
        <BoundedSlider
          label="Time"
          value={place}
          low={0}
          high={times.length - 1}
          step={1}
          text={place === 0 ? 'now' : minute(later.time)}
          onChange={next => setView({ laterTime: next === 0 ? undefined : times[next] })}
        />
      )}
      {shows !== 'time' && (
        <BoundedSlider
          label="Volatility"
          value={factor}
          {...FACTORS}
          text={factorWords(factor)}
          onChange={next => setView({ volatilityFactor: Math.round(next * 100) / 100 })}
        />
      )}
    </div>
  )
}

/** A factor on volatility as a change: as it is, +10 %, −25 %. */
export function factorWords(factor: number): string {
  const share = Math.round((factor - 1) * 100)
  return share === 0 ? 'as it is' : `${share > 0 ? '+' : ''}${number(share, 0)} %`
}

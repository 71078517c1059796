import type { Settings } from '../adapters/settings/settings.ts'
import type { SuggestionRules } from '../engine/book/bookEvent.ts'

const SECOND = 1000
const MINUTE = 60 * SECOND

/** How suggestions are made, from the settings as people write them. */
export function suggestionRules(settings: Settings): SuggestionRules {
  const { suggestion, fees } = settings
  return {
    cadence: suggestion.cadence * SECOND,
    life: suggestion.life * SECOND,
    plan: {
      wingShare: suggestion.wingShare,
      minimumCredit: suggestion.minimumCredit,
      takeProfitShare: suggestion.takeProfitShare,
      stopMultiple: suggestion.stopMultiple,
      horizon: suggestion.horizon * MINUTE,
      walkSteps: suggestion.walkSteps,
      walkEvery: suggestion.walkEvery * SECOND,
      fees,
    },
    sizing: {
      by: suggestion.sizing,
      bankroll: suggestion.bankroll,
      volatilityTarget: suggestion.volatilityTarget,
    },
  }
}

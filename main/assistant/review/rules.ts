import type { Rule } from './rule.ts'
import { DESK_RULES } from './rules/deskRules.ts'
import { PRICING_RULES } from './rules/pricingRules.ts'
import { STRATEGY_RULES } from './rules/strategyRules.ts'

/** Every rule of the domain expert. Of two that show the same failing input on a function the earlier one is told. */
export const REVIEW_RULES: readonly Rule[] = [...PRICING_RULES, ...STRATEGY_RULES, ...DESK_RULES]

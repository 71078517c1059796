import type { Rule } from './rule.ts'
import { americanAsEuropean } from './rules/americanAsEuropean.ts'
import { greekUnits } from './rules/greekUnits.ts'
import { ignoredArgument } from './rules/ignoredArgument.ts'
import { payoffWithoutStrike } from './rules/payoffWithoutStrike.ts'
import { powerForProduct } from './rules/powerForProduct.ts'
import { d1Sign, paritySign, swappedNames } from './rules/pricingSigns.ts'
import { timeUnits } from './rules/timeUnits.ts'

/** Every rule of the domain expert. Of two that show the same failing input on a function the earlier one is told. */
export const REVIEW_RULES: readonly Rule[] = [
  powerForProduct,
  payoffWithoutStrike,
  d1Sign,
  paritySign,
  swappedNames,
  ignoredArgument,
  timeUnits,
  greekUnits,
  americanAsEuropean,
]

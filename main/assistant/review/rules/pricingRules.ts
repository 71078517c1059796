import type { Rule } from '../rule.ts'
import { americanAsEuropean } from './americanAsEuropean.ts'
import { greekUnits } from './greekUnits.ts'
import { ignoredArgument } from './ignoredArgument.ts'
import { payoffWithoutStrike } from './payoffWithoutStrike.ts'
import { powerForProduct } from './powerForProduct.ts'
import { d1Sign, paritySign, swappedNames } from './pricingSigns.ts'
import { timeUnits } from './timeUnits.ts'

/** Rules about formulas of prices, Greeks, payoffs and time. */
export const PRICING_RULES: readonly Rule[] = [
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

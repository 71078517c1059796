// The few options for which the vector formulas do not hold: nothing left to chance, numbers near the ends of what a double can
// hold, or no numbers at all. They are worked out one by one, with the decisions of core/pricing/blackScholes.ts.
#pragma once

#include "europeanRows.h"

namespace KERNELS {

static inline double normalBelow(double x) { return 0.5 * __builtin_erfc(-x * 0.70710678118654752); }

/** Whether a term is no number, or one that no option can have. */
static inline bool isSenseless(const Terms& t) {
  bool isFinite = __builtin_isfinite(t.spot) && __builtin_isfinite(t.strike) && __builtin_isfinite(t.years) &&
                  __builtin_isfinite(t.discountYears) && __builtin_isfinite(t.volatility) && __builtin_isfinite(t.rate) &&
                  __builtin_isfinite(t.yield);
  return !isFinite || t.spot < 0 || t.strike < 0 || t.years < 0 || t.volatility < 0;
}

/** The Greeks where it is sure whether the option will be exercised; at the very strike, half of it is. */
static inline void sureGreeks(const Terms& t, double sign, double* greeks) {
  double carried = __builtin_exp(-t.yield * t.discountYears);
  double discounted = __builtin_exp(-t.rate * t.discountYears);
  double ahead = sign * (t.spot * carried - t.strike * discounted);
  double inside = ahead > 0 ? 1 : ahead == 0 ? 0.5 : 0;
  double accrues = t.discountYears > 0 ? 1 : 0;
  double shares = sign * inside * carried;
  double owed = sign * inside * t.strike * discounted;
  greeks[PRICE] = ahead > 0 ? ahead : 0;
  greeks[DELTA] = shares;
  greeks[THETA] = accrues * (t.yield * t.spot * shares - t.rate * owed);
  greeks[RHO] = t.discountYears * owed;
  greeks[CHARM] = accrues * t.yield * shares;
}

/** The Greeks by the textbook, for extreme but possible terms. */
static inline void extremeGreeks(const Terms& t, double sign, double* greeks) {
  double carried = __builtin_exp(-t.yield * t.discountYears);
  double discounted = __builtin_exp(-t.rate * t.discountYears);
  double forward = t.spot * __builtin_exp((t.rate - t.yield) * t.discountYears);
  double deviation = t.volatility * __builtin_sqrt(t.years);
  double d1 = __builtin_log1p((forward - t.strike) / t.strike) / deviation + deviation / 2;
  d1 = d1 > 1e8 ? 1e8 : d1 < -1e8 ? -1e8 : d1;
  double d2 = d1 - deviation;
  double density = carried * DENSITY_AT_ZERO * __builtin_exp(-0.5 * d1 * d1);
  double shares = sign * carried * normalBelow(sign * d1);
  double owed = sign * t.strike * discounted * normalBelow(sign * d2);
  double accrues = t.discountYears > 0 ? 1 : 0;
  double vega = t.spot * density * __builtin_sqrt(t.years);
  double worth = t.spot * shares - owed;
  greeks[PRICE] = worth > 0 ? worth : 0;
  greeks[DELTA] = shares;
  greeks[GAMMA] = density / (t.spot * deviation);
  greeks[THETA] = -vega * t.volatility / (2 * t.years) + accrues * (t.yield * t.spot * shares - t.rate * owed);
  greeks[VEGA] = vega;
  greeks[RHO] = t.discountYears * owed;
  greeks[VANNA] = -density * d2 / t.volatility;
  greeks[CHARM] =
      accrues * t.yield * shares - density * (accrues * (t.rate - t.yield) / deviation - d2 / (2 * t.years));
  greeks[VOMMA] = vega * d1 * d2 / t.volatility;
}

/** Price and Greeks of one option, whatever its terms are; NaN where they are no option's. */
static inline void limitGreeks(const Terms& t, double sign, double* greeks) {
  double empty = isSenseless(t) ? __builtin_nan("") : 0;
  for (int greek = 0; greek < GREEKS; greek += 1) greeks[greek] = empty;
  if (empty != 0) return;
  bool isSure = t.volatility * __builtin_sqrt(t.years) == 0 || t.spot == 0 || t.strike == 0;
  if (isSure) sureGreeks(t, sign, greeks);
  else extremeGreeks(t, sign, greeks);
}

}  // namespace KERNELS

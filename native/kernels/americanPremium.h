// The value of American puts once their boundaries are known: the European value and the premium integral of I. Kim, "The
// analytic valuation of American options", Review of Financial Studies 3 (1990), with its derivatives by the spot.
#pragma once

#include "americanBoundary.h"
#include "americanRules.h"
#include "lanes.h"

namespace KERNELS::american {

/** A value and its first derivatives by the logarithm of the spot; ORDERS of them, the value itself is order 0. */
template <int ORDERS>
struct Derivatives {
  Vector order[ORDERS];
};

/** The European value of puts of strike 1 at a logarithmic level of the spot. */
struct EuropeanPuts {
  Vector d1, d2;
  /** Strike and spot as they count today: e^-interest, e^(level - dividends). */
  Vector strikeNow, spotNow;
  /** spotNow times the density at d1, which is strikeNow times that at d2. */
  Vector density;
  Vector value;
  /** Chances of ending in the money: N(-d2), and the same counted in shares, N(-d1). */
  Vector below2, below1;
};

KERNEL_INLINE EuropeanPuts europeanPuts(const UnitPuts& puts, Vector level) {
  EuropeanPuts put;
  put.d1 = (level + puts.interest - puts.dividends) / puts.deviation + 0.5 * puts.deviation;
  put.d2 = put.d1 - puts.deviation;
  put.strikeNow = exponential(-puts.interest);
  put.spotNow = exponential(level - puts.dividends);
  Vector density = DENSITY_AT_ZERO * exponential(put.d1 * put.d1 * -0.5);
  put.density = put.spotNow * density;
  Vector ratio1 = millsRatio(absolute(put.d1)), ratio2 = millsRatio(absolute(put.d2));
  Vector tail1 = put.density * ratio1, tail2 = put.density * ratio2;
  Integers isAbove1 = put.d1 > all(0.0), isAbove2 = put.d2 > all(0.0);
  // Never a difference of near equals: out of the money the tails, in the money the forward beside them
  Vector timeValue = absolute(tail1 - tail2);
  Vector ahead = put.strikeNow - put.spotNow;
  Vector sameSide = choose(isAbove1, timeValue, timeValue + ahead);
  put.value = choose(isAbove1 ^ isAbove2, put.strikeNow - tail1 - tail2, sameSide);
  put.below1 = choose(isAbove1, density * ratio1, 1.0 - density * ratio1);
  put.below2 = choose(isAbove2, tail2 / put.strikeNow, 1.0 - tail2 / put.strikeNow);
  return put;
}

/** The European value and its derivatives by the level. */
KERNEL_INLINE Derivatives<4> europeanDerivatives(const UnitPuts& puts, const EuropeanPuts& put) {
  Vector first = -put.spotNow * put.below1;
  Vector bend = put.density / puts.deviation;
  return {{put.value, first, first + bend, first + bend * (2.0 - put.d1 / puts.deviation)}};
}

/** What early exercise adds at one point of time, by the square distance of the boundary then; the sum of all is the premium. */
template <class MATH, int ORDERS>
KERNEL_INLINE void addPremium(const UnitPuts& puts, Vector level, Vector spot, double rootOfGap, double weight, Vector square,
                              Derivatives<ORDERS>* sum) {
  Vector spread = puts.deviation * rootOfGap;
  Vector ratio = 1.0 / spread;
  double gap = rootOfGap * rootOfGap;
  Vector d2 = (level - levelBelow(puts.start, square) + (puts.interest - puts.dividends) * gap) * ratio - 0.5 * spread;
  Vector d1 = d2 + spread;
  Vector earned = puts.interest * weight * MATH::exponentialOf(puts.interest * -gap);
  Vector paid = puts.dividends * weight * spot * MATH::exponentialOf(puts.dividends * -gap);
  Vector density1 = densityOf<MATH>(d1), density2 = densityOf<MATH>(d2);
  Vector paidNow = paid * distributionOf<MATH>(-d1, density1);
  sum->order[0] += earned * distributionOf<MATH>(-d2, density2) - paidNow;
  if (ORDERS == 1) return;
  Vector earnedDensity = earned * ratio * density2, paidDensity = paid * ratio * density1;
  sum->order[1 % ORDERS] += paidDensity - earnedDensity - paidNow;
  if (ORDERS < 4) return;
  Vector slope1 = d1 * ratio, slope2 = d2 * ratio;
  // Each derivative of a density brings -d / spread, and of a paid term also the term itself
  sum->order[2 % ORDERS] += earnedDensity * slope2 + paidDensity * (2.0 - slope1) - paidNow;
  Vector square1 = slope1 * slope1 - ratio * ratio, square2 = slope2 * slope2 - ratio * ratio;
  sum->order[3 % ORDERS] += paidDensity * (3.0 - 3.0 * slope1 + square1) - earnedDensity * square2 - paidNow;
}

/** The premium of early exercise and its derivatives by the level, from boundaries at the nodes. */
template <class MATH, int ORDERS, int DEGREE, int POINTS>
static inline Derivatives<ORDERS> exercisePremium(const PremiumRule<DEGREE, POINTS>& rule, const UnitPuts& puts,
                                                  const Boundaries<DEGREE>& boundary, Vector level) {
  Derivatives<ORDERS> sum = {};
  Vector spot = exponential(level);
#pragma GCC unroll 2
  for (int point = 0; point < POINTS; point += 1) {
    Vector square = interpolate<DEGREE>(rule.basis[point], boundary.squares);
    addPremium<MATH>(puts, level, spot, rule.rootOfGap[point], rule.weight[point], square, &sum);
  }
  return sum;
}

}  // namespace KERNELS::american

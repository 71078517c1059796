// Implied volatility of one option by a search that cannot fail: for quotes that have no volatility, and for those that are too far
// from the forward, too wide or too near to the maximum for the quick way.
#pragma once

#include "europeanRows.h"

namespace KERNELS {

/**
 * One quote; the price is undiscounted. `gap` is the forward less the strike and `distance` |ln(forward / strike)|: both are told
 * apart, as the forward itself has lost the digits of a minute in rounding.
 */
struct Quote {
  double forward, strike, years, price, sign;
  double gap, distance;
};

/** |ln(forward / strike)| from a spot and the logarithm of what it earns until then. */
static inline double distanceOf(double spot, double strike, double drift) {
  double log = spot < strike ? -__builtin_log1p((strike - spot) / spot) : __builtin_log1p((spot - strike) / strike);
  return __builtin_fabs(log + drift);
}

static inline double ratioOf(const double* above, int aboveCount, const double* below, int belowCount, double x) {
  double up = above[aboveCount - 1], down = below[belowCount - 1];
  for (int power = aboveCount - 2; power >= 0; power -= 1) up = up * x + above[power];
  for (int power = belowCount - 2; power >= 0; power -= 1) down = down * x + below[power];
  return up / down;
}

/** The Mills ratio anywhere; beyond 60 by its asymptotic series. */
static inline double millsRatioAnywhere(double x) {
  if (x < 0) return 2.5066282746310002 * __builtin_exp(0.5 * x * x) - millsRatioAnywhere(-x);
  double y = 1 / (x * x);
  if (x > 60) return (1 - y * (1 - 3 * y * (1 - 5 * y))) / x;
  return ratioOf(PRECISE_MILLS_ABOVE, 11, PRECISE_MILLS_BELOW, 12, x);
}

/** R(a - h) - R(a + h), by the Taylor series of the Mills ratio to h^9 where h is small. */
static inline double spreadAnywhere(double a, double half) {
  if (half > 0.08) return millsRatioAnywhere(a - half) - millsRatioAnywhere(a + half);
  double y = 1 / (a * a);
  double slope = a > 40 ? y * (1 - 3 * y * (1 - 5 * y * (1 - 7 * y))) : ratioOf(MILLS_SLOPE_ABOVE, 10, MILLS_SLOPE_BELOW, 12, a);
  double a2 = a * a, h2 = half * half;
  // Far out the derivatives cancel, and h is nothing beside 1 / a
  if (a > 40) return 2 * half * slope * (1 + h2 * y * (1 + a2 * a2 * h2 * y / 20));
  double second = 1 - slope - a2 * slope;
  double third = second - 2 * slope;
  double fourth = a2 * third + 3 * second;
  double fifth = fourth + 4 * third;
  double sixth = a2 * fifth + 5 * fourth;
  double seventh = sixth + 6 * fifth;
  double ninth = a2 * seventh + 7 * sixth + 8 * seventh;
  return 2 * half * (slope - h2 / 6 * (third + h2 / 20 * (fifth + h2 / 42 * (seventh + h2 / 72 * ninth))));
}

/** How far a deviation misses, in logarithms, and the step that Halley's method takes from there. */
struct Miss {
  double miss, step;
};

/** From below: the value itself, ln b(s) - ln beta. */
static inline Miss missOfValue(double distance, double logValue, double s) {
  double a = distance / s, half = s / 2;
  double spread = spreadAnywhere(a, half);
  double miss = __builtin_log(spread) - 0.5 * (a * a + half * half) - LOG_ROOT_TWO_PI - logValue;
  double slope = 1 / spread;
  double newton = -miss * spread;
  double bend = a * a / s - s / 4 - slope;
  double correction = 0.5 * newton * bend;
  return {miss, newton / (1 + (correction > -0.5 ? correction : -0.5))};
}

/** From above: what is missing to the maximum, ln(maximum - beta) - ln(maximum - b(s)), which grows with s too. */
static inline Miss missOfRest(double distance, double logRest, double s) {
  double a = distance / s, half = s / 2;
  double sum = millsRatioAnywhere(half - a) + millsRatioAnywhere(half + a);
  double miss = logRest - (__builtin_log(sum) - 0.5 * (a * a + half * half) - LOG_ROOT_TWO_PI);
  double slope = 1 / sum;
  double newton = -miss * sum;
  double bend = a * a / s - s / 4 + slope;
  double correction = 0.5 * newton * bend;
  return {miss, newton / (1 + (correction > -0.5 ? correction : -0.5))};
}

/** The deviation of a value and of its rest to the maximum, both over sqrt(FK); a bracket holds every step. */
static inline double searchDeviation(double distance, double value, double rest) {
  bool isFromBelow = value <= rest;
  double target = __builtin_log(isFromBelow ? value : rest);
  double low = 0, high = __builtin_inf();
  // Near the forward value / phi(0); far from it the deviation at which distance^2 / 2 s^2 outweighs all else
  double far = distance / __builtin_sqrt(2 * (target < -1 ? -target : 1));
  double near = value * 2.5066282746310002;
  double s = far > near ? far : near;
  for (int step = 0; step < 200; step += 1) {
    Miss at = isFromBelow ? missOfValue(distance, target, s) : missOfRest(distance, target, s);
    if (at.miss > 0) high = s;
    else low = s;
    double next = s + at.step;
    if (!(next >= low && next <= high)) next = high < __builtin_inf() ? 0.5 * (low + high) : 2 * s;
    double change = __builtin_fabs(next - s);
    s = next;
    // Steps triple the digits: after a millionth nothing is left, save for what a bisection may have taken away
    if (change <= 1e-6 * s && change >= 0.999 * __builtin_fabs(at.step)) break;
    if (change <= 2e-16 * s) break;
  }
  return s;
}

/** Decides what a price says: writes the volatility, NaN where there is none, and returns the status. */
static inline VolatilityStatus searchVolatility(const Quote& quote, double* volatility) {
  *volatility = __builtin_nan("");
  if (quote.years <= 0) return EXPIRED;
  double ahead = quote.sign > 0 ? quote.gap : -quote.gap;
  double intrinsic = ahead > 0 ? ahead : 0;
  double value = quote.price - intrinsic;
  if (__builtin_isnan(value + ahead + quote.years + quote.sign)) return NOT_A_NUMBER;
  if (value < 0) return BELOW_INTRINSIC;
  double larger = quote.price > intrinsic ? quote.price : intrinsic;
  if (value <= 4 * __DBL_EPSILON__ * larger) return LOST_IN_ROUNDING;
  double maximum = quote.forward < quote.strike ? quote.forward : quote.strike;
  if (value >= maximum * (1 - 1e-13)) return ABOVE_MAXIMUM;
  // Dividing first keeps the product of forward and strike inside the range of numbers
  double scale = __builtin_sqrt(quote.forward) * __builtin_sqrt(quote.strike);
  double rest = (quote.sign > 0 ? quote.forward : quote.strike) - quote.price;
  double deviation = searchDeviation(quote.distance, value / scale, rest / scale);
  if (!(deviation > 0) || !(deviation < 1e10)) return LOST_IN_ROUNDING;
  *volatility = deviation / __builtin_sqrt(quote.years);
  return OK;
}

}  // namespace KERNELS

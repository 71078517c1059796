// Price and Greeks of American options from the value of a put of strike 1 and its derivatives. A call is a put with spot and strike,
// rate and yield exchanged (R. McDonald and M. Schroder, "A parity result for American options", 1998).
#pragma once

#include "americanBoundary.h"
#include "americanPremium.h"
#include "americanRules.h"
#include "lanes.h"

namespace KERNELS::american {

/** Options as the caller gives them. */
struct Terms {
  Vector spot, strike, years, discountYears, volatility, rate, dividendYield;
  /** Set where the option is a put. */
  Integers isPut;
};

/** What of the options is worth what: which of them has which kind of value. */
struct Cases {
  /** Priced by collocation. */
  Integers american;
  /** Neither chance nor carry meet: the better of the European value and that without chance. */
  Integers certain;
  /** Terms that are not numbers, or such as only the reference prices: markets with two boundaries (negative rates) and extreme ones. */
  Integers unknown;
};

/** Options as puts of strike 1, at a level of the spot, in units of `scale` dollars. */
struct Mirrored {
  UnitPuts puts;
  Vector level, scale, earned, paid;
  Cases cases;
};

/** Beyond these the collocation here is too coarse: rates a year, rates over the life, volatility times the root of the life. */
static const double LARGEST_RATE = 0.5;
static const double LARGEST_INTEREST = 2;
static const double LARGEST_DEVIATION = 3;

/** Whether rates are beyond what is priced here. */
KERNEL_INLINE Integers isExtreme(Vector rate, Vector time) {
  Vector size = absolute(rate);
  return (time > all(0.0)) & ((size > all(LARGEST_RATE)) | (size * time > all(LARGEST_INTEREST)));
}

static const double NEGLIGIBLE_SHARE = 1e-10;
static const double SMALLEST_DEVIATION = 1e-5;

KERNEL_INLINE Mirrored mirrored(const Terms& terms) {
  Integers isPut = terms.isPut;
  Vector own = choose(isPut, terms.spot, terms.strike), other = choose(isPut, terms.strike, terms.spot);
  Vector earned = choose(isPut, terms.rate, terms.dividendYield), paid = choose(isPut, terms.dividendYield, terms.rate);
  Vector time = choose(terms.discountYears > all(0.0), terms.discountYears, all(0.0));
  Vector interest = earned * time, dividends = paid * time;
  Vector deviation = terms.volatility * squareRoot(atLeast(terms.years, 0.0));
  Integers isWorthless = (interest < all(NEGLIGIBLE_SHARE)) & (interest - dividends < all(NEGLIGIBLE_SHARE));
  Vector smallest = choose(isWorthless, all(1e-12), all(SMALLEST_DEVIATION));
  Integers hasMoneyness = (own > all(1e-290)) & (other > all(1e-290));
  Integers isCertain = ~((deviation > smallest) & hasMoneyness);
  Vector sum = own + other + deviation + interest + dividends;
  Integers isNumber = (sum - sum) == all(0.0);
  Integers isForeign = ((interest < all(0.0)) & ~isWorthless) | isExtreme(earned, time) | isExtreme(paid, time);
  Integers isAmerican = isNumber & ~isWorthless & ~isCertain & ~isForeign;
  // Lanes without an answer here get harmless terms
  Integers isEuropean = isNumber & hasMoneyness & ~isForeign;
  UnitPuts puts = unitPuts(choose(isEuropean, interest, all(0.0)), choose(isEuropean, dividends, all(0.0)),
                           choose(isEuropean, atLeast(deviation, 1e-12), all(1e-12)));
  Vector level = logRatio(choose(isEuropean, own, all(1.0)), choose(isEuropean, other, all(1.0)));
  return {puts, level, other, earned, paid, {isAmerican, isNumber & isCertain & ~isForeign, ~isNumber | isForeign}};
}

/** The value of puts of strike 1 and what the Greeks need of its derivatives: by the level, the deviation and the interest. */
struct UnitValue {
  Derivatives<4> byLevel;
  Vector byDeviation, byDeviationTwice, levelByDeviation;
  /** By interest where the option is a put, by dividends where it is a call: both are the rate. */
  Vector byRate;
  Integers isExercised;
};

KERNEL_INLINE UnitPuts withDeviation(UnitPuts puts, Vector deviation) {
  puts.deviation = deviation;
  return puts;
}

/** How far the rate is shifted to learn the slope by it, as interest over the life. */
KERNEL_INLINE Vector rateShift(const UnitPuts& puts, Integers isPut) {
  Vector size = absolute(puts.dividends);
  Vector larger = choose(size > puts.interest, size, puts.interest);
  return 1e-3 * choose(isPut, puts.interest, larger);
}

KERNEL_INLINE UnitPuts withRate(const UnitPuts& puts, Integers isPut, Vector shift) {
  return unitPuts(choose(isPut, puts.interest + shift, puts.interest), choose(isPut, puts.dividends, puts.dividends + shift), puts.deviation);
}

/** The premium with its derivatives by the level, and of puts with a little less and more deviation and rate. */
struct PremiumSlopes {
  Derivatives<4> base;
  Derivatives<2> low, high;
  Derivatives<1> cheap, dear;
};

/** By how much, as a share of it, the deviation is shifted to learn the slopes by it. */
static const double DEVIATION_STEP = 2e-3;

template <class PREMIUM>
static inline PremiumSlopes premiumSlopes(const PREMIUM& source, const Mirrored& option, Integers isPut, Vector* boundaryNow) {
  const UnitPuts& puts = option.puts;
  Vector step = puts.deviation * DEVIATION_STEP, shift = rateShift(puts, isPut), unused;
  return {source.template premiumOf<4>(puts, option.level, 1, boundaryNow),
          source.template premiumOf<2>(withDeviation(puts, puts.deviation - step), option.level, 1, &unused),
          source.template premiumOf<2>(withDeviation(puts, puts.deviation + step), option.level, 1, &unused),
          source.template premiumOf<1>(withRate(puts, isPut, -shift), option.level, 0, &unused),
          source.template premiumOf<1>(withRate(puts, isPut, shift), option.level, 2, &unused)};
}

template <int ORDERS>
KERNEL_INLINE Derivatives<ORDERS> chosen(Integers mask, Derivatives<ORDERS> yes, const Derivatives<ORDERS>& no) {
  for (int order = 0; order < ORDERS; order += 1) yes.order[order] = choose(mask, yes.order[order], no.order[order]);
  return yes;
}

/** Distance from the boundary, in deviations, within which the premium is summed by more points. */
static const double NEAR = 0.3;

/** The slopes by any points, and next to the boundary by those that hold there. */
template <class PREMIUM>
static inline PremiumSlopes refinedSlopes(const PREMIUM& source, const Mirrored& option, Integers isPut, Vector* boundaryNow) {
  PremiumSlopes slopes = premiumSlopes(source, option, isPut, boundaryNow);
  Vector distance = option.level - *boundaryNow;
  Integers isNear = option.cases.american & (distance > all(0.0)) & (distance < option.puts.deviation * NEAR);
  if (!any(isNear)) return slopes;
  Vector unused;
  PremiumSlopes near = premiumSlopes(source.near(), option, isPut, &unused);
  return {chosen(isNear, near.base, slopes.base), chosen(isNear, near.low, slopes.low), chosen(isNear, near.high, slopes.high),
          chosen(isNear, near.cheap, slopes.cheap), chosen(isNear, near.dear, slopes.dear)};
}

/**
 * The value and its derivatives. By the level they are those of the integral; by deviation and rate the European part is in
 * closed form and the premium is differenced. PREMIUM gives the premium of shifted puts and the level of their boundary now:
 * `premiumOf<ORDERS>(puts, level, rateIndex, &boundaryNow)`; the rate index is 0, 1 or 2 for a lower, the own and a higher rate.
 */
template <class PREMIUM>
static inline UnitValue unitValue(const PREMIUM& source, const Mirrored& option, Integers isPut) {
  const UnitPuts& puts = option.puts;
  EuropeanPuts european = europeanPuts(puts, option.level);
  UnitValue value;
  value.byLevel = europeanDerivatives(puts, european);
  value.byDeviation = european.density;
  value.byDeviationTwice = european.density * european.d1 * european.d2 / puts.deviation;
  value.levelByDeviation = -european.density * european.d2 / puts.deviation;
  value.byRate = choose(isPut, -european.strikeNow * european.below2, european.spotNow * european.below1);
  value.isExercised = Integers{};
  if (!any(option.cases.american)) return value;
  Integers mask = option.cases.american;
  Vector none = all(0.0), step = puts.deviation * DEVIATION_STEP, shift = rateShift(puts, isPut);
  Vector boundaryNow;
  const auto [base, low, high, cheap, dear] = refinedSlopes(source, option, isPut, &boundaryNow);
  for (int order = 0; order < 4; order += 1) value.byLevel.order[order] += choose(mask, base.order[order], none);
  value.byDeviation += choose(mask, (high.order[0] - low.order[0]) / (2.0 * step), none);
  value.byDeviationTwice += choose(mask, (high.order[0] + low.order[0] - 2.0 * base.order[0]) / (step * step), none);
  value.levelByDeviation += choose(mask, (high.order[1] - low.order[1]) / (2.0 * step), none);
  value.byRate += choose(mask & (shift > none), (dear.order[0] - cheap.order[0]) / (2.0 * shift), none);
  value.isExercised = mask & ((option.level <= boundaryNow) | (value.byLevel.order[0] < 1.0 - exponential(option.level)));
  return value;
}

/** Where exercise is right now, the value is what it pays. */
KERNEL_INLINE UnitValue exercisedWhereRight(UnitValue value, Vector level) {
  Integers mask = value.isExercised;
  Vector spot = exponential(level), none = all(0.0);
  value.byLevel.order[0] = choose(mask, 1.0 - spot, value.byLevel.order[0]);
  for (int order = 1; order < 4; order += 1) value.byLevel.order[order] = choose(mask, -spot, value.byLevel.order[order]);
  value.byDeviation = choose(mask, none, value.byDeviation);
  value.byDeviationTwice = choose(mask, none, value.byDeviationTwice);
  value.levelByDeviation = choose(mask, none, value.levelByDeviation);
  value.byRate = choose(mask, none, value.byRate);
  return value;
}

/** The nine outputs, in the order of the European kernel. */
struct Outputs {
  Vector price, delta, gamma, theta, vega, rho, vanna, charm, vomma;
};

/** Outputs of one lane or another. */
static inline Outputs chosen(Integers mask, const Outputs& yes, const Outputs& no) {
  return {choose(mask, yes.price, no.price), choose(mask, yes.delta, no.delta), choose(mask, yes.gamma, no.gamma),
          choose(mask, yes.theta, no.theta), choose(mask, yes.vega, no.vega),   choose(mask, yes.rho, no.rho),
          choose(mask, yes.vanna, no.vanna), choose(mask, yes.charm, no.charm), choose(mask, yes.vomma, no.vomma)};
}

/** How the value and its first derivative fall as time passes, by the equation of Black and Scholes, on two clocks. */
struct Decay {
  Vector value, first;
};

KERNEL_INLINE Decay decayOf(const Terms& terms, const Mirrored& option, const UnitValue& value) {
  const Vector(&u)[4] = value.byLevel.order;
  Vector half = option.puts.deviation * option.puts.deviation * 0.5, quarter = option.puts.deviation * 0.5;
  Integers accrues = terms.discountYears > all(0.0);
  Vector clocks = choose(accrues, 1.0 / terms.discountYears - 1.0 / terms.years, all(0.0));
  Vector earned = choose(accrues, option.earned, all(0.0)), carry = choose(accrues, option.earned - option.paid, all(0.0));
  Vector bend = half * (u[2] - u[1]), nextBend = half * (u[3] - u[2]);
  Vector ofValue = bend / terms.years + (bend - quarter * value.byDeviation) * clocks + carry * u[1] - earned * u[0];
  Vector ofFirst = nextBend / terms.years + (nextBend - quarter * value.levelByDeviation) * clocks + carry * u[2] - earned * u[1];
  Vector none = all(0.0);
  return {choose(value.isExercised, none, ofValue), choose(value.isExercised, none, ofFirst)};
}

static inline Outputs assembled(const Terms& terms, const Mirrored& option, const UnitValue& value) {
  const Vector(&u)[4] = value.byLevel.order;
  Integers isPut = terms.isPut;
  Decay decay = decayOf(terms, option, value);
  Vector root = squareRoot(terms.years), ratio = terms.strike / terms.spot;
  Vector size = choose(isPut, ratio, all(1.0));
  Vector vanna = choose(isPut, value.levelByDeviation, value.byDeviation - value.levelByDeviation);
  Vector charm = choose(isPut, decay.first, decay.value - decay.first);
  Outputs out;
  out.price = option.scale * u[0];
  out.delta = size * choose(isPut, u[1], u[0] - u[1]);
  out.gamma = size * (u[2] - u[1]) / terms.spot;
  out.theta = -option.scale * decay.value;
  out.vega = option.scale * value.byDeviation * root;
  out.rho = option.scale * value.byRate * terms.discountYears;
  out.vanna = size * vanna * root;
  out.charm = -size * charm;
  out.vomma = option.scale * value.byDeviationTwice * terms.years;
  return out;
}

/** One moment at which an option without chance may be exercised. */
struct Exercise {
  Vector value, delta;
};

KERNEL_INLINE Exercise exercisedAfter(const Terms& terms, Vector time) {
  Vector sign = choose(terms.isPut, all(-1.0), all(1.0));
  Vector share = exponential(-terms.dividendYield * time);
  return {sign * (terms.spot * share - terms.strike * exponential(-terms.rate * time)), sign * share};
}

KERNEL_INLINE Exercise betterOf(Exercise first, Exercise second) {
  Integers isBetter = second.value > first.value;
  return {choose(isBetter, second.value, first.value), choose(isBetter, second.delta, first.delta)};
}

/** Options on an underlying that moves by its carry alone: the best of now, expiry, and where interest and dividends balance. */
static inline Exercise certainValue(const Terms& terms) {
  Vector time = atLeast(terms.discountYears, 0.0);
  Vector dividends = terms.dividendYield * terms.spot, interest = terms.rate * terms.strike;
  Integers balances = (dividends > all(1e-290)) & (interest > all(1e-290)) & (terms.rate != terms.dividendYield);
  Vector moment = logRatio(choose(balances, dividends, all(1.0)), choose(balances, interest, all(1.0))) /
                  choose(balances, terms.dividendYield - terms.rate, all(1.0));
  moment = choose(balances & (moment > all(0.0)) & (moment < time), moment, time);
  Exercise best = betterOf({all(0.0), all(0.0)}, exercisedAfter(terms, all(0.0)));
  return betterOf(betterOf(best, exercisedAfter(terms, time)), exercisedAfter(terms, moment));
}

}  // namespace KERNELS::american

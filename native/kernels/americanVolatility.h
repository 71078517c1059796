// The volatility at which the American value gives a price back, LANES quotes at a time, or why there is none.
#pragma once

#include "americanPrices.h"

namespace KERNELS::american {

/** How a quote ended; the codes of core/pricing/impliedVolatility.ts. */
enum Status { OK = 0, BELOW_INTRINSIC = 1, ABOVE_MAXIMUM = 2, LOST_IN_ROUNDING = 3, EXPIRED = 4, NOT_A_NUMBER = 5 };

/** Volatilities and the status of each quote, as numbers. */
struct Volatilities {
  Vector volatility, status;
};

/** Volatilities of one lane or another. */
static inline Volatilities chosen(Integers mask, const Volatilities& yes, const Volatilities& no) {
  return {choose(mask, yes.volatility, no.volatility), choose(mask, yes.status, no.status)};
}

static constexpr int MOST_STEPS = 40;
/** Steps of the logarithm of volatility below which it is found. */
static const double FOUND = 2e-14;

/** What is sought: a put of strike 1 whose value lies `excess` above that of an underlying without chance. */
struct Quest {
  Mirrored option;
  Vector certain, excess;
};

/** A trial: what the value exceeds the certain one by, and the European slope by the deviation. */
struct Trial {
  Vector excess, slope;
};

template <class PREMIUM>
static inline Trial tryDeviation(const PREMIUM& source, const Quest& quest, Vector deviation) {
  UnitPuts puts = withDeviation(quest.option.puts, deviation);
  Vector level = quest.option.level;
  EuropeanPuts european = europeanPuts(puts, level);
  Vector value = european.value;
  if (any(quest.option.cases.american)) {
    Vector boundaryNow;
    Vector premium = source.template premiumOf<1>(puts, level, 1, &boundaryNow).order[0];
    Vector held = value + atLeast(premium, 0.0);
    value = choose(quest.option.cases.american, choose(level <= boundaryNow, quest.certain, held), value);
  }
  return {value - quest.certain, european.density};
}

/** A first deviation from the normal (Bachelier) model, right in both limits. */
KERNEL_INLINE Vector firstDeviation(const Quest& quest) {
  const UnitPuts& puts = quest.option.puts;
  Vector forward = quest.option.level + puts.interest - puts.dividends;
  Vector distance = absolute(forward), value = quest.excess * exponential(puts.interest - forward * 0.5);
  Vector spread = logarithm(1.0 + DENSITY_AT_ZERO * distance / atLeast(value, 1e-290));
  Vector near = value / DENSITY_AT_ZERO;
  Vector far = distance * squareRoot(1.0 + spread * 0.5) / atLeast(spread, 1e-290);
  return atMost(atLeast(choose(distance < near * 1e-6, near, far), 1e-6), 40.0);
}

/** The deviation that gives the excess back: secants of logarithms, held inside a bracket. 0 where none is found. */
template <class PREMIUM>
static inline Vector soughtDeviation(const PREMIUM& source, const Quest& quest, Integers isSought) {
  Vector low = all(0.0), high = all(1e3), deviation = firstDeviation(quest), found = all(0.0);
  Vector lastMiss = all(0.0), lastMove = all(0.0);
  for (int step = 0; step < MOST_STEPS && any(isSought); step += 1) {
    Trial trial = tryDeviation(source, quest, deviation);
    Integers isPositive = trial.excess > all(1e-290);
    Vector miss = logRatio(choose(isPositive, trial.excess, quest.excess), quest.excess);
    Integers isHigh = isPositive & (trial.excess > quest.excess);
    high = choose(isHigh, deviation, high);
    low = choose(isHigh, low, deviation);
    // The first step takes the European slope, the others the secant through the last two
    Vector slope = step == 0 ? trial.slope * deviation / atLeast(trial.excess, 1e-290) : (miss - lastMiss) / lastMove;
    Vector move = -miss / slope;
    Vector next = deviation * exponential(atMost(atLeast(move, -1.0), 1.0));
    Integers isInside = isPositive & (next > low) & (next < high) & (move == move);
    Integers isFound = isPositive & ((absolute(move) < all(FOUND)) | (miss == all(0.0)));
    isFound |= high - low < deviation * 4e-16;
    Vector middle = choose(high < all(1e3), choose(low > all(0.0), squareRoot(low * high), high * 0.25), deviation * 2.0);
    next = choose(isInside, next, middle);
    found = choose(isSought & isFound, deviation, found);
    isSought &= ~isFound;
    lastMiss = choose(isPositive, miss, lastMiss);
    lastMove = logRatio(next, deviation);
    deviation = next;
  }
  // Rounding may keep a bracket from closing in the last digits; what is left of it is below what a price can tell
  return choose(isSought & (high - low < deviation * 1e-9), deviation, found);
}

/** The volatilities of quotes; `terms.volatility` holds their prices. */
template <class PREMIUM>
static inline Volatilities volatilitiesOf(const PREMIUM& source, Terms terms) {
  Vector price = terms.volatility;
  terms.volatility = all(1.0);
  Mirrored option = mirrored(terms);
  Vector certain = certainValue(terms).value;
  Quest quest = {option, certain / option.scale, (price - certain) / option.scale};
  Vector most = option.scale * choose(option.cases.american, all(1.0), exponential(-option.puts.interest));
  // In the money a price is a difference of spot and strike, and has no more digits than they
  Vector larger = choose(certain > all(0.0), terms.spot + terms.strike, price);
  Vector status = all(OK);
  status = choose(price >= most * (1.0 - 1e-13), all(ABOVE_MAXIMUM), status);
  status = choose(price - certain <= larger * 4.5e-16, all(LOST_IN_ROUNDING), status);
  status = choose(price - certain < larger * -4.5e-16, all(BELOW_INTRINSIC), status);
  status = choose(~(terms.years > all(0.0)), all(EXPIRED), status);
  Integers isNumber = (price - price == all(0.0)) & (terms.years == terms.years) & ~option.cases.unknown;
  status = choose(isNumber, status, all(NOT_A_NUMBER));
  Integers isSought = status == all(OK);
  if (!any(isSought)) return {all(__builtin_nan("")), status};
  quest.excess = choose(isSought, quest.excess, all(0.1));
  quest.certain = choose(isSought, quest.certain, all(0.0));
  Vector deviation = soughtDeviation(source, quest, isSought);
  Integers isFound = isSought & (deviation > all(0.0));
  status = choose(isSought & ~isFound, all(LOST_IN_ROUNDING), status);
  // So large a deviation is the reference's to find
  Integers isBeyond = isFound & (deviation > all(LARGEST_DEVIATION));
  status = choose(isBeyond, all(NOT_A_NUMBER), status);
  isFound &= ~isBeyond;
  return {choose(isFound, deviation / squareRoot(terms.years), all(__builtin_nan(""))), status};
}

static inline void storeVolatilities(double* volatility, unsigned char* status, size_t rows, const Volatilities& found) {
  storeRows(volatility, found.volatility, rows);
  for (size_t lane = 0; lane < LANES && lane < rows; lane += 1) status[lane] = (unsigned char)found.status[lane];
}

static void americanVolatilities(const AmericanRules& rules, size_t count, const double* const* inputs, double* volatility,
                                 unsigned char* status) {
  for (size_t first = 0; first < count; first += LANES) {
    Terms terms = termsAt(inputs, first, count - first);
    Integers isShort = terms.years < all(SHORT_LIFE);
    Volatilities found = {};
    if (any(~isShort)) found = volatilitiesOf(precisePremium(rules), terms);
    if (any(isShort)) found = chosen(isShort, volatilitiesOf(finePremium(rules), terms), found);
    storeVolatilities(volatility + first, status + first, count - first, found);
  }
}

}  // namespace KERNELS::american

// American options each with terms of their own: their boundaries are collocated one vector at a time.
#pragma once

#include "americanGreeks.h"

namespace KERNELS::american {

static constexpr Effort QUICK_EFFORT = {4, 2, 0.012};
static constexpr Effort PRECISE_EFFORT = {4, 7, 0.012};
static constexpr Effort FINE_EFFORT = {4, 11, 0.012};

/** The premium by a boundary of its own: few points and nine digits of mathematics, or many and all. */
struct QuickPremium {
  const AmericanRules& rules;

  template <int ORDERS>
  Derivatives<ORDERS> premiumOf(const UnitPuts& puts, Vector level, int, Vector* boundaryNow) const {
    Boundaries<QUICK_DEGREE> boundary = exerciseBoundaries<QuickMath>(rules.quick, puts, QUICK_EFFORT);
    *boundaryNow = levelBelow(puts.start, boundary.squares[0]);
    return exercisePremium<QuickMath, ORDERS>(rules.quickPremium, puts, boundary, level);
  }
};

template <int PREMIUM_POINTS>
struct PrecisePremiumBy {
  const AmericanRules& rules;
  const PremiumRule<PRECISE_DEGREE, PREMIUM_POINTS>& rule;

  template <int ORDERS>
  Derivatives<ORDERS> premiumOf(const UnitPuts& puts, Vector level, int, Vector* boundaryNow) const {
    Boundaries<PRECISE_DEGREE> boundary = exerciseBoundaries<ExactMath>(rules.precise, puts, PRECISE_EFFORT);
    *boundaryNow = levelBelow(puts.start, boundary.squares[0]);
    return exercisePremium<ExactMath, ORDERS>(rule, puts, boundary, level);
  }

  /** The same boundary, summed by the points that hold next to it. */
  PrecisePremiumBy<NEAR_PREMIUM_POINTS> near() const { return {rules, rules.nearPremium}; }
};

template <int PREMIUM_POINTS>
struct FinePremiumBy {
  const AmericanRules& rules;
  const PremiumRule<FINE_DEGREE, PREMIUM_POINTS>& rule;

  template <int ORDERS>
  Derivatives<ORDERS> premiumOf(const UnitPuts& puts, Vector level, int, Vector* boundaryNow) const {
    Boundaries<FINE_DEGREE> boundary = exerciseBoundaries<ExactMath>(rules.fine, puts, FINE_EFFORT);
    *boundaryNow = levelBelow(puts.start, boundary.squares[0]);
    return exercisePremium<ExactMath, ORDERS>(rule, puts, boundary, level);
  }

  /** The same boundary, summed by the points that hold next to it. */
  FinePremiumBy<NEAR_PREMIUM_POINTS> near() const { return {rules, rules.fineNearPremium}; }
};

/** The premium of rows with terms of their own. */
static inline PrecisePremiumBy<PRECISE_PREMIUM_POINTS> precisePremium(const AmericanRules& rules) { return {rules, rules.precisePremium}; }

/** The same by a finer boundary. */
static inline FinePremiumBy<PRECISE_PREMIUM_POINTS> finePremium(const AmericanRules& rules) { return {rules, rules.finePremium}; }

/** Years up to which a price is wanted to a millionth of a dollar. */
static const double SHORT_LIFE = 0.1;
/** Deviation from which this takes a finer boundary. */
static const double WIDE_DEVIATION = 0.12;

/** What exercise at once pays; below 0 where it costs. */
KERNEL_INLINE Vector exercisedNow(const Terms& terms) {
  Vector ahead = terms.spot - terms.strike;
  return choose(terms.isPut, -ahead, ahead);
}

/** Rows that only the reference prices: also those where nothing is left to chance, whose limits are its matter. */
KERNEL_INLINE Integers isUnpriced(const Mirrored& option, const Terms& terms) {
  Vector deviation = terms.volatility * squareRoot(atLeast(terms.years, 0.0));
  Integers hasChance = (deviation > all(0.0)) & ~(deviation > all(LARGEST_DEVIATION));
  Integers hasMoneyness = (terms.spot > all(0.0)) & (terms.strike > all(0.0));
  return option.cases.unknown | ~(hasChance & hasMoneyness);
}

/** Dollars of the options, from any source of premiums. */
template <class PREMIUM>
static inline Vector priceOf(const PREMIUM& source, const Terms& terms) {
  Mirrored option = mirrored(terms);
  Vector value = europeanPuts(option.puts, option.level).value;
  if (any(option.cases.american)) {
    Vector boundaryNow;
    Vector premium = source.template premiumOf<1>(option.puts, option.level, 1, &boundaryNow).order[0];
    Vector paid = 1.0 - exponential(option.level), held = value + atLeast(premium, 0.0);
    Integers isExercised = (option.level <= boundaryNow) | (held < paid);
    value = choose(option.cases.american, choose(isExercised, paid, held), value);
  }
  Vector price = option.scale * value;
  if (any(option.cases.american | option.cases.certain)) {
    // Chance never takes from what is certain
    Vector certain = certainValue(terms).value;
    price = choose((option.cases.certain | option.cases.american) & (certain > price), certain, price);
  }
  Vector exercised = exercisedNow(terms);
  price = choose(exercised > price, exercised, price);
  return choose(isUnpriced(option, terms), all(__builtin_nan("")), price);
}

/** Price and Greeks from any source of premiums. */
template <class PREMIUM>
static inline Outputs greeksOf(const PREMIUM& source, const Terms& terms) {
  Mirrored option = mirrored(terms);
  UnitValue value = exercisedWhereRight(unitValue(source, option, terms.isPut), option.level);
  Outputs out = assembled(terms, option, value);
  if (any(option.cases.certain)) {
    Integers mask = option.cases.certain;
    Exercise certain = certainValue(terms);
    Vector none = all(0.0);
    out.price = choose(mask & ~(out.price > certain.value), certain.value, out.price);
    out.delta = choose(mask, certain.delta, out.delta);
    Vector* rest[] = {&out.gamma, &out.theta, &out.vega, &out.rho, &out.vanna, &out.charm, &out.vomma};
    for (Vector* column : rest) *column = choose(mask, none, *column);
  }
  Vector exercised = exercisedNow(terms);
  out.price = choose(value.isExercised | (exercised > out.price), exercised, out.price);
  return out;
}

/** LANES rows of a column; where fewer are left, the first of them fills the vector. */
KERNEL_INLINE Vector loadRows(const double* from, size_t rows) {
  if (rows >= LANES) return load(from);
  double values[LANES];
  for (size_t lane = 0; lane < LANES; lane += 1) values[lane] = from[lane < rows ? lane : 0];
  return load(values);
}

static inline Terms termsAt(const double* const* columns, size_t first, size_t rows) {
  auto column = [=](int index) { return loadRows(columns[index] + first, rows); };
  return {column(0), column(1), column(2), column(3), column(4), column(5), column(6), column(7) < all(0.0)};
}

/** Writes the rows of a vector that there are. */
KERNEL_INLINE void storeRows(double* to, Vector value, size_t rows) {
  if (rows >= LANES) return store(to, value);
  for (size_t lane = 0; lane < rows; lane += 1) to[lane] = value[lane];
}

static inline void storeOutputs(double* const* outputs, size_t first, size_t rows, const Outputs& out, Integers unknown) {
  const Vector columns[] = {out.price, out.delta, out.gamma, out.theta, out.vega, out.rho, out.vanna, out.charm, out.vomma};
  Vector nothing = all(__builtin_nan(""));
  for (int column = 0; column < 9; column += 1) storeRows(outputs[column] + first, choose(unknown, nothing, columns[column]), rows);
}

static void americanPrices(const AmericanRules& rules, size_t count, const double* const* inputs, double* price) {
  for (size_t first = 0; first < count; first += LANES) {
    Terms terms = termsAt(inputs, first, count - first);
    Vector found = priceOf(precisePremium(rules), terms);
    Integers isWide = (terms.years < all(SHORT_LIFE)) & (terms.volatility * squareRoot(terms.years) > all(WIDE_DEVIATION));
    if (any(isWide)) found = choose(isWide, priceOf(finePremium(rules), terms), found);
    storeRows(price + first, found, count - first);
  }
}

static void americanQuickPrices(const AmericanRules& rules, size_t count, const double* const* inputs, double* price) {
  QuickPremium source{rules};
  for (size_t first = 0; first < count; first += LANES)
    storeRows(price + first, priceOf(source, termsAt(inputs, first, count - first)), count - first);
}

static void americanGreeks(const AmericanRules& rules, size_t count, const double* const* inputs, double* const* outputs) {
  for (size_t first = 0; first < count; first += LANES) {
    Terms terms = termsAt(inputs, first, count - first);
    Integers isShort = terms.years < all(SHORT_LIFE);
    Outputs out = {};
    if (any(~isShort)) out = greeksOf(precisePremium(rules), terms);
    if (any(isShort)) out = chosen(isShort, greeksOf(finePremium(rules), terms), out);
    storeOutputs(outputs, first, count - first, out, isUnpriced(mirrored(terms), terms));
  }
}

}  // namespace KERNELS::american

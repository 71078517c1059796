// American options of one expiry. Their boundary as a share of the strike depends on rate, yield, time and volatility alone: so it is
// collocated once for some volatilities, expanded over them, and serves all spots and strikes as long as the rest stands.
#pragma once

#include "americanPrices.h"
#include "americanVolatility.h"

namespace KERNELS::american {

/** Places of the numbers of an expiry, and of those that say what its boundaries hold for. */
enum ExpiryPlace { SPOT = 0, YEARS, DISCOUNT_YEARS, RATE, DIVIDEND_YIELD };
enum HeadPlace { RANGE_MIDDLE = 0, RANGE_HALF, INTEREST, DIVIDENDS };

/** The rates at which boundaries are known, as shifts of the own one; see `rateShift`. */
static const double SHIFTS[RATE_SHIFTS] = {-1, 0, 1};
/** By how much, as a logarithm, the expanded range is wider than the one asked for; the Greeks look a little beyond. */
static const double MARGIN = 0.01;

static inline void fillHead(const double* expiry, const double* range, double* head) {
  double root = __builtin_sqrt(expiry[YEARS]);
  double low = logarithm(all(range[0] * root))[0], high = logarithm(all(range[1] * root))[0];
  head[RANGE_MIDDLE] = (low + high) / 2;
  head[RANGE_HALF] = (high - low) / 2 + MARGIN;
  head[INTEREST] = expiry[RATE] * expiry[DISCOUNT_YEARS];
  head[DIVIDENDS] = expiry[DIVIDEND_YIELD] * expiry[DISCOUNT_YEARS];
}

/** Whether boundaries were made for the interest and dividends of an expiry. */
static inline bool holdFor(const double* expiry, const double* head) {
  return head[INTEREST] == expiry[RATE] * expiry[DISCOUNT_YEARS] && head[DIVIDENDS] == expiry[DIVIDEND_YIELD] * expiry[DISCOUNT_YEARS];
}

/** Where the expansions of a side and rate lie. */
static inline size_t expansionAt(bool isPut, int rateIndex) {
  return BOUNDARIES_HEAD + ((isPut ? 0 : RATE_SHIFTS) + (size_t)rateIndex) * EXPANSION_SIZE;
}

/** Options of the expiry, with a spot and strike that do not matter. */
static inline Terms expiryTerms(const double* expiry, Vector strike, Vector volatility, Integers isPut) {
  return {all(expiry[SPOT]), strike, all(expiry[YEARS]), all(expiry[DISCOUNT_YEARS]), volatility, all(expiry[RATE]),
          all(expiry[DIVIDEND_YIELD]), isPut};
}

/** Where the points of an expansion begin that hold next to the boundary; the last point is the life of the option itself. */
static constexpr int NEAR_FROM = PRECISE_PREMIUM_POINTS;
static constexpr int NOW = EXPANSION_POINTS - 1;

/** The square distance of boundaries at a point of an expansion. */
static inline Vector squareAt(const AmericanRules& rules, const Boundaries<FINE_DEGREE>& boundary, int point) {
  if (point == NOW) return boundary.squares[0];
  bool isNear = point >= NEAR_FROM;
  return interpolate<FINE_DEGREE>(isNear ? rules.fineNearPremium.basis[point - NEAR_FROM] : rules.finePremium.basis[point],
                                     boundary.squares);
}

/** Square distances of the boundaries at the deviations of the range, in units of the square deviation. */
static inline void collocateRange(const AmericanRules& rules, const UnitPuts& put, const double* head,
                                  double (*values)[EXPANSION_POINTS]) {
  for (int first = 0; first < DEVIATION_POINTS; first += LANES) {
    Vector deviation = exponential(head[RANGE_MIDDLE] + head[RANGE_HALF] * load(rules.deviationNode + first));
    UnitPuts puts = withDeviation(put, deviation);
    Boundaries<FINE_DEGREE> boundary = exerciseBoundaries<ExactMath>(rules.fine, puts, FINE_EFFORT);
    Vector ratio = 1.0 / (deviation * deviation);
    for (int point = 0; point < EXPANSION_POINTS; point += 1) {
      Vector square = squareAt(rules, boundary, point) * ratio;
      for (int lane = 0; lane < LANES; lane += 1) values[first + lane][point] = square[lane];
    }
  }
}

/** Values over the range turned into coefficients of Chebyshev polynomials, one row for each point of time. */
static inline void expandRange(const AmericanRules& rules, const double (*values)[EXPANSION_POINTS], double* expansion) {
  for (int point = 0; point < EXPANSION_POINTS; point += 1)
    for (int order = 0; order < DEVIATION_POINTS; order += LANES) {
      Vector sum = all(0.0);
      for (int node = 0; node < DEVIATION_POINTS; node += 1) sum += load(rules.deviationTransform[node] + order) * values[node][point];
      store(expansion + point * DEVIATION_POINTS + order, sum);
    }
}

static void americanBoundaries(const AmericanRules& rules, const double* expiry, const double* range, double* boundaries) {
  fillHead(expiry, range, boundaries);
  double values[DEVIATION_POINTS][EXPANSION_POINTS];
  for (int side = 0; side < 2; side += 1) {
    Integers isPut = side == 0 ? ~Integers{} : Integers{};
    Mirrored option = mirrored(expiryTerms(expiry, all(expiry[SPOT]), all(range[1]), isPut));
    if (!any(option.cases.american)) continue;
    Vector shift = rateShift(option.puts, isPut);
    for (int rate = 0; rate < RATE_SHIFTS; rate += 1) {
      collocateRange(rules, withRate(option.puts, isPut, shift * SHIFTS[rate]), boundaries, values);
      expandRange(rules, values, boundaries + expansionAt(side == 0, rate));
    }
  }
}

/** The premium by the expanded boundaries of one side. */
template <int PREMIUM_POINTS>
struct ExpansionPremium {
  const AmericanRules& rules;
  const PremiumRule<FINE_DEGREE, PREMIUM_POINTS>& rule;
  /** Which point of the expansions is the first of the rule. */
  int firstPoint;
  const double* head;
  const double* expansions;

  template <int ORDERS>
  Derivatives<ORDERS> premiumOf(const UnitPuts& puts, Vector level, int rateIndex, Vector* boundaryNow) const {
    Vector basis[DEVIATION_POINTS];
    fillBasis(puts.deviation, basis);
    const double* expansion = expansions + (size_t)rateIndex * EXPANSION_SIZE;
    Vector spot = exponential(level), variance = puts.deviation * puts.deviation;
    Derivatives<ORDERS> sum = {};
    for (int point = 0; point < PREMIUM_POINTS; point += 1) {
      Vector square = variance * series(expansion + (firstPoint + point) * DEVIATION_POINTS, basis);
      addPremium<ExactMath>(puts, level, spot, rule.rootOfGap[point], rule.weight[point], square, &sum);
    }
    Vector now = variance * series(expansion + NOW * DEVIATION_POINTS, basis);
    *boundaryNow = levelBelow(puts.start, now);
    return sum;
  }

  /** The same boundaries, summed by the points that hold next to them. */
  ExpansionPremium<NEAR_PREMIUM_POINTS> near() const { return {rules, rules.fineNearPremium, NEAR_FROM, head, expansions}; }

  /** Chebyshev polynomials of the place of a deviation in the range; outside of it, those of its nearer end. */
  void fillBasis(Vector deviation, Vector* basis) const {
    Vector x = atLeast(atMost((logarithm(deviation) - head[RANGE_MIDDLE]) / head[RANGE_HALF], 1.0), -1.0);
    basis[0] = all(1.0);
    basis[1] = x;
    for (int order = 2; order < DEVIATION_POINTS; order += 1) basis[order] = 2.0 * x * basis[order - 1] - basis[order - 2];
  }

  static Vector series(const double* coefficients, const Vector* basis) {
    Vector even = basis[0] * coefficients[0], odd = basis[1] * coefficients[1];
    for (int order = 2; order < DEVIATION_POINTS; order += 2) {
      even += basis[order] * coefficients[order];
      odd += basis[order + 1] * coefficients[order + 1];
    }
    return even + odd;
  }
};

using ExpandedPremium = ExpansionPremium<PRECISE_PREMIUM_POINTS>;

/** LANES rows of a chain: strike, volatility or price, and side. */
struct ChainRows {
  Vector strike, value;
  Integers isPut;
};

static inline ChainRows chainRowsAt(const double* const* inputs, size_t first, size_t rows) {
  return {loadRows(inputs[0] + first, rows), loadRows(inputs[1] + first, rows), loadRows(inputs[2] + first, rows) < all(0.0)};
}

/** The premium source of one side. */
static inline ExpandedPremium sideOf(const AmericanRules& rules, const double* boundaries, bool isPut) {
  return {rules, rules.finePremium, 0, boundaries, boundaries + expansionAt(isPut, 0)};
}

/** Rows that need boundaries of their own: all where those of the expiry do not hold, else those of volatilities out of the range. */
static inline Integers needOwn(const double* expiry, const double* head, Vector volatility) {
  if (!holdFor(expiry, head)) return ~Integers{};
  Vector place = logarithm(volatility * squareRoot(all(expiry[YEARS]))) - head[RANGE_MIDDLE];
  return absolute(place) > all(head[RANGE_HALF] - MARGIN / 2);
}

/** Price and Greeks of rows of either side. */
static inline Outputs sidesGreeks(const ExpandedPremium (&sides)[2], const Terms& terms) {
  bool hasPuts = any(terms.isPut), hasCalls = any(~terms.isPut);
  Outputs out = greeksOf(sides[hasPuts ? 0 : 1], terms);
  return hasPuts && hasCalls ? chosen(terms.isPut, out, greeksOf(sides[1], terms)) : out;
}

static void americanChainGreeks(const AmericanRules& rules, const double* expiry, const double* boundaries, size_t count,
                                const double* const* inputs, double* const* outputs) {
  ExpandedPremium sides[] = {sideOf(rules, boundaries, true), sideOf(rules, boundaries, false)};
  for (size_t first = 0; first < count; first += LANES) {
    ChainRows rows = chainRowsAt(inputs, first, count - first);
    Terms terms = expiryTerms(expiry, rows.strike, rows.value, rows.isPut);
    Integers own = needOwn(expiry, boundaries, rows.value);
    Outputs out = sidesGreeks(sides, terms);
    if (any(own)) out = chosen(own, greeksOf(finePremium(rules), terms), out);
    storeOutputs(outputs, first, count - first, out, isUnpriced(mirrored(terms), terms));
  }
}

/** Volatilities of rows of either side. */
static inline Volatilities sidesVolatilities(const ExpandedPremium (&sides)[2], const Terms& terms) {
  bool hasPuts = any(terms.isPut), hasCalls = any(~terms.isPut);
  Volatilities found = volatilitiesOf(sides[hasPuts ? 0 : 1], terms);
  if (!hasPuts || !hasCalls) return found;
  Volatilities calls = volatilitiesOf(sides[1], terms);
  return chosen(terms.isPut, found, calls);
}

static void americanChainVolatilities(const AmericanRules& rules, const double* expiry, const double* boundaries, size_t count,
                                      const double* const* inputs, double* volatility, unsigned char* status) {
  ExpandedPremium sides[] = {sideOf(rules, boundaries, true), sideOf(rules, boundaries, false)};
  for (size_t first = 0; first < count; first += LANES) {
    ChainRows rows = chainRowsAt(inputs, first, count - first);
    Terms terms = expiryTerms(expiry, rows.strike, rows.value, rows.isPut);
    Volatilities found = sidesVolatilities(sides, terms);
    Integers own = needOwn(expiry, boundaries, found.volatility);
    if (any(own)) found = chosen(own, volatilitiesOf(finePremium(rules), terms), found);
    storeVolatilities(volatility + first, status + first, count - first, found);
  }
}

}  // namespace KERNELS::american

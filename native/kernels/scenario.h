// The scenario kernel: one leg over neighbouring spots and all volatility factors, price and four Greeks, in vectors of spots. The
// formulas are those of core/pricing/blackScholes.ts in Mills ratios; what a leg, a time or a spot has in common is computed once.
#pragma once

#include "scenarioTable.h"
#include "lanes.h"

namespace KERNELS {

/** R(x - h) and R(x + h) of the Mills ratio R, and their difference without cancellation. */
struct MillsPair {
  Vector near;
  Vector far;
  Vector spread;
};

/** For h up to 0.04: seven terms of Taylor around R(x), whose derivatives follow from R' = x R - 1. */
KERNEL_INLINE MillsPair closeMills(Vector x, Vector h) {
  Vector d0 = millsRatio(x);
  Vector d1 = x * d0 - 1.0;
  Vector d2 = d0 + x * d1;
  Vector d3 = 2.0 * d1 + x * d2;
  Vector d4 = 3.0 * d2 + x * d3;
  Vector d5 = 4.0 * d3 + x * d4;
  Vector d6 = 5.0 * d4 + x * d5;
  Vector d7 = 6.0 * d5 + x * d6;
  Vector square = h * h;
  Vector even = ((d6 * (1.0 / 720) * square + d4 * (1.0 / 24)) * square + d2 * 0.5) * square + d0;
  Vector odd = (((d7 * (1.0 / 5040) * square + d5 * (1.0 / 120)) * square + d3 * (1.0 / 6)) * square + d1) * h;
  return {even - odd, even + odd, odd * -2.0};
}

/** One share of a leg: price, delta, gamma, theta and vega. */
struct ScenarioShare {
  Vector values[SCENARIO_OUTPUTS];
};

/** At expiry, or without volatility: what is sure. At the very strike, half of it is. */
KERNEL_INLINE ScenarioShare sureShare(const ScenarioLegTerms& leg, Vector spot, Vector forwardGap) {
  Vector zero = all(0.0);
  Vector ahead = leg.sign * forwardGap;
  Vector inside = leg.sign * choose(ahead > zero, all(1.0), choose(ahead == zero, all(0.5), zero));
  Vector shares = leg.carried * inside;
  Vector theta = leg.dividendYield * spot * shares - (leg.rate * leg.strike * leg.discounted) * inside;
  return {{atLeast(ahead, 0.0), shares, zero, theta, zero}};
}

/** Both legs as shares of the spot: their tails, what the near one amounts to, and the value of the out-of-the-money side. */
struct OutsideLegs {
  Vector nearTail;
  Vector farTail;
  Vector value;
  /** Where the near leg is past the middle and its tail is what is missing from the whole. */
  Integers isPast;
};

template <bool IS_CLOSE>
KERNEL_INLINE OutsideLegs outsideLegs(Vector x, Vector h, Vector density, Vector nearWhole) {
  Integers isApart = h > all(0.04);
  MillsPair close = closeMills(x, h);
  OutsideLegs legs = {density * close.near, density * close.far, density * close.spread, {}};
  if (IS_CLOSE || !any(isApart)) return legs;
  Vector inner = x - h;
  legs.isPast = isApart & (inner < all(0.0));
  legs.nearTail = choose(isApart, density * millsRatio(absolute(inner)), legs.nearTail);
  legs.farTail = choose(isApart, density * millsRatio(x + h), legs.farTail);
  Vector near = choose(legs.isPast, nearWhole - legs.nearTail, legs.nearTail);
  legs.value = choose(isApart, near - legs.farTail, legs.value);
  return legs;
}

/** What the factors of one leg share at neighbouring spots. */
struct SpotVectors {
  Vector spot;
  Vector inverseSpot;
  /** The discounted forward less the discounted strike. */
  Vector forwardGap;
  /** ln(forward / strike). */
  Vector logForward;
};

/** `raw` is the volatility times the root of time, above 0; where IS_CLOSE, at most 0.08. */
template <bool IS_CLOSE>
KERNEL_INLINE ScenarioShare openShare(const ScenarioLegTerms& leg, const SpotVectors& at, Vector volatility, Vector raw) {
  Vector inverse = 1.0 / raw;
  Vector distance = atLeast(atMost(at.logForward * inverse, 1e8), -1e8);
  Vector half = 0.5 * raw;
  Vector d1 = distance + half;
  Vector density = (leg.carried * DENSITY_AT_ZERO) * exponential(-0.5 * d1 * d1);
  Integers isCallOutside = distance < all(0.0);
  Integers isOutside = leg.sign > 0 ? isCallOutside : ~isCallOutside;
  Vector owed = (leg.discounted * leg.strike) * at.inverseSpot;
  Vector nearWhole = choose(isCallOutside, all(leg.carried), owed);
  Vector farWhole = choose(isCallOutside, owed, all(leg.carried));
  OutsideLegs legs = outsideLegs<IS_CLOSE>(atMost(absolute(distance), 60.0), half, density, nearWhole);
  Vector nearInside = choose(isOutside ^ legs.isPast, legs.nearTail, nearWhole - legs.nearTail);
  Vector farInside = choose(isOutside, legs.farTail, farWhole - legs.farTail);
  Vector inside1 = choose(isCallOutside, nearInside, farInside);
  Vector inside2 = at.spot * choose(isCallOutside, farInside, nearInside);
  Vector outside = at.spot * legs.value;
  Vector vega = leg.rootYears * at.spot * density;
  return {{
      choose(isOutside, outside, outside + leg.sign * at.forwardGap),
      leg.sign * inside1,
      density * inverse * at.inverseSpot,
      (-0.5 / (leg.rootYears * leg.rootYears)) * vega * volatility +
          leg.sign * (leg.dividendYield * at.spot * inside1 - leg.rate * inside2),
      vega,
  }};
}

/** One share of a leg whose volatility may be anything: 0, or NaN where nobody knows it, and then all is NaN. */
KERNEL_INLINE ScenarioShare anyShare(const ScenarioLegTerms& leg, const SpotVectors& at, Vector volatility) {
  ScenarioLegTerms held = leg;
  if (!(held.rootYears > 0)) held.rootYears = 1;
  Vector raw = volatility * leg.rootYears;
  Integers isOpen = raw > all(0.0);
  ScenarioShare share = openShare<false>(held, at, volatility, choose(isOpen, raw, all(1.0)));
  ScenarioShare sure = sureShare(leg, at.spot, at.forwardGap);
  for (int output = 0; output < SCENARIO_OUTPUTS; output += 1) {
    Vector known = choose(isOpen, share.values[output], sure.values[output]);
    share.values[output] = choose(volatility == volatility, known, volatility);
  }
  return share;
}

/** A leg at the spots of a block, filled up to whole vectors with the last spot. */
struct ScenarioLine {
  alignas(64) double volatilities[SCENARIO_BLOCK];
  SpotVectors at[SCENARIO_BLOCK / LANES];
  /** Of the volatilities; 0 where nobody knows one of them. */
  double lowest;
  double highest;
};

KERNEL_INLINE void fillLine(const ScenarioBlock& block, size_t index, ScenarioLine* line) {
  const ScenarioLegTerms& leg = block.legs[index];
  const double* volatility = block.volatility + index * block.stride;
  const size_t last = block.spotCount - 1;
  const size_t padded = (block.spotCount + LANES - 1) / LANES * LANES;
  alignas(64) double spots[SCENARIO_BLOCK];
  line->lowest = line->highest = volatility[0];
  bool isKnown = true;
  for (size_t place = 0; place < padded; place += 1) {
    spots[place] = block.spots[place < last ? place : last];
    const double value = line->volatilities[place] = volatility[place < last ? place : last];
    isKnown = isKnown && value == value;
    if (value < line->lowest) line->lowest = value;
    if (value > line->highest) line->highest = value;
  }
  if (!isKnown) line->lowest = 0;
  for (size_t place = 0; place < padded; place += LANES) {
    Vector spot = load(spots + place);
    line->at[place / LANES] = {spot, 1.0 / spot, leg.discounted * ((spot - leg.strike) + spot * leg.growth),
                               logRatio(spot, all(leg.strike)) + leg.drift};
  }
}

/** Adds to the first `count` of LANES numbers. */
KERNEL_INLINE void addTo(double* to, Vector amount, size_t count) {
  if (count >= LANES) return store(to, load(to) + amount);
  for (size_t lane = 0; lane < count; lane += 1) to[lane] += amount[lane];
}

/** Adds one leg at one factor; where IS_PLAIN, every volatility is open and close. */
template <bool IS_PLAIN>
KERNEL_INLINE void addLine(const ScenarioBlock& block, const ScenarioLegTerms& leg, const ScenarioLine& line, size_t factor) {
  for (size_t place = 0; place < block.spotCount; place += LANES) {
    const SpotVectors& at = line.at[place / LANES];
    Vector volatility = load(line.volatilities + place) * block.factors[factor];
    ScenarioShare share =
        IS_PLAIN ? openShare<true>(leg, at, volatility, volatility * leg.rootYears) : anyShare(leg, at, volatility);
    share.values[0] = share.values[0] - leg.basis;
    for (int output = 0; output < SCENARIO_OUTPUTS; output += 1)
      addTo(block.outputs[output] + factor * block.stride + place, leg.shares * share.values[output], block.spotCount - place);
  }
}

static void addScenarios(const ScenarioBlock& block) {
  ScenarioLine line;
  for (size_t index = 0; index < block.legCount; index += 1) {
    const ScenarioLegTerms& leg = block.legs[index];
    fillLine(block, index, &line);
    for (size_t factor = 0; factor < block.factorCount; factor += 1) {
      const double scale = block.factors[factor] * leg.rootYears;
      // A hair below the bound of the series, since the lanes round on their own
      if (line.lowest * scale > 0 && line.highest * scale < 0.0799) addLine<true>(block, leg, line, factor);
      else addLine<false>(block, leg, line, factor);
    }
  }
}

extern const ScenarioTable scenarioTable = {addScenarios};

}  // namespace KERNELS

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

KERNEL_INLINE OutsideLegs outsideLegs(Vector x, Vector h, Vector density, Vector nearWhole) {
  Integers isApart = h > all(0.04);
  MillsPair close = closeMills(x, h);
  OutsideLegs legs = {density * close.near, density * close.far, density * close.spread, {}};
  if (!any(isApart)) return legs;
  Vector inner = x - h;
  legs.isPast = isApart & (inner < all(0.0));
  legs.nearTail = choose(isApart, density * millsRatio(absolute(inner)), legs.nearTail);
  legs.farTail = choose(isApart, density * millsRatio(x + h), legs.farTail);
  Vector near = choose(legs.isPast, nearWhole - legs.nearTail, legs.nearTail);
  legs.value = choose(isApart, near - legs.farTail, legs.value);
  return legs;
}

/** `logForward` is ln(forward / strike), `raw` the volatility times the root of time, which must be above 0. */
KERNEL_INLINE ScenarioShare openShare(const ScenarioLegTerms& leg, Vector spot, Vector forwardGap, Vector logForward,
                                      Vector volatility, Vector raw) {
  Vector inverse = 1.0 / raw;
  Vector distance = atLeast(atMost(logForward * inverse, 1e8), -1e8);
  Vector half = 0.5 * raw;
  Vector d1 = distance + half;
  Vector density = (leg.carried * DENSITY_AT_ZERO) * exponential(-0.5 * d1 * d1);
  Integers isCallOutside = distance < all(0.0);
  Integers isOutside = leg.sign > 0 ? isCallOutside : ~isCallOutside;
  Vector inverseSpot = 1.0 / spot;
  Vector owed = (leg.discounted * leg.strike) * inverseSpot;
  Vector nearWhole = choose(isCallOutside, all(leg.carried), owed);
  Vector farWhole = choose(isCallOutside, owed, all(leg.carried));
  OutsideLegs legs = outsideLegs(atMost(absolute(distance), 60.0), half, density, nearWhole);
  Vector nearInside = choose(isOutside ^ legs.isPast, legs.nearTail, nearWhole - legs.nearTail);
  Vector farInside = choose(isOutside, legs.farTail, farWhole - legs.farTail);
  Vector inside1 = choose(isCallOutside, nearInside, farInside);
  Vector inside2 = spot * choose(isCallOutside, farInside, nearInside);
  Vector outside = spot * legs.value;
  Vector vega = leg.rootYears * spot * density;
  return {{
      choose(isOutside, outside, outside + leg.sign * forwardGap),
      leg.sign * inside1,
      density * inverse * inverseSpot,
      (-0.5 / (leg.rootYears * leg.rootYears)) * vega * volatility +
          leg.sign * (leg.dividendYield * spot * inside1 - leg.rate * inside2),
      vega,
  }};
}

/** One share of a leg whose volatility may be 0, or NaN where nobody knows it: then all is NaN. */
KERNEL_INLINE ScenarioShare anyShare(const ScenarioLegTerms& leg, Vector spot, Vector logForward, Vector volatility) {
  Vector forwardGap = leg.discounted * ((spot - leg.strike) + spot * leg.growth);
  Vector raw = volatility * leg.rootYears;
  Integers isOpen = raw > all(0.0);
  if (!any(~isOpen)) return openShare(leg, spot, forwardGap, logForward, volatility, raw);
  ScenarioLegTerms held = leg;
  if (!(held.rootYears > 0)) held.rootYears = 1;
  ScenarioShare moving = openShare(held, spot, forwardGap, logForward, volatility, choose(isOpen, raw, all(1.0)));
  ScenarioShare still = sureShare(leg, spot, forwardGap);
  for (int output = 0; output < SCENARIO_OUTPUTS; output += 1) {
    Vector known = choose(isOpen, moving.values[output], still.values[output]);
    moving.values[output] = choose(volatility == volatility, known, volatility);
  }
  return moving;
}

/** Spots, their log-moneyness and volatilities for one leg, filled up to whole vectors with the last spot. */
struct ScenarioLine {
  alignas(64) double spots[SCENARIO_BLOCK];
  alignas(64) double logForwards[SCENARIO_BLOCK];
  alignas(64) double volatilities[SCENARIO_BLOCK];
};

KERNEL_INLINE void fillLine(const ScenarioBlock& block, size_t index, ScenarioLine* line) {
  const ScenarioLegTerms& leg = block.legs[index];
  const double* volatility = block.volatility + index * block.stride;
  const size_t last = block.spotCount - 1;
  const size_t padded = (block.spotCount + LANES - 1) / LANES * LANES;
  for (size_t spot = 0; spot < padded; spot += 1) {
    line->spots[spot] = block.spots[spot < last ? spot : last];
    line->volatilities[spot] = volatility[spot < last ? spot : last];
  }
  for (size_t spot = 0; spot < padded; spot += LANES)
    store(line->logForwards + spot, logRatio(load(line->spots + spot), all(leg.strike)) + leg.drift);
}

/** Adds to the first `count` of LANES numbers. */
KERNEL_INLINE void addTo(double* to, Vector amount, size_t count) {
  if (count >= LANES) return store(to, load(to) + amount);
  for (size_t lane = 0; lane < count; lane += 1) to[lane] += amount[lane];
}

static void addScenarios(const ScenarioBlock& block) {
  ScenarioLine line;
  for (size_t index = 0; index < block.legCount; index += 1) {
    const ScenarioLegTerms& leg = block.legs[index];
    fillLine(block, index, &line);
    for (size_t factor = 0; factor < block.factorCount; factor += 1) {
      for (size_t spot = 0; spot < block.spotCount; spot += LANES) {
        ScenarioShare share = anyShare(leg, load(line.spots + spot), load(line.logForwards + spot),
                                       load(line.volatilities + spot) * block.factors[factor]);
        share.values[0] = share.values[0] - leg.basis;
        for (int output = 0; output < SCENARIO_OUTPUTS; output += 1)
          addTo(block.outputs[output] + factor * block.stride + spot, leg.shares * share.values[output], block.spotCount - spot);
      }
    }
  }
}

extern const ScenarioTable scenarioTable = {addScenarios};

}  // namespace KERNELS

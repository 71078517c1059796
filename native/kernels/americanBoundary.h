// The exercise boundary of American puts, LANES puts at a time, by spectral collocation: L. Andersen, M. Lake and D. Offengenden,
// "High-performance American option pricing", Journal of Computational Finance 20 (2016), fixed point system B, started from the
// QD+ approximation of M. Li, "Analytical approximations for the critical stock prices of American options", Review of
// Derivatives Research 13 (2010). The readable reference is main/core/pricing/exerciseBoundary.ts.
#pragma once

#include "americanMath.h"
#include "americanRules.h"
#include "lanes.h"

namespace KERNELS::american {

/** Puts of strike 1 that live for one unit of time: all that their boundaries depend on. */
struct UnitPuts {
  /** Interest and dividends over the life; interest is not below 0. */
  Vector interest;
  Vector dividends;
  /** Volatility times the root of the life, above 0. */
  Vector deviation;
  /** Logarithm of the boundary just before expiry. */
  Vector start;
};

/** Boundaries as ln^2(B/X) at the collocated roots of time. */
template <int DEGREE>
struct Boundaries {
  Vector squares[DEGREE];
};

/** Puts with all that follows from their terms. */
KERNEL_INLINE UnitPuts unitPuts(Vector interest, Vector dividends, Vector deviation) {
  Vector share = choose(dividends > all(0.0), interest / dividends, all(1.0));
  share = atLeast(atMost(share, 1.0), 1e-290);
  return {interest, dividends, deviation, logarithm(share)};
}

/** A level that is given as its square distance below the start. */
KERNEL_INLINE Vector levelBelow(Vector start, Vector square) { return start - squareRoot(atLeast(square, 0.0)); }

/** A value at a point of time from those at the nodes. */
template <int DEGREE>
KERNEL_INLINE Vector interpolate(const double (&basis)[DEGREE], const Vector (&values)[DEGREE]) {
  Vector sum = values[0] * basis[0];
#pragma GCC unroll 16
  for (int node = 1; node < DEGREE; node += 1) sum += values[node] * basis[node];
  return sum;
}

/** A first level between its limits at expiry and for ever, after Bjerksund and Stensland (1993). */
template <class MATH>
KERNEL_INLINE Vector firstLevel(const UnitPuts& puts, double root) {
  Vector variance = puts.deviation * puts.deviation;
  Vector carry = puts.interest - puts.dividends;
  Vector slope = carry / variance - 0.5;
  Vector odds = 2.0 * puts.interest / variance;
  Vector spread = squareRoot(slope * slope + odds);
  // The negative root of a quadratic, so written that it is no difference of near equals
  Vector power = choose(slope > all(0.0), -slope - spread, odds / (slope - spread));
  Vector forever = power / (power - 1.0);
  Vector start = MATH::exponentialOf(puts.start);
  Vector fall = (carry * (root * root) - 2.0 * root * puts.deviation) * start / atLeast(start - forever, 1e-12);
  Vector level = logarithm(atLeast(forever + (start - forever) * MATH::exponentialOf(atMost(fall, 0.0)), 1e-290));
  return choose(level < puts.start, level, puts.start);
}

/** z / (1 - e^-z), also where z is next to 0; `decayed` is e^-z. */
KERNEL_INLINE Vector decayRatio(Vector z, Vector decayed) {
  Vector series = 1.0 + z * (0.5 + z * (1.0 / 12 - z * z * (1.0 / 720)));
  return choose(absolute(z) < all(0.05), series, z / (1.0 - decayed));
}

/** What the QD+ equation takes from the terms of the puts at one time to expiry. */
struct QdPlusTerms {
  Vector growth, strikeNow, spotNow, spread, ratio, halfVariance, alpha, beta;
};

template <class MATH>
KERNEL_INLINE QdPlusTerms qdPlusTerms(const UnitPuts& puts, double root) {
  double time = root * root;
  Vector variance = puts.deviation * puts.deviation;
  Vector strikeNow = MATH::exponentialOf(puts.interest * -time);
  Vector spotNow = MATH::exponentialOf(puts.dividends * -time);
  Vector perVariance = 1.0 / variance;
  Vector interestRatio = decayRatio(puts.interest * time, strikeNow) * (1.0 / time);
  Vector tilt = 2.0 * (puts.interest - puts.dividends) * perVariance - 1.0;
  Vector width = squareRoot(tilt * tilt + 8.0 * interestRatio * perVariance);
  Vector lambda = -0.5 * (tilt + width);
  // 2 lambda + tilt is -width
  Vector perWidth = 1.0 / width;
  Vector alpha = -2.0 * perVariance * perWidth;
  Vector slope = 2.0 * interestRatio * interestRatio * perVariance * perWidth;
  Vector beta = alpha * strikeNow * (interestRatio - slope * perWidth) - lambda;
  Vector spread = puts.deviation * root;
  return {(puts.interest - puts.dividends) * time, strikeNow, spotNow, spread, 1.0 / spread, variance * 0.5, alpha, beta};
}

/** One Newton step towards the level of the QD+ equation, in logarithms. */
template <class MATH>
KERNEL_INLINE Vector qdPlusStep(const UnitPuts& puts, const QdPlusTerms& terms, double root, Vector level) {
  Vector spot = MATH::exponentialOf(level);
  Vector d1 = (level + terms.growth) * terms.ratio + 0.5 * terms.spread;
  Vector d2 = d1 - terms.spread;
  Vector density1 = densityOf<MATH>(d1);
  Vector density = terms.spotNow * density1;
  Vector below1 = terms.spotNow * distributionOf<MATH>(-d1, density1);
  Vector below2 = terms.strikeNow * distributionOf<MATH>(-d2, spot * density / terms.strikeNow);
  Vector waiting = 1.0 - spot - (below2 - spot * below1);
  Vector theta = puts.interest * below2 - spot * (puts.dividends * below1 + terms.halfVariance * terms.ratio * density);
  Vector carry = (puts.interest - puts.dividends) * terms.ratio - d2 * (0.5 / (root * root));
  Vector thetaSlope = -density * carry - puts.dividends * below1;
  Vector held = 1.0 - below1;
  Vector miss = held * spot - terms.beta * waiting + terms.alpha * theta;
  Vector rise = held * (1.0 + terms.beta) + density * terms.ratio + terms.alpha * thetaSlope;
  Vector step = atLeast(atMost(miss / (rise * spot), 0.5), -0.5);
  Vector next = level - choose(step == step, step, all(0.0));
  return choose(next < puts.start, next, puts.start);
}

/** What the fixed point takes from the terms of the puts, over all times of its integral. */
template <int DEGREE, int POINTS>
struct Accruals {
  Vector interest[DEGREE][POINTS];
  Vector dividends[DEGREE][POINTS];
};

template <class MATH, int DEGREE, int POINTS>
static inline void fillAccruals(const CollocationRule<DEGREE, POINTS>& rule, const UnitPuts& puts, Accruals<DEGREE, POINTS>* accruals) {
  for (int node = 0; node < DEGREE; node += 1)
    for (int point = 0; point < POINTS; point += 1) {
      double weight = rule.weight[node][point], left = rule.left[node][point];
      accruals->interest[node][point] = puts.interest * weight * MATH::exponentialOf(puts.interest * left);
      accruals->dividends[node][point] = puts.dividends * weight * MATH::exponentialOf(puts.dividends * left);
    }
}

/**
 * Two arguments of the normal distribution for each point of time and, in the last place, for expiry. They lie in one row, so
 * that the distribution is one short loop: a long one would not fit the processor's window, and waits on itself.
 */
template <int DEGREE, int POINTS>
struct Arguments {
  static constexpr int HALF = DEGREE * (POINTS + 1);
  Vector values[2 * HALF];

  Vector& above(int node, int point) { return values[node * (POINTS + 1) + point]; }
  Vector& below(int node, int point) { return values[HALF + node * (POINTS + 1) + point]; }
};

template <int DEGREE, int POINTS>
static inline void fillArguments(const CollocationRule<DEGREE, POINTS>& rule, const UnitPuts& puts, const Boundaries<DEGREE>& boundary,
                                 Arguments<DEGREE, POINTS>* arguments) {
  Vector ratio = 1.0 / puts.deviation;
  Vector growth = (puts.interest - puts.dividends) * ratio;
  Vector half = puts.deviation * 0.5;
  for (int node = 0; node < DEGREE; node += 1) {
    Vector level = levelBelow(puts.start, boundary.squares[node]);
    for (int point = 0; point <= POINTS; point += 1) {
      bool isExpiry = point == POINTS;
      double gap = isExpiry ? rule.root[node] : rule.rootOfGap[node][point];
      Vector past = isExpiry ? all(0.0) : levelBelow(puts.start, interpolate<DEGREE>(rule.basis[node][point], boundary.squares));
      Vector center = (level - past) * (ratio * (1.0 / gap)) + growth * gap;
      arguments->above(node, point) = center - half * gap;
      arguments->below(node, point) = center + half * gap;
    }
  }
}

/**
 * What a sweep leaves of the error is near to 0.17 times the error that it found, for all puts and times; so the rest of this
 * geometric series is added at once, and each sweep does the work of two.
 */
static const double REMAINDER = 0.17 / (1 - 0.17);

/** One sweep of fixed point system B over all nodes, equations 36 to 38 of the paper, in logarithms. */
template <class MATH, int DEGREE, int POINTS>
static inline void sweep(const CollocationRule<DEGREE, POINTS>& rule, const UnitPuts& puts, const Accruals<DEGREE, POINTS>& accruals,
                         double remainder, Boundaries<DEGREE>* boundary) {
  Arguments<DEGREE, POINTS> arguments;
  fillArguments(rule, puts, *boundary, &arguments);
#pragma GCC unroll 2
  for (Vector& value : arguments.values) value = distributionOf<MATH>(value);
  for (int node = 0; node < DEGREE; node += 1) {
    Vector above = arguments.above(node, POINTS), below = arguments.below(node, POINTS);
    for (int point = 0; point < POINTS; point += 1) {
      above += accruals.interest[node][point] * arguments.above(node, point);
      below += accruals.dividends[node][point] * arguments.below(node, point);
    }
    Vector next = logRatio(above, below) - (puts.interest - puts.dividends) * (rule.root[node] * rule.root[node]);
    // Where carry outruns chance both vanish, and the level so far is the limit already
    Integers isKnown = (above > all(1e-290)) & (below > all(1e-290));
    Vector before = levelBelow(puts.start, boundary->squares[node]);
    Vector distance = next + (next - before) * remainder - puts.start;
    Vector square = choose(distance < all(0.0), distance * distance, all(0.0));
    boundary->squares[node] = choose(isKnown, square, boundary->squares[node]);
  }
}

/** How many steps of QD+, and then how many sweeps of the fixed point; one more where interest or dividends exceed a share. */
struct Effort {
  int newtonSteps;
  int sweeps;
  double longLife;
};

/** The boundaries after a number of Newton steps of QD+ and of sweeps of the fixed point over all nodes. */
template <class MATH, int DEGREE, int POINTS>
static inline Boundaries<DEGREE> exerciseBoundaries(const CollocationRule<DEGREE, POINTS>& rule, const UnitPuts& puts, Effort effort) {
  // Step by step over all nodes, which do not wait for each other
  QdPlusTerms terms[DEGREE];
  Vector level[DEGREE];
  for (int node = 0; node < DEGREE; node += 1) terms[node] = qdPlusTerms<MATH>(puts, rule.root[node]);
  for (int node = 0; node < DEGREE; node += 1) level[node] = firstLevel<MATH>(puts, rule.root[node]);
  for (int step = 0; step < effort.newtonSteps; step += 1)
    for (int node = 0; node < DEGREE; node += 1) level[node] = qdPlusStep<MATH>(puts, terms[node], rule.root[node], level[node]);
  Boundaries<DEGREE> boundary;
  for (int node = 0; node < DEGREE; node += 1) boundary.squares[node] = (level[node] - puts.start) * (level[node] - puts.start);
  Accruals<DEGREE, POINTS> accruals;
  fillAccruals<MATH>(rule, puts, &accruals);
  for (int count = 0; count < effort.sweeps; count += 1) sweep<MATH>(rule, puts, accruals, count < 2 ? REMAINDER : 0.0, &boundary);
  Integers isLong = (puts.interest > all(effort.longLife)) | (puts.dividends > all(effort.longLife));
  if (!any(isLong)) return boundary;
  // The others stay as they are: a row must not depend on its neighbours
  Boundaries<DEGREE> swept = boundary;
  sweep<MATH>(rule, puts, accruals, 0.0, &swept);
  for (int node = 0; node < DEGREE; node += 1) boundary.squares[node] = choose(isLong, swept.squares[node], boundary.squares[node]);
  return boundary;
}

}  // namespace KERNELS::american

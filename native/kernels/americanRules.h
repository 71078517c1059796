// The numbers that every American option shares: where the exercise boundary is collocated, where time is integrated, and how a
// value at one of these points follows from the collocated ones. Computed once when the addon is loaded.
#pragma once

/**
 * A put lives for one unit of time. Its boundary is known at DEGREE + 1 Chebyshev points of the root of the time that is left, of
 * which the last, 0, is known in advance. From each node time runs over a quarter circle, gap = node^2 sin^2 and left = node^2
 * cos^2: then the integrand is smooth in the roots of both, and few Gauss-Legendre points do.
 */
template <int DEGREE, int POINTS>
struct CollocationRule {
  /** Roots of the time that is left, from 1 downwards, without 0. */
  double root[DEGREE];
  double rootOfGap[DEGREE][POINTS];
  double left[DEGREE][POINTS];
  double weight[DEGREE][POINTS];
  /** The value at a point of time as a sum over the nodes. */
  double basis[DEGREE][POINTS][DEGREE];
};

/** Points of time from which the premium is summed; they crowd towards now, where a spot near the boundary needs them. */
template <int DEGREE, int POINTS>
struct PremiumRule {
  double rootOfGap[POINTS];
  double weight[POINTS];
  double basis[POINTS][DEGREE];
};

constexpr int QUICK_DEGREE = 5;
constexpr int QUICK_POINTS = 6;
constexpr int QUICK_PREMIUM_POINTS = 12;
constexpr int PRECISE_DEGREE = 12;
constexpr int PRECISE_POINTS = 16;
constexpr int PRECISE_PREMIUM_POINTS = 24;
/** For a millionth of a dollar also at high volatilities. */
constexpr int FINE_DEGREE = 16;
constexpr int FINE_POINTS = 20;
/** Next to the boundary the higher derivatives of the premium come from the first moments alone: more points, and all crowd there. */
constexpr int NEAR_PREMIUM_POINTS = 64;

/** Chebyshev points of the logarithm of the deviation, over which the boundaries of an expiry are expanded. */
constexpr int DEVIATION_POINTS = 24;
/** Boundaries at this rate and yield, at a rate a little lower, and at one a little higher. */
constexpr int RATE_SHIFTS = 3;
/** Points of time of one expansion: those of the premium, those of the premium next to the boundary, and the life of the option itself. */
constexpr int EXPANSION_POINTS = PRECISE_PREMIUM_POINTS + NEAR_PREMIUM_POINTS + 1;
constexpr int EXPANSION_SIZE = EXPANSION_POINTS * DEVIATION_POINTS;
/** Numbers before the expansions: what they hold for. */
constexpr int BOUNDARIES_HEAD = 4;
/** Numbers of all boundaries of an expiry: expansions for puts and for calls at each rate. */
constexpr int BOUNDARIES_SIZE = BOUNDARIES_HEAD + 2 * RATE_SHIFTS * EXPANSION_SIZE;

struct AmericanRules {
  CollocationRule<QUICK_DEGREE, QUICK_POINTS> quick;
  PremiumRule<QUICK_DEGREE, QUICK_PREMIUM_POINTS> quickPremium;
  CollocationRule<PRECISE_DEGREE, PRECISE_POINTS> precise;
  PremiumRule<PRECISE_DEGREE, PRECISE_PREMIUM_POINTS> precisePremium;
  PremiumRule<PRECISE_DEGREE, NEAR_PREMIUM_POINTS> nearPremium;
  CollocationRule<FINE_DEGREE, FINE_POINTS> fine;
  PremiumRule<FINE_DEGREE, PRECISE_PREMIUM_POINTS> finePremium;
  PremiumRule<FINE_DEGREE, NEAR_PREMIUM_POINTS> fineNearPremium;
  /** Chebyshev points of [-1, 1], and what the value at each adds to each coefficient. */
  double deviationNode[DEVIATION_POINTS];
  double deviationTransform[DEVIATION_POINTS][DEVIATION_POINTS];
};

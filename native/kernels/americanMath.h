// Two depths of the same mathematics: full accuracy, and nine digits, which the boundary of a quick price does not outlast anyway.
#pragma once

#include "lanes.h"

namespace KERNELS::american {

struct ExactMath {
  static KERNEL_INLINE Vector exponentialOf(Vector x) { return exponential(x); }
  static KERNEL_INLINE Vector millsRatioOf(Vector x) { return millsRatio(x); }
};

/** (e^r - 1 - r) / r^2 for |r| <= ln(2)/2, fitted; relative error of the whole exponential 2.2e-10. */
static const double QUICK_EXPONENTIAL[] = {0.50000000135387299,   0.16666666681704215,   0.041666464197405692,
                                           0.0083333108446478626, 0.0013933730715792083, 0.00019891080463998842};
/** Numerator and denominator of the Mills ratio on [0, 60]; relative error 1.7e-9, all coefficients positive. */
static const double QUICK_MILLS_ABOVE[] = {1.2533141364520933,  1.3790994369896287,   0.72731086052677833,
                                           0.22225366763036168, 0.039406335952809197, 0.0033598096142789827};
static const double QUICK_MILLS_BELOW[] = {1.0,
                                           1.8982466446519638,
                                           1.5948927366595048,
                                           0.76670608468326094,
                                           0.22561371561233281,
                                           0.039406334073932652,
                                           0.0033598096165122692};

struct QuickMath {
  /** e^x to 2.2e-10 relative for x from -708 to 709; below, e^-708. */
  static KERNEL_INLINE Vector exponentialOf(Vector x) {
    const double* c = QUICK_EXPONENTIAL;
    x = atLeast(x, -708.0);
    Vector shifted = x * 1.4426950408889634 + 6755399441055744.0;
    Vector r = x - (shifted - 6755399441055744.0) * 0.69314718055994531;
    Vector square = r * r;
    Vector tail = (r * c[5] + c[4]) * (square * square) + ((r * c[3] + c[2]) * square + (r * c[1] + c[0]));
    Vector mantissa = square * tail + (r + 1.0);
    return (Vector)((Bits)mantissa + ((Bits)shifted << 52));
  }
  static KERNEL_INLINE Vector millsRatioOf(Vector x) {
    x = atMost(x, 60.0);
    return polynomial(QUICK_MILLS_ABOVE, x) / polynomial(QUICK_MILLS_BELOW, x);
  }
};

/** The density of the standard normal. */
template <class MATH>
KERNEL_INLINE Vector densityOf(Vector x) {
  return DENSITY_AT_ZERO * MATH::exponentialOf(x * x * -0.5);
}

/** The standard normal distribution by its density, where that is known. */
template <class MATH>
KERNEL_INLINE Vector distributionOf(Vector x, Vector density) {
  Vector tail = density * MATH::millsRatioOf(absolute(x));
  return choose(x > all(0.0), 1.0 - tail, tail);
}

template <class MATH>
KERNEL_INLINE Vector distributionOf(Vector x) {
  return distributionOf<MATH>(x, densityOf<MATH>(x));
}

}  // namespace KERNELS::american

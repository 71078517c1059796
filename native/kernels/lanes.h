// The words in which every kernel is written: a vector of LANES doubles, what can be done with one, and the few functions of
// mathematics that pricing needs. Each instruction set compiles this file once, in a namespace of its own, so that no function
// built for a wide machine can be linked into the path of a narrow one. For the same reason this file calls nothing of the standard
// library, and no kernel uses templates of it; for single numbers (the scalars of an expiry, rows at the limits) some call e^x, ln
// and the like of the C library, which are compiled elsewhere.
#pragma once

#include <cstddef>
#include <cstdint>
#if defined(__x86_64__)
#include <immintrin.h>
#endif

#if !defined(LANES) || !defined(KERNELS)
#error "LANES (2, 4 or 8) and KERNELS (the namespace) are given by binding.gyp"
#endif

#define KERNEL_INLINE inline __attribute__((always_inline))

namespace KERNELS {

typedef double Vector __attribute__((vector_size(LANES * 8)));
typedef int64_t Integers __attribute__((vector_size(LANES * 8)));
typedef uint64_t Bits __attribute__((vector_size(LANES * 8)));

/** LANES doubles from any address. */
KERNEL_INLINE Vector load(const double* from) {
  Vector value;
  __builtin_memcpy(&value, from, sizeof value);
  return value;
}

/** LANES doubles to any address. */
KERNEL_INLINE void store(double* to, Vector value) { __builtin_memcpy(to, &value, sizeof value); }

/** LANES doubles past the cache, for results that nobody reads soon; `to` must be aligned to the vector. */
template <bool PAST_CACHE>
KERNEL_INLINE void storeResult(double* to, Vector value) {
#if LANES == 8 && defined(__AVX512F__)
  if (PAST_CACHE) return _mm512_stream_pd(to, (__m512d)value);
#elif LANES == 4 && defined(__AVX2__)
  if (PAST_CACHE) return _mm256_stream_pd(to, (__m256d)value);
#elif LANES == 2 && defined(__SSE2__)
  if (PAST_CACHE) return _mm_stream_pd(to, (__m128d)value);
#endif
  store(to, value);
}

/** Waits until what was stored past the cache is seen by everyone. */
KERNEL_INLINE void endStreaming() {
#if defined(__x86_64__)
  _mm_sfence();
#endif
}

/** The same number in every lane. */
KERNEL_INLINE Vector all(double value) { return Vector{} + value; }

KERNEL_INLINE Vector squareRoot(Vector x) {
#if LANES == 8 && defined(__AVX512F__)
  return (Vector)_mm512_sqrt_pd((__m512d)x);
#elif LANES == 4 && defined(__AVX2__)
  return (Vector)_mm256_sqrt_pd((__m256d)x);
#elif LANES == 2 && defined(__SSE2__)
  return (Vector)_mm_sqrt_pd((__m128d)x);
#else
  Vector root;
  for (int lane = 0; lane < LANES; lane += 1) root[lane] = __builtin_sqrt(x[lane]);
  return root;
#endif
}

KERNEL_INLINE Vector absolute(Vector x) { return (Vector)((Bits)x & 0x7fffffffffffffffULL); }

/** `yes` where the mask is set, `no` elsewhere. */
KERNEL_INLINE Vector choose(Integers mask, Vector yes, Vector no) { return mask ? yes : no; }

/** The greater of x and a bound; NaN stays NaN. */
KERNEL_INLINE Vector atLeast(Vector x, double bound) { return choose(x < all(bound), all(bound), x); }

/** The lesser of x and a bound; NaN stays NaN. */
KERNEL_INLINE Vector atMost(Vector x, double bound) { return choose(x > all(bound), all(bound), x); }

/** Whether the mask is set in any lane. */
KERNEL_INLINE bool any(Integers mask) {
  int64_t found = 0;
  for (int lane = 0; lane < LANES; lane += 1) found |= mask[lane];
  return found != 0;
}

/** c[0] + c[1] x + ... by Horner's rule; COUNT coefficients. */
template <int COUNT>
KERNEL_INLINE Vector polynomial(const double (&c)[COUNT], Vector x) {
  Vector sum = all(c[COUNT - 1]);
#pragma GCC unroll 16
  for (int power = COUNT - 2; power >= 0; power -= 1) sum = sum * x + c[power];
  return sum;
}

/** (e^r - 1 - r) / r^2 for |r| <= ln(2)/2, fitted; relative error of the whole exponential 2.2e-16. */
static const double EXPONENTIAL[] = {0.5000000000000001,     0.16666666666666667,    0.041666666666623821,
                                     0.0083333333333300382,  0.0013888888917367081,  0.00019841269863171556,
                                     2.4801521057868205e-5,  2.7557268276905696e-6,  2.7620201591031549e-7,
                                     2.5100472505694996e-8};

/** e^x to 2.2e-16 relative for x from -708 to 709, and 0 below. NaN stays NaN. */
KERNEL_INLINE Vector exponential(Vector x) {
  const double* c = EXPONENTIAL;
  // The magic number puts round(x / ln 2) into the low bits
  Vector shifted = x * 1.4426950408889634 + 6755399441055744.0;
  Vector whole = shifted - 6755399441055744.0;
  Vector r = x - whole * 0.69314718036912382;
  r = r - whole * 1.9082149292705877e-10;
  Vector square = r * r;
  Vector fourth = square * square;
  Vector low = (r * c[3] + c[2]) * square + (r * c[1] + c[0]);
  Vector high = (r * c[9] + c[8]) * fourth + ((r * c[7] + c[6]) * square + (r * c[5] + c[4]));
  Vector mantissa = (square * (high * fourth + low) + r) + 1.0;
  Bits power = (Bits)mantissa + ((Bits)shifted << 52);
  return (Vector)(power & ~(Bits)(x < all(-708.0)));
}

/** e^x for |x| <= 1/1024, where five terms of the series are exact to 8e-18: interest over days. */
KERNEL_INLINE Vector smallExponential(Vector x) {
  return (((x * (1.0 / 24) + 1.0 / 6) * x + 0.5) * x + 1.0) * x + 1.0;
}

/** atanh(f) / f - 1 over f^2 for |f| <= 0.1716, fitted; relative error of the logarithm 2.2e-16. */
static const double ATANH[] = {0.33333333333333332,  0.20000000000005529,  0.14285714282953929,  0.1111111163534658,
                               0.090908602963088135, 0.076947660668466548, 0.065984747677100448, 0.068523652299173021};

/**
 * ln(a / b) for positive normal numbers, exact to the last digits also where a is next to b: b is scaled by a power of two to
 * within a root of two of a, and the rest is 2 atanh((a - b) / (a + b)).
 */
KERNEL_INLINE Vector logRatio(Vector a, Vector b) {
  const double* c = ATANH;
  Bits shift = ((Bits)a - (Bits)b + ((uint64_t(1) << 51) + (uint64_t(1024) << 52))) >> 52;
  Vector powers = (Vector)(shift | 0x4330000000000000ULL) - 4503599627371520.0;
  Vector scaled = (Vector)((Bits)b + ((shift - 1024) << 52));
  Vector f = (a - scaled) / (a + scaled);
  Vector z = f * f;
  Vector z2 = z * z;
  Vector tail = ((z * c[7] + c[6]) * z2 + (z * c[5] + c[4])) * (z2 * z2) + ((z * c[3] + c[2]) * z2 + (z * c[1] + c[0]));
  Vector twice = f + f;
  return powers * 0.69314718055994531 + (twice * z * tail + twice);
}

/** (2 atanh(f)) / 2f - 1 over f^2 for |f| <= 1/4, fitted; 3e-17. */
static const double NEAR_ATANH[] = {0.333333333333332862, 0.200000000000964914, 0.142857142533663099, 0.111111152335217181,
                                    0.0909065186192051561, 0.0770098215284288477, 0.065060941236260919, 0.0739526988786638588};

/** ln(a / b) where b lies within three fifths and five thirds of a, from f = (a - b) / (a + b). */
KERNEL_INLINE Vector nearLogRatio(Vector f) {
  Vector z = f * f;
  Vector twice = f + f;
  return twice * (z * polynomial(NEAR_ATANH, z)) + twice;
}

/** ln(x) for positive normal x. */
KERNEL_INLINE Vector logarithm(Vector x) { return logRatio(x, all(1.0)); }

/**
 * Numerator and denominator of the Mills ratio R(x) = N(-x) / phi(x) on [0, 38], fitted for what it is multiplied with: phi(x) R(x) has
 * an absolute error of 1.9e-17, and R(x) a relative one of 8e-15 up to 11 and 6e-14 to the end. All coefficients are positive,
 * so nothing cancels.
 */
static const double MILLS_ABOVE[] = {1.2533141373155003,    1.74562917911958564,   1.20327501663200053,
                                     0.520738682502975982,  0.152972368362204478,  0.0311008583554263987,
                                     0.00427686611467795995, 0.000365723337498864682, 0.0000150705564033078941};
static const double MILLS_BELOW[] = {1.0,
                                     2.19069513170937102,
                                     2.20799638118706762,
                                     1.34782953225728446,
                                     0.551109082372182785,
                                     0.157219043754384614,
                                     0.0314665834824637288,
                                     0.0042919366279104108,
                                     0.000365723338113910072,
                                     0.00001507055639944372};

/** The Mills ratio N(-x) / phi(x) for x >= 0; held at 38, beyond which the density is 0. */
KERNEL_INLINE Vector millsRatio(Vector x) {
  x = atMost(x, 38.0);
  return polynomial(MILLS_ABOVE, x) / polynomial(MILLS_BELOW, x);
}

/** The same to 2.2e-17 everywhere on [0, 60], at a third more of work, for those who subtract two of them. */
static const double PRECISE_MILLS_ABOVE[] = {1.2533141373155003,     2.1579288361116982,    1.8349151504131185,
                                             0.99883887285415606,    0.38240235552315845,   0.10719894394861063,
                                             0.022272472945445037,   0.0033938414542937438, 0.00036481043858552598,
                                             2.5203211951390424e-5,  8.6350615054117882e-7};
static const double PRECISE_MILLS_BELOW[] = {1.0,
                                             2.5196626624476875,
                                             2.9744504056962947,
                                             2.1763563600034913,
                                             1.0995021833507849,
                                             0.4039538421072301,
                                             0.11054237899103638,
                                             0.022635556371555467,
                                             0.0034190446662466322,
                                             0.00036567394473606058,
                                             2.5203211951390435e-5,
                                             8.6350615054117881e-7};

/** The Mills ratio for x >= 0 to 2.2e-17; held at 60. */
KERNEL_INLINE Vector preciseMillsRatio(Vector x) {
  x = atMost(x, 60.0);
  return polynomial(PRECISE_MILLS_ABOVE, x) / polynomial(PRECISE_MILLS_BELOW, x);
}

/** Numerator and denominator of 1 - x R(x), the negative slope of the Mills ratio, fitted without its cancellation; 7.8e-17. */
static const double MILLS_SLOPE_ABOVE[] = {1.0,
                                           1.2895213484808537,
                                           0.84488289648961339,
                                           0.3589868021894898,
                                           0.10763005593421103,
                                           0.02347071520088283,
                                           0.0037176306008401003,
                                           0.00041364133640102809,
                                           2.9575637574544099e-5,
                                           1.0537225559567888e-6};
static const double MILLS_SLOPE_BELOW[] = {1.0,
                                           2.5428354857963702,
                                           3.0318545597051867,
                                           2.2426745670210422,
                                           1.1467037346988746,
                                           0.4269616799543238,
                                           0.1186054796336918,
                                           0.024705317351150682,
                                           0.0038063575020306851,
                                           0.00041680250425857494,
                                           2.9575637572661483e-5,
                                           1.0537225559652485e-6};

/** -R'(x) = 1 - x R(x) of the Mills ratio for x >= 0; held at 40. */
KERNEL_INLINE Vector millsSlope(Vector x) {
  x = atMost(x, 40.0);
  return polynomial(MILLS_SLOPE_ABOVE, x) / polynomial(MILLS_SLOPE_BELOW, x);
}

/** 1 / sqrt(2 pi), and the logarithm of sqrt(2 pi). */
static const double DENSITY_AT_ZERO = 0.3989422804014327;
static const double LOG_ROOT_TWO_PI = 0.91893853320467274;

/** The standard normal distribution, to full relative accuracy in the lower tail. */
KERNEL_INLINE Vector normalDistribution(Vector x) {
  Vector size = absolute(x);
  Vector tail = millsRatio(size) * (DENSITY_AT_ZERO * exponential(size * size * -0.5));
  return choose(x > all(0.0), 1.0 - tail, tail);
}

}  // namespace KERNELS

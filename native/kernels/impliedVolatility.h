// Implied volatility from time values: the root of ln b(s) = ln beta in the deviation s, where b is the out-of-the-money value over
// sqrt(FK). From a start in the normal (Bachelier) model, which is right to a few 1e-4 for options of days, a quick step and a precise one
// (Halley, third order) reach the attainable digits. b / b' is s times a Taylor series around the slope of the Mills
// ratio, so nothing cancels. Whatever the two steps do not settle goes to a bracketed search, one option at a time.
// Decisions as in core/pricing/impliedVolatility.ts; Jaeckel, Let's Be Rational (2015), has the idea of two steps.
#pragma once

#include "impliedVolatilitySearch.h"

namespace KERNELS {

/**
 * s / (gap + 2 value) of the normal model as a rational function of sqrt(1 + ln(1 + gap / value)); good to 3e-4 out to fourteen
 * deviations.
 */
static const double START_ABOVE[] = {0.67032434686723673, 0.16331957601177691, -0.2937830350669342, 0.14612401099415332,
                                     0.00085582417092391287};
static const double START_BELOW[] = {1.0, -1.2549300690924825, 1.3898054660276738, -0.8282247020974107, 0.24152919474550783};

/** The slope of the Mills ratio to 2e-8, for the first step. */
static const double QUICK_SLOPE_ABOVE[] = {0.99999998004545809, 0.73149264232574608, 0.26689894403299204,
                                           0.054061563751880726, 0.0053799681004665795};
static const double QUICK_SLOPE_BELOW[] = {1.0,
                                           1.9848052881085205,
                                           1.7545014873360298,
                                           0.89476870552984974,
                                           0.28298724113933611,
                                           0.054062856835854615,
                                           0.0053799552927285799};

/** Half a deviation from which on two Mills ratios may be subtracted. */
constexpr double WIDE_HALF = 0.08;

/** A last step that moves the exponent a^2 / 2 by less than this leaves an error far below the last digit. */
constexpr double SETTLED = 2e-5;

struct alignas(64) QuoteBlock {
  /** |ln(F/K)|, the value over sqrt(FK), and the deviation. */
  double distance[BLOCK];
  double value[BLOCK];
  double deviation[BLOCK];
  /** What the stages of a step hand to one another: a = |ln(F/K)| / s, the slope of the Mills ratio there, and b / b'. */
  double distanceInDeviations[BLOCK];
  double slope[BLOCK];
  double spread[BLOCK];
  /** All bits set where the two steps have settled. */
  int64_t isSettled[BLOCK];
};

/** ln(a / b) to 1e-9, for the first step. */
KERNEL_INLINE Vector quickLogRatio(Vector a, Vector b) {
  Bits shift = ((Bits)a - (Bits)b + ((uint64_t(1) << 51) + (uint64_t(1024) << 52))) >> 52;
  Vector powers = (Vector)(shift | 0x4330000000000000ULL) - 4503599627371520.0;
  Vector scaled = (Vector)((Bits)b + ((shift - 1024) << 52));
  Vector f = (a - scaled) / (a + scaled);
  Vector z = f * f;
  Vector tail = ((z * 0.1191373585 + 0.1426432272) * z + 0.2000018077) * z + 0.333333331;
  Vector twice = f + f;
  return powers * 0.69314718055994531 + (twice * z * tail + twice);
}

/** The deviation at which the normal model has this value at this distance from the forward, corrected for the logarithm. */
KERNEL_INLINE Vector startingDeviation(Vector gap, Vector value) {
  Vector t = squareRoot(1.0 + quickLogRatio(gap + value, value));
  Vector shape = polynomial(START_ABOVE, t) / polynomial(START_BELOW, t);
  return (gap + 2.0 * value) * shape * (1.0 - gap * gap * (1.0 / 24));
}

/** The slope of the Mills ratio: all digits, or the eight of a first step. */
template <bool IS_PRECISE>
KERNEL_INLINE Vector slopeOf(Vector a) {
  if (IS_PRECISE) return millsSlope(a);
  Vector x = atMost(a, 40.0);
  return polynomial(QUICK_SLOPE_ABOVE, x) / polynomial(QUICK_SLOPE_BELOW, x);
}

/** b / b' for a first step: the series to its third term. */
KERNEL_INLINE Vector quickSpread(Vector a, Vector slope, Vector half) {
  Vector x = atMost(a, 40.0);
  Vector x2 = x * x, h2 = half * half;
  Vector second = 1.0 - slope - x2 * slope;
  Vector third = second - 2.0 * slope;
  Vector fifth = x2 * third + 3.0 * second + 4.0 * third;
  return 2.0 * half * (slope - h2 * (1.0 / 6) * (third + h2 * (1.0 / 20) * fifth));
}

/**
 * b / b' = R(a - h) - R(a + h) of the Mills ratio R: by the odd terms of its Taylor series to h^9, whose derivatives all follow from the
 * slope G, as a R = 1 - G; by subtraction where h is wide.
 */
KERNEL_INLINE Vector preciseSpread(Vector a, Vector slope, Vector half) {
  Vector a2 = a * a;
  Vector second = 1.0 - slope - a2 * slope;  // a R''
  Vector third = second - 2.0 * slope;
  Vector fourth = a2 * third + 3.0 * second;
  Vector fifth = fourth + 4.0 * third;
  Vector sixth = a2 * fifth + 5.0 * fourth;
  Vector seventh = sixth + 6.0 * fifth;
  Vector eighth = a2 * seventh + 7.0 * sixth;
  Vector ninth = eighth + 8.0 * seventh;
  Vector h2 = half * half;
  Vector inner = fifth + h2 * (1.0 / 42) * (seventh + h2 * (1.0 / 72) * ninth);
  Vector spread = 2.0 * half * (slope - h2 * (1.0 / 6) * (third + h2 * (1.0 / 20) * inner));
  Integers isWide = (Integers)(half > all(WIDE_HALF));
  if (__builtin_expect(any(isWide), 0)) {
    Vector below = a - half;
    Vector near = preciseMillsRatio(absolute(below));
    Vector beyond = 2.5066282746310002 * exponential(atMost(below * below * 0.5, 700.0)) - near;
    near = choose((Integers)(below < all(0.0)), beyond, near);
    spread = choose(isWide, near - preciseMillsRatio(a + half), spread);
  }
  return spread;
}

/** Halley's step on ln b(s) - ln beta, given that miss, b / b' and a = |ln(F/K)| / s; its quotient is a short series. */
KERNEL_INLINE Vector halleyStep(Vector miss, Vector spread, Vector a, Vector deviation) {
  Vector newton = -miss * spread;
  Vector bend = a * a / deviation - 0.25 * deviation;  // b'' / b'
  Vector excess = 0.5 * (newton * bend + miss);
  return newton - newton * excess * (1.0 - excess);
}

template <class Quotes>
KERNEL_INLINE void prepareQuotes(const Quotes& quotes, QuoteBlock& block, size_t count) {
#pragma GCC unroll 1
  for (size_t row = 0; row < count; row += LANES) {
    Vector forward = quotes.forward(row), strike = quotes.strike(row), price = quotes.price(row);
    Vector gap = quotes.gap(row);
    Vector intrinsic = atLeast(turnSign(gap, quotes.putBitsOf(row)), 0.0);
    Vector value = price - intrinsic;
    Vector noise = 4 * __DBL_EPSILON__ * choose((Integers)(price > intrinsic), price, intrinsic);
    Vector most = choose((Integers)(forward < strike), forward, strike) * (1 - 1e-13);
    Integers isRegular = (Integers)((forward > all(1e-140)) & (forward < all(1e140)) & (strike > all(1e-140)) &
                                    (strike < all(1e140)) & (value > noise) & (value < most));
    isRegular &= quotes.isRegular(row);
    Vector scale = 1.0 / squareRoot(forward * strike);
    Vector relative = value * scale;
    store(block.distance + row, absolute(quotes.logMoneyness(row)));
    store(block.value + row, relative);
    store(block.deviation + row, startingDeviation(absolute(gap) * scale, relative));
    __builtin_memcpy(block.isSettled + row, &isRegular, sizeof isRegular);
  }
}

/** A step, in three short loops: one long chain of dependent instructions would leave the machine waiting. */
template <bool IS_PRECISE>
KERNEL_INLINE void stepOn(QuoteBlock& block, size_t count) {
#pragma GCC unroll 1
  for (size_t row = 0; row < count; row += LANES) {
    Vector a = load(block.distance + row) / load(block.deviation + row);
    store(block.distanceInDeviations + row, a);
    store(block.slope + row, slopeOf<IS_PRECISE>(a));
  }
#pragma GCC unroll 1
  for (size_t row = 0; row < count; row += LANES) {
    Vector a = load(block.distanceInDeviations + row), slope = load(block.slope + row);
    Vector half = 0.5 * load(block.deviation + row);
    store(block.spread + row, IS_PRECISE ? preciseSpread(a, slope, half) : quickSpread(a, slope, half));
  }
#pragma GCC unroll 1
  for (size_t row = 0; row < count; row += LANES) {
    Vector a = load(block.distanceInDeviations + row), spread = load(block.spread + row);
    Vector deviation = load(block.deviation + row), value = load(block.value + row);
    Vector half = 0.5 * deviation;
    Vector log = IS_PRECISE ? logRatio(spread, value) : quickLogRatio(spread, value);
    Vector step = halleyStep(log - 0.5 * (a * a + half * half) - LOG_ROOT_TWO_PI, spread, a, deviation);
    store(block.deviation + row, deviation + step);
    if (IS_PRECISE) {
      Integers isSettled;
      __builtin_memcpy(&isSettled, block.isSettled + row, sizeof isSettled);
      isSettled &= (Integers)((absolute(step) * (1.0 + a * a) <= SETTLED * deviation) & (a < all(39.0)));
      __builtin_memcpy(block.isSettled + row, &isSettled, sizeof isSettled);
    }
  }
}

template <class Quotes>
KERNEL_INLINE void solveBlock(const Quotes& quotes, QuoteBlock& block, size_t count, double* volatility, uint8_t* status) {
  prepareQuotes(quotes, block, count);
  stepOn<false>(block, count);
  stepOn<true>(block, count);
  Integers areSettled = ~Integers{};
  for (size_t row = 0; row < count; row += LANES) {
    store(volatility + row, load(block.deviation + row) / quotes.rootYears(row));
    Integers isSettled;
    __builtin_memcpy(&isSettled, block.isSettled + row, sizeof isSettled);
    areSettled &= isSettled;
  }
  __builtin_memset(status, OK, count);
  if (!any(~areSettled)) return;
  for (size_t row = 0; row < count; row += 1)
    if (block.isSettled[row] == 0) status[row] = searchVolatility(quotes.quote(row), &volatility[row]);
}

/** The rows after the last whole vector, on copies that repeat the last row. */
template <class Quotes>
__attribute__((noinline)) void solveRest(Quotes quotes, QuoteBlock& block, size_t count, double* volatility, uint8_t* status) {
  alignas(64) double inputs[Quotes::COLUMNS][LANES];
  alignas(64) double answers[LANES];
  uint8_t codes[LANES];
  for (size_t index = 0; index < Quotes::COLUMNS; index += 1) {
    for (size_t lane = 0; lane < LANES; lane += 1) inputs[index][lane] = quotes.column[index][lane < count ? lane : count - 1];
    quotes.column[index] = inputs[index];
  }
  solveBlock(quotes, block, LANES, answers, codes);
  for (size_t lane = 0; lane < count; lane += 1) {
    volatility[lane] = answers[lane];
    status[lane] = codes[lane];
  }
}

template <class Quotes>
KERNEL_INLINE void solveAll(size_t count, Quotes quotes, double* volatility, uint8_t* status) {
  QuoteBlock block;
  while (count >= LANES) {
    size_t rows = count < BLOCK ? count / LANES * LANES : BLOCK;
    solveBlock(quotes, block, rows, volatility, status);
    for (size_t index = 0; index < Quotes::COLUMNS; index += 1) quotes.column[index] += rows;
    volatility += rows;
    status += rows;
    count -= rows;
  }
  if (count > 0) solveRest(quotes, block, count, volatility, status);
}

/** e^x - 1, which keeps its digits where x is small. */
KERNEL_INLINE Vector exponentialLessOne(Vector x) {
  Vector series = x * (1.0 / 10) + 1.0;
  for (int power = 9; power > 1; power -= 1) series = series * x * (1.0 / power) + 1.0;
  return choose((Integers)(absolute(x) < all(0.05)), series * x, exponential(x) - 1.0);
}

/** Quotes with terms of their own: spot, strike, years, undiscounted price, sign, and ln(forward / spot). */
struct SpotQuotes {
  static constexpr size_t COLUMNS = 6;
  const double* column[COLUMNS];

  KERNEL_INLINE Vector spot(size_t row) const { return load(column[0] + row); }
  KERNEL_INLINE Vector strike(size_t row) const { return load(column[1] + row); }
  KERNEL_INLINE Vector drift(size_t row) const { return load(column[5] + row); }
  KERNEL_INLINE Vector gain(size_t row) const { return spot(row) * exponentialLessOne(drift(row)); }
  KERNEL_INLINE Vector forward(size_t row) const { return spot(row) + gain(row); }
  KERNEL_INLINE Vector gap(size_t row) const { return spot(row) - strike(row) + gain(row); }
  KERNEL_INLINE Vector logMoneyness(size_t row) const { return logRatio(spot(row), strike(row)) + drift(row); }
  KERNEL_INLINE Vector rootYears(size_t row) const { return squareRoot(load(column[2] + row)); }
  KERNEL_INLINE Vector price(size_t row) const { return load(column[3] + row); }
  KERNEL_INLINE Bits putBitsOf(size_t row) const { return putBits(load(column[4] + row)); }
  KERNEL_INLINE Integers isRegular(size_t row) const {
    Vector sign = load(column[4] + row);
    Integers isNear = (Integers)((absolute(drift(row)) < all(100.0)) & (spot(row) > all(1e-140)) & (spot(row) < all(1e140)));
    return isPositive(load(column[2] + row)) & (Integers)(sign == sign) & isNear;
  }
  Quote quote(size_t row) const {
    double spot = column[0][row], strike = column[1][row], drift = column[5][row];
    double gap = spot - strike + spot * __builtin_expm1(drift);
    double distance = distanceOf(spot, strike, drift);
    return {spot * __builtin_exp(drift), strike, column[2][row], column[3][row], column[4][row], gap, distance};
  }
};

/** The same with forwards in place of spots. */
struct ForwardQuotes {
  static constexpr size_t COLUMNS = 5;
  const double* column[COLUMNS];

  KERNEL_INLINE Vector forward(size_t row) const { return load(column[0] + row); }
  KERNEL_INLINE Vector strike(size_t row) const { return load(column[1] + row); }
  KERNEL_INLINE Vector gap(size_t row) const { return forward(row) - strike(row); }
  KERNEL_INLINE Vector logMoneyness(size_t row) const { return logRatio(forward(row), strike(row)); }
  KERNEL_INLINE Vector rootYears(size_t row) const { return squareRoot(load(column[2] + row)); }
  KERNEL_INLINE Vector price(size_t row) const { return load(column[3] + row); }
  KERNEL_INLINE Bits putBitsOf(size_t row) const { return putBits(load(column[4] + row)); }
  KERNEL_INLINE Integers isRegular(size_t row) const {
    Vector sign = load(column[4] + row);
    return isPositive(load(column[2] + row)) & (Integers)(sign == sign);
  }
  Quote quote(size_t row) const {
    double forward = column[0][row], strike = column[1][row];
    return {forward, strike, column[2][row], column[3][row], column[4][row], forward - strike, distanceOf(forward, strike, 0)};
  }
};

/** Quotes of one expiry as they are paid: strike, price, sign. */
struct ExpiryQuotes {
  static constexpr size_t COLUMNS = 3;
  const double* column[COLUMNS];
  const Expiry& expiry;
  /** What a dollar and a spot earn until then. */
  double growth, gain;

  KERNEL_INLINE Vector forward(size_t) const { return all(expiry.forward); }
  KERNEL_INLINE Vector strike(size_t row) const { return load(column[0] + row); }
  KERNEL_INLINE Vector gap(size_t row) const { return expiry.spot - strike(row) + gain; }
  KERNEL_INLINE Vector logMoneyness(size_t row) const { return logRatio(all(expiry.spot), strike(row)) + expiry.drift; }
  KERNEL_INLINE Vector rootYears(size_t) const { return all(expiry.rootYears); }
  KERNEL_INLINE Vector price(size_t row) const { return load(column[1] + row) * growth; }
  KERNEL_INLINE Bits putBitsOf(size_t row) const { return putBits(load(column[2] + row)); }
  KERNEL_INLINE Integers isRegular(size_t row) const {
    Vector sign = load(column[2] + row);
    return (Integers)(sign == sign) & (Integers{} - (expiry.isWhole ? 1 : 0));
  }
  Quote quote(size_t row) const {
    double strike = column[0][row], gap = expiry.spot - strike + gain;
    double distance = distanceOf(expiry.spot, strike, expiry.drift);
    return {expiry.forward, strike, expiry.years, column[1][row] * growth, column[2][row], gap, distance};
  }
};

static void volatilities(size_t count, const double* const* inputs, double* volatility, uint8_t* status) {
  solveAll(count, ForwardQuotes{{inputs[0], inputs[1], inputs[2], inputs[3], inputs[4]}}, volatility, status);
}

static void spotVolatilities(size_t count, const double* const* inputs, double* volatility, uint8_t* status) {
  SpotQuotes quotes{{inputs[0], inputs[1], inputs[2], inputs[3], inputs[4], inputs[5]}};
  solveAll(count, quotes, volatility, status);
}

static void rowVolatilities(size_t count, const double* scalars, const double* const* inputs, double* volatility, uint8_t* status) {
  Expiry expiry(scalars);
  double growth = __builtin_exp(expiry.rate * expiry.discountYears), gain = expiry.spot * __builtin_expm1(expiry.drift);
  solveAll(count, ExpiryQuotes{{inputs[0], inputs[1], inputs[2]}, expiry, growth, gain}, volatility, status);
}

}  // namespace KERNELS

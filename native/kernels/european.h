// European options in closed form (Black, Scholes and Merton 1973), written so that no digit is lost in the minutes before expiry:
// moneyness by 2 atanh((S-K)/(S+K)), tails by Mills ratios that share one exponential (S e^(-qT) phi(d1) = K e^(-rT) phi(d2)),
// and no 1 - N(x). Four short loops over a block of 64 options keep every port busy; one long loop body does not fit the
// machine's window.
#pragma once

#include "europeanLimits.h"

namespace KERNELS {

/** Below this deviation two Mills ratios are too close to be subtracted; a price is then taken from their slope. */
constexpr double NARROW = 8e-5;

/** Writes deviation and d1. Returns whether every row is ordinary: near the money, over days, not in the last seconds. */
template <bool IS_ORDINARY, class Rows>
KERNEL_INLINE bool writeDeviations(const Rows& rows, EuropeanBlock& block, size_t count) {
  Integers areOrdinary = ~Integers{};
#pragma GCC unroll 1
  for (size_t row = 0; row < count; row += LANES) {
    Vector asset = rows.asset(row);
    Vector strike = rows.strike(row);
    Vector rootYears = rows.rootYears(row);
    Vector deviation = rows.volatility(row) * rootYears;
    Vector ratio = (asset - strike) / (asset + strike);
    Integers isNear = (Integers)(absolute(ratio) <= all(0.25));
    areOrdinary &= isNear & (Integers)((deviation >= all(NARROW)) & (deviation <= all(100.0))) & rows.isOrdinary(row);
    Vector log = nearLogRatio(ratio);
    if (!IS_ORDINARY) {
      log = choose(isNear, log, logRatio(asset, strike));
      Integers isRegular = rows.isRegular(row) & (Integers)((deviation > all(1e-12)) & (deviation < all(1e3)));
      __builtin_memcpy(block.isRegular + row, &isRegular, sizeof isRegular);
    }
    Vector inverse = 1.0 / deviation;
    rows.keepRoot(block, row, rootYears);
    store(block.deviation + row, deviation);
    store(block.inverseDeviation + row, inverse);
    store(block.d1 + row, rows.forwardLog(row, log) * inverse + 0.5 * deviation);
  }
  return !any(~areOrdinary);
}

/** Writes the factors of interest and the density at d1. */
template <bool IS_ORDINARY, class Rows>
KERNEL_INLINE void writeDensities(const Rows& rows, EuropeanBlock& block, size_t count) {
#pragma GCC unroll 1
  for (size_t row = 0; row < count; row += LANES) {
    rows.template writeFactors<IS_ORDINARY>(row, block);
    Vector d1 = load(block.d1 + row);
    Vector density = exponential(d1 * -0.5 * d1 - LOG_ROOT_TWO_PI);
    store(block.density + row, rows.carried(block, row) * density);
  }
}

/** Writes the Mills ratios of both distances. */
KERNEL_INLINE void writeTails(EuropeanBlock& block, size_t count) {
#pragma GCC unroll 1
  for (size_t row = 0; row < count; row += LANES) {
    Vector d1 = load(block.d1 + row);
    Vector d2 = d1 - load(block.deviation + row);
    store(block.tail1 + row, millsRatio(absolute(d1)));
    store(block.tail2 + row, millsRatio(absolute(d2)));
  }
}

/** The parts of a row of which every side's Greeks are made. */
struct Parts {
  Vector spot, strike, rootYears, inverseDeviation, d1, d2, carried, discounted, density, halfVariance;
  /** Density times Mills ratio: e^(-qT) N(-|d1|), and K e^(-rT) N(-|d2|). */
  Vector tail1, tail2;
  /** Density over deviation: gamma times the spot. */
  Vector perDeviation;

  template <class Rows>
  KERNEL_INLINE Parts(const Rows& rows, const EuropeanBlock& block, size_t row) {
    spot = rows.spot(row);
    strike = rows.strike(row);
    rootYears = rows.keptRoot(block, row);
    inverseDeviation = load(block.inverseDeviation + row);
    d1 = load(block.d1 + row);
    d2 = d1 - load(block.deviation + row);
    carried = rows.carried(block, row);
    discounted = rows.discounted(block, row);
    density = load(block.density + row);
    tail1 = density * load(block.tail1 + row);
    tail2 = spot * density * load(block.tail2 + row);
    Vector volatility = rows.volatility(row);
    halfVariance = 0.5 * volatility * volatility;
    perDeviation = density * inverseDeviation;
  }

  KERNEL_INLINE Vector vega() const { return density * (spot * rootYears); }
  /** Minus vanna, from which vomma follows. */
  KERNEL_INLINE Vector minusVanna() const { return perDeviation * rootYears * d2; }
  KERNEL_INLINE Vector vomma() const { return spot * rootYears * (d1 * minusVanna()); }
};

/** What differs between call and put; `flip` has the sign bit of every put. */
struct Side {
  /** Shares held and money owed in the replicating portfolio, with their sign. */
  Vector delta, shares, owed, price;

  KERNEL_INLINE Side(const Parts& parts, Bits flip) {
    Vector zero = all(0.0);
    Vector lent = parts.strike * parts.discounted;
    Vector inside1 =
        choose((Integers)(turnSign(parts.d1, flip) > zero), parts.carried - parts.tail1, parts.tail1);
    Vector inside2 = choose((Integers)(turnSign(parts.d2, flip) > zero), lent - parts.tail2, parts.tail2);
    delta = turnSign(inside1, flip);
    owed = turnSign(inside2, flip);
    shares = parts.spot * delta;
    price = atLeast(shares - owed, 0.0);
  }

  /** Prices of narrow deviations anew, from the slope of the Mills ratio: A (R(x-h) - R(x+h)) with h^4 left out. */
  KERNEL_INLINE void mendNarrow(const Parts& parts, Vector deviation, Bits flip) {
    Vector half = 0.5 * deviation;
    Vector x = absolute(parts.d1 - half);
    Vector slope = millsSlope(x);
    Vector spread = deviation * (slope - half * half * (1.0 / 6) * (1.0 - (3.0 + x * x) * slope));
    Vector ahead = turnSign(parts.spot * parts.carried - parts.strike * parts.discounted, flip);
    Vector mended = parts.spot * parts.density * spread + atLeast(ahead, 0.0);
    price = choose((Integers)(deviation < all(NARROW)), mended, price);
  }

  KERNEL_INLINE Vector theta(const Parts& parts, Vector rate, Vector yield) const {
    return yield * shares - rate * owed - parts.spot * parts.halfVariance * parts.perDeviation;
  }
  KERNEL_INLINE Vector charm(const Parts& parts, Vector rate, Vector yield) const {
    Vector drift = (rate - yield) - parts.d2 * (parts.halfVariance * parts.inverseDeviation);
    return yield * delta - parts.perDeviation * drift;
  }
};

/** Writes nine columns in the order of Greek. */
template <bool PAST_CACHE>
struct GreekSink {
  static constexpr size_t COLUMNS = GREEKS;
  double* column[COLUMNS];

  KERNEL_INLINE void put(Greek greek, size_t row, Vector value) const { storeResult<PAST_CACHE>(column[greek] + row, value); }

  template <bool IS_ORDINARY, class Rows>
  KERNEL_INLINE void write(const Rows& rows, const EuropeanBlock& block, size_t row) const {
    Parts parts(rows, block, row);
    Bits flip = rows.putBitsOf(row);
    Side side(parts, flip);
    if (!IS_ORDINARY) side.mendNarrow(parts, load(block.deviation + row), flip);
    Vector rate = rows.rate(row), yield = rows.yield(row);
    put(PRICE, row, side.price);
    put(DELTA, row, side.delta);
    put(GAMMA, row, rows.overSpot(parts.perDeviation, row));
    put(THETA, row, side.theta(parts, rate, yield));
    put(VEGA, row, parts.vega());
    put(RHO, row, rows.discountYears(row) * side.owed);
    put(VANNA, row, -parts.minusVanna());
    put(CHARM, row, side.charm(parts, rate, yield));
    put(VOMMA, row, parts.vomma());
  }

  template <class Rows>
  void writeLimit(const Rows& rows, size_t row) const {
    double greeks[GREEKS];
    limitGreeks(rows.terms(row), rows.sign(row) > 0 ? 1 : -1, greeks);
    for (size_t greek = 0; greek < COLUMNS; greek += 1) column[greek][row] = greeks[greek];
  }
};

/** Writes prices alone. */
struct PriceSink {
  static constexpr size_t COLUMNS = 1;
  double* column[COLUMNS];

  template <bool IS_ORDINARY, class Rows>
  KERNEL_INLINE void write(const Rows& rows, const EuropeanBlock& block, size_t row) const {
    Parts parts(rows, block, row);
    Bits flip = rows.putBitsOf(row);
    Side side(parts, flip);
    if (!IS_ORDINARY) side.mendNarrow(parts, load(block.deviation + row), flip);
    store(column[0] + row, side.price);
  }

  template <class Rows>
  void writeLimit(const Rows& rows, size_t row) const {
    double greeks[GREEKS];
    limitGreeks(rows.terms(row), rows.sign(row) > 0 ? 1 : -1, greeks);
    column[0][row] = greeks[PRICE];
  }
};

/** Writes call and put of a strike: columns in the order of StrikeOutput. */
struct StrikeSink {
  static constexpr size_t COLUMNS = STRIKE_OUTPUTS;
  double* column[COLUMNS];

  template <bool IS_ORDINARY, class Rows>
  KERNEL_INLINE void writeSide(const Rows& rows, const EuropeanBlock& block, const Parts& parts, size_t row, Bits flip,
                               size_t from) const {
    Side side(parts, flip);
    if (!IS_ORDINARY) side.mendNarrow(parts, load(block.deviation + row), flip);
    Vector rate = rows.rate(row), yield = rows.yield(row);
    store(column[from + CALL_PRICE] + row, side.price);
    store(column[from + CALL_DELTA] + row, side.delta);
    store(column[from + CALL_THETA] + row, side.theta(parts, rate, yield));
    store(column[from + CALL_RHO] + row, rows.discountYears(row) * side.owed);
    store(column[from + CALL_CHARM] + row, side.charm(parts, rate, yield));
  }

  template <bool IS_ORDINARY, class Rows>
  KERNEL_INLINE void write(const Rows& rows, const EuropeanBlock& block, size_t row) const {
    Parts parts(rows, block, row);
    writeSide<IS_ORDINARY>(rows, block, parts, row, Bits{}, CALL_PRICE);
    writeSide<IS_ORDINARY>(rows, block, parts, row, Bits{} + SIGN_BIT, PUT_PRICE);
    store(column[BOTH_GAMMA] + row, rows.overSpot(parts.perDeviation, row));
    store(column[BOTH_VEGA] + row, parts.vega());
    store(column[BOTH_VANNA] + row, -parts.minusVanna());
    store(column[BOTH_VOMMA] + row, parts.vomma());
  }

  template <class Rows>
  void writeLimit(const Rows& rows, size_t row) const {
    static const Greek ofSide[] = {PRICE, DELTA, THETA, RHO, CHARM};
    static const Greek ofBoth[] = {GAMMA, VEGA, VANNA, VOMMA};
    double call[GREEKS], put[GREEKS];
    limitGreeks(rows.terms(row), 1, call);
    limitGreeks(rows.terms(row), -1, put);
    for (size_t place = 0; place < 5; place += 1) {
      column[CALL_PRICE + place][row] = call[ofSide[place]];
      column[PUT_PRICE + place][row] = put[ofSide[place]];
    }
    for (size_t place = 0; place < 4; place += 1) column[BOTH_GAMMA + place][row] = call[ofBoth[place]];
  }
};

/** Writes call and put prices of a strike. */
struct StrikePriceSink {
  static constexpr size_t COLUMNS = 2;
  double* column[COLUMNS];

  template <bool IS_ORDINARY, class Rows>
  KERNEL_INLINE void write(const Rows& rows, const EuropeanBlock& block, size_t row) const {
    Parts parts(rows, block, row);
    for (size_t put = 0; put < COLUMNS; put += 1) {
      Bits flip = Bits{} + (put == 1 ? SIGN_BIT : 0);
      Side side(parts, flip);
      if (!IS_ORDINARY) side.mendNarrow(parts, load(block.deviation + row), flip);
      store(column[put] + row, side.price);
    }
  }

  template <class Rows>
  void writeLimit(const Rows& rows, size_t row) const {
    double greeks[GREEKS];
    for (size_t put = 0; put < COLUMNS; put += 1) {
      limitGreeks(rows.terms(row), put == 1 ? -1 : 1, greeks);
      column[put][row] = greeks[PRICE];
    }
  }
};

/** The stages after the first. */
template <bool IS_ORDINARY, class Rows, class Sink>
KERNEL_INLINE void finishBlock(const Rows& rows, const Sink& sink, EuropeanBlock& block, size_t count) {
  writeDensities<IS_ORDINARY>(rows, block, count);
  writeTails(block, count);
#pragma GCC unroll 1
  for (size_t row = 0; row < count; row += LANES) sink.template write<IS_ORDINARY>(rows, block, row);
}

/** A block in which some row is not ordinary: every lane still goes the way it would go among ordinary neighbours. */
template <class Rows, class Sink>
__attribute__((noinline)) void workCarefully(const Rows& rows, const Sink& sink, EuropeanBlock& block, size_t count) {
  writeDeviations<false>(rows, block, count);
  finishBlock<false>(rows, sink, block, count);
  for (size_t row = 0; row < count; row += 1)
    if (block.isRegular[row] == 0) sink.writeLimit(rows, row);
}

template <class Rows, class Sink>
KERNEL_INLINE void workBlock(const Rows& rows, const Sink& sink, EuropeanBlock& block, size_t count) {
  if (writeDeviations<true>(rows, block, count)) finishBlock<true>(rows, sink, block, count);
  else workCarefully(rows, sink, block, count);
}

/** The rows after the last whole vector, on copies that repeat the last row. */
template <class Rows, class Sink>
__attribute__((noinline)) void workRest(Rows rows, Sink sink, EuropeanBlock& block, size_t count) {
  alignas(64) double inputs[Rows::COLUMNS][LANES];
  alignas(64) double outputs[Sink::COLUMNS][LANES];
  double* targets[Sink::COLUMNS];
  for (size_t index = 0; index < Rows::COLUMNS; index += 1) {
    for (size_t lane = 0; lane < LANES; lane += 1) inputs[index][lane] = rows.column[index][lane < count ? lane : count - 1];
    rows.column[index] = inputs[index];
  }
  for (size_t index = 0; index < Sink::COLUMNS; index += 1) {
    targets[index] = sink.column[index];
    sink.column[index] = outputs[index];
  }
  workBlock(rows, sink, block, LANES);
  for (size_t index = 0; index < Sink::COLUMNS; index += 1)
    for (size_t lane = 0; lane < count; lane += 1) targets[index][lane] = outputs[index][lane];
}

/** Works on all rows, block by block. */
template <class Rows, class Sink>
KERNEL_INLINE void workAll(size_t count, Rows rows, Sink sink) {
  EuropeanBlock block;
  auto advance = [&](size_t by) {
    for (size_t index = 0; index < Rows::COLUMNS; index += 1) rows.column[index] += by;
    for (size_t index = 0; index < Sink::COLUMNS; index += 1) sink.column[index] += by;
  };
  // Sixteen streams are more than the machine follows by itself
  auto fetchNext = [&] {
    for (size_t index = 0; index < Rows::COLUMNS; index += 1)
      for (size_t line = 0; line < BLOCK; line += 8) __builtin_prefetch(rows.column[index] + BLOCK + line);
  };
  size_t left = count;
  for (; left >= BLOCK; left -= BLOCK) {
    if (left >= 2 * BLOCK) fetchNext();
    workBlock(rows, sink, block, BLOCK);
    advance(BLOCK);
  }
  size_t whole = left / LANES * LANES;
  if (whole > 0) workBlock(rows, sink, block, whole);
  advance(whole);
  if (left > whole) workRest(rows, sink, block, left - whole);
}

/** Rows from which on results go past the cache: nobody reads megabytes at once. */
constexpr size_t PAST_CACHE_FROM = 65536;

static inline bool areAligned(double* const* columns, size_t count) {
  uintptr_t bits = 0;
  for (size_t index = 0; index < count; index += 1) bits |= (uintptr_t)columns[index];
  return bits % (LANES * 8) == 0;
}

template <class To>
static inline To columnsOf(double* const* outputs) {
  To sink;
  for (size_t index = 0; index < To::COLUMNS; index += 1) sink.column[index] = outputs[index];
  return sink;
}

static inline BatchRows batchRows(const double* const* inputs) {
  BatchRows rows;
  for (size_t index = 0; index < BATCH_INPUTS; index += 1) rows.column[index] = inputs[index];
  return rows;
}

static void batchGreeks(size_t count, const double* const* inputs, double* const* outputs) {
  if (count >= PAST_CACHE_FROM && areAligned(outputs, GREEKS)) {
    workAll(count, batchRows(inputs), columnsOf<GreekSink<true>>(outputs));
    endStreaming();
  } else {
    workAll(count, batchRows(inputs), columnsOf<GreekSink<false>>(outputs));
  }
}

static void batchPrices(size_t count, const double* const* inputs, double* price) {
  workAll(count, batchRows(inputs), PriceSink{{price}});
}

static void rowGreeks(size_t count, const double* scalars, const double* const* inputs, double* const* outputs) {
  Expiry expiry(scalars);
  ExpiryRows<3> rows{{inputs[0], inputs[1], inputs[2]}, expiry};
  workAll(count, rows, columnsOf<GreekSink<false>>(outputs));
}

static void rowPrices(size_t count, const double* scalars, const double* const* inputs, double* price) {
  Expiry expiry(scalars);
  ExpiryRows<3> rows{{inputs[0], inputs[1], inputs[2]}, expiry};
  workAll(count, rows, PriceSink{{price}});
}

static void strikeGreeks(size_t count, const double* scalars, const double* const* inputs, double* const* outputs) {
  Expiry expiry(scalars);
  workAll(count, ExpiryRows<2>{{inputs[0], inputs[1]}, expiry}, columnsOf<StrikeSink>(outputs));
}

static void strikePrices(size_t count, const double* scalars, const double* const* inputs, double* const* outputs) {
  Expiry expiry(scalars);
  workAll(count, ExpiryRows<2>{{inputs[0], inputs[1]}, expiry}, columnsOf<StrikePriceSink>(outputs));
}

}  // namespace KERNELS

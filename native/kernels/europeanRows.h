// How the European kernels see options: as rows with terms of their own, or as rows of one expiry.
#pragma once

#include "europeanTable.h"
#include "lanes.h"

namespace KERNELS {

/** Options that go through the stages together; what is between stages stays in the first cache. */
constexpr size_t BLOCK = 64;

constexpr uint64_t SIGN_BIT = 0x8000000000000000ULL;

/** The value with its sign turned where the mask of sign bits is set. */
KERNEL_INLINE Vector turnSign(Vector value, Bits flip) { return (Vector)((Bits)value ^ flip); }

/** Sign bits of the options that are puts. */
KERNEL_INLINE Bits putBits(Vector sign) { return ~(Bits)(sign > all(0.0)) & SIGN_BIT; }

/** What one option is worth under, for the few that are priced by themselves. */
struct Terms {
  double spot, strike, years, discountYears, volatility, rate, yield;
};

/** What the stages hand to one another. */
struct alignas(64) EuropeanBlock {
  double rootYears[BLOCK];
  double deviation[BLOCK];
  double inverseDeviation[BLOCK];
  double d1[BLOCK];
  /** e^(-yield t) and e^(-rate t). */
  double carried[BLOCK];
  double discounted[BLOCK];
  /** e^(-yield t) phi(d1). */
  double density[BLOCK];
  /** Mills ratios of |d1| and |d2|. */
  double tail1[BLOCK];
  double tail2[BLOCK];
  /** All bits set where the vector formulas hold. */
  int64_t isRegular[BLOCK];
};

/** Whether numbers are positive and far from the ends of what a double can hold. */
KERNEL_INLINE Integers isPositive(Vector x) { return (Integers)((x > all(1e-290)) & (x < all(1e290))); }

/** e^x of an interest: five terms where that is exact; the choice is made lane by lane, so neighbours change nothing. */
template <bool IS_ORDINARY>
KERNEL_INLINE Vector interestFactor(Vector x) {
  if (IS_ORDINARY) return smallExponential(x);
  return choose((Integers)(absolute(x) <= all(1.0 / 1024)), smallExponential(x), exponential(x));
}

/** Options with terms of their own, columns in the order of BatchInput. One clock serves variance and interest. */
struct BatchRows {
  static constexpr size_t COLUMNS = BATCH_INPUTS;
  const double* column[COLUMNS];

  KERNEL_INLINE Vector read(BatchInput input, size_t row) const { return load(column[input] + row); }
  KERNEL_INLINE Vector spot(size_t row) const { return read(BATCH_SPOT, row); }
  KERNEL_INLINE Vector strike(size_t row) const { return read(BATCH_STRIKE, row); }
  KERNEL_INLINE Vector volatility(size_t row) const { return read(BATCH_VOLATILITY, row); }
  KERNEL_INLINE Vector rootYears(size_t row) const { return squareRoot(read(BATCH_YEARS, row)); }
  KERNEL_INLINE Vector overSpot(Vector value, size_t row) const { return value / spot(row); }
  KERNEL_INLINE Vector discountYears(size_t row) const { return read(BATCH_YEARS, row); }
  KERNEL_INLINE Vector rate(size_t row) const { return read(BATCH_RATE, row); }
  KERNEL_INLINE Vector yield(size_t row) const { return read(BATCH_YIELD, row); }
  KERNEL_INLINE Bits putBitsOf(size_t row) const { return putBits(read(BATCH_SIGN, row)); }
  double sign(size_t row) const { return column[BATCH_SIGN][row]; }

  /** What the moneyness is measured from; `forwardLog` adds the rest of the way to the forward. */
  KERNEL_INLINE Vector asset(size_t row) const { return spot(row); }
  KERNEL_INLINE Vector forwardLog(size_t row, Vector log) const {
    return (rate(row) - yield(row)) * read(BATCH_YEARS, row) + log;
  }

  /** Where interest is small, as it is over days. */
  KERNEL_INLINE Integers isOrdinary(size_t row) const {
    Vector years = read(BATCH_YEARS, row);
    Vector most = all(1.0 / 1024);
    return (Integers)((absolute(rate(row) * years) <= most) & (absolute(yield(row) * years) <= most));
  }

  KERNEL_INLINE Integers isRegular(size_t row) const {
    Vector years = read(BATCH_YEARS, row);
    Vector most = all(500.0);
    return isPositive(spot(row)) & isPositive(strike(row)) & isPositive(years) &
           (Integers)((absolute(rate(row) * years) < most) & (absolute(yield(row) * years) < most));
  }

  KERNEL_INLINE void keepRoot(EuropeanBlock& block, size_t row, Vector root) const { store(block.rootYears + row, root); }
  KERNEL_INLINE Vector keptRoot(const EuropeanBlock& block, size_t row) const { return load(block.rootYears + row); }

  template <bool IS_ORDINARY>
  KERNEL_INLINE void writeFactors(size_t row, EuropeanBlock& block) const {
    Vector years = read(BATCH_YEARS, row);
    store(block.carried + row, interestFactor<IS_ORDINARY>(-(yield(row) * years)));
    store(block.discounted + row, interestFactor<IS_ORDINARY>(-(rate(row) * years)));
  }
  KERNEL_INLINE Vector carried(const EuropeanBlock& block, size_t row) const { return load(block.carried + row); }
  KERNEL_INLINE Vector discounted(const EuropeanBlock& block, size_t row) const { return load(block.discounted + row); }

  Terms terms(size_t row) const {
    double years = column[BATCH_YEARS][row];
    return {column[BATCH_SPOT][row], column[BATCH_STRIKE][row], years, years,
            column[BATCH_VOLATILITY][row], column[BATCH_RATE][row], column[BATCH_YIELD][row]};
  }
};

/** What the options of one expiry have in common, worked out once. */
struct Expiry {
  double spot, years, discountYears, rate, yield;
  /** ln(forward / spot), which keeps the digits that the forward itself has lost in rounding. */
  double drift;
  double forward, perSpot, rootYears, carriedFactor, discountFactor;
  /** Rate and yield as they accrue: 0 where settlement lies on the same day. */
  double accruingRate, accruingYield;
  bool isWhole;

  explicit Expiry(const double* scalars)
      : spot(scalars[CHAIN_SPOT]),
        years(scalars[CHAIN_YEARS]),
        discountYears(scalars[CHAIN_DISCOUNT_YEARS]),
        rate(scalars[CHAIN_RATE]),
        yield(scalars[CHAIN_YIELD]) {
    drift = (rate - yield) * discountYears;
    forward = spot * __builtin_exp(drift);
    perSpot = 1 / spot;
    rootYears = __builtin_sqrt(years);
    carriedFactor = __builtin_exp(-yield * discountYears);
    discountFactor = __builtin_exp(-rate * discountYears);
    accruingRate = discountYears > 0 ? rate : 0;
    accruingYield = discountYears > 0 ? yield : 0;
    isWhole = years > 1e-290 && years < 1e290 && spot > 1e-290 && spot < 1e290 && forward > 1e-290 && forward < 1e290 &&
              carriedFactor > 0 && carriedFactor < 1e290 && discountFactor > 0 && discountFactor < 1e290;
  }
};

/** Options of one expiry. `COUNT` is 3 with a column of signs, 2 where call and put of a strike are worked out together. */
template <size_t COUNT>
struct ExpiryRows {
  static constexpr size_t COLUMNS = COUNT;
  const double* column[COLUMNS];
  const Expiry& expiry;

  KERNEL_INLINE Vector spot(size_t) const { return all(expiry.spot); }
  KERNEL_INLINE Vector strike(size_t row) const { return load(column[0] + row); }
  KERNEL_INLINE Vector volatility(size_t row) const { return load(column[1] + row); }
  KERNEL_INLINE Vector rootYears(size_t) const { return all(expiry.rootYears); }
  KERNEL_INLINE Vector overSpot(Vector value, size_t) const { return value * expiry.perSpot; }
  KERNEL_INLINE void keepRoot(EuropeanBlock&, size_t, Vector) const {}
  KERNEL_INLINE Vector keptRoot(const EuropeanBlock&, size_t) const { return all(expiry.rootYears); }
  KERNEL_INLINE Vector discountYears(size_t) const { return all(expiry.discountYears); }
  KERNEL_INLINE Vector rate(size_t) const { return all(expiry.accruingRate); }
  KERNEL_INLINE Vector yield(size_t) const { return all(expiry.accruingYield); }
  KERNEL_INLINE Bits putBitsOf(size_t row) const { return putBits(load(column[COLUMNS - 1] + row)); }
  double sign(size_t row) const { return column[COLUMNS - 1][row]; }
  KERNEL_INLINE Vector asset(size_t) const { return all(expiry.spot); }
  KERNEL_INLINE Vector forwardLog(size_t, Vector log) const { return log + expiry.drift; }
  KERNEL_INLINE Integers isOrdinary(size_t) const { return Integers{} - (expiry.isWhole ? 1 : 0); }
  KERNEL_INLINE Integers isRegular(size_t row) const { return isPositive(strike(row)) & isOrdinary(row); }

  template <bool IS_ORDINARY>
  KERNEL_INLINE void writeFactors(size_t, EuropeanBlock&) const {}
  KERNEL_INLINE Vector carried(const EuropeanBlock&, size_t) const { return all(expiry.carriedFactor); }
  KERNEL_INLINE Vector discounted(const EuropeanBlock&, size_t) const { return all(expiry.discountFactor); }

  Terms terms(size_t row) const {
    return {expiry.spot, column[0][row], expiry.years, expiry.discountYears, column[1][row], expiry.rate, expiry.yield};
  }
};

}  // namespace KERNELS

// What the European kernels offer to the addon, once for each instruction set. Columns are pointers to the first row that is
// worked on; `scalars` are what the options of one expiry have in common, in the order of `ChainScalar`.
#pragma once

#include <cstddef>
#include <cstdint>

#include "level.h"

/** Columns of a batch, where every option has its own terms. `sign` is 1 for a call and -1 for a put. */
enum BatchInput { BATCH_SPOT, BATCH_STRIKE, BATCH_YEARS, BATCH_VOLATILITY, BATCH_RATE, BATCH_YIELD, BATCH_SIGN, BATCH_INPUTS };

/** What the options of one expiry have in common; `years` is the clock of variance, `discountYears` that of interest. */
enum ChainScalar { CHAIN_SPOT, CHAIN_YEARS, CHAIN_DISCOUNT_YEARS, CHAIN_RATE, CHAIN_YIELD, CHAIN_SCALARS };

/** What is written for an option. */
enum Greek { PRICE, DELTA, GAMMA, THETA, VEGA, RHO, VANNA, CHARM, VOMMA, GREEKS };

/** What is written for a strike: what call and put share stands once. */
enum StrikeOutput {
  CALL_PRICE, CALL_DELTA, CALL_THETA, CALL_RHO, CALL_CHARM,
  PUT_PRICE, PUT_DELTA, PUT_THETA, PUT_RHO, PUT_CHARM,
  BOTH_GAMMA, BOTH_VEGA, BOTH_VANNA, BOTH_VOMMA, STRIKE_OUTPUTS
};

/** Why an option has or has no implied volatility; the codes that JavaScript sees. */
enum VolatilityStatus : uint8_t { OK, BELOW_INTRINSIC, ABOVE_MAXIMUM, LOST_IN_ROUNDING, EXPIRED, NOT_A_NUMBER };

struct EuropeanTable {
  /** Price and eight Greeks of options with terms of their own. */
  void (*batchGreeks)(size_t count, const double* const* inputs, double* const* outputs);
  /** Their prices alone. */
  void (*batchPrices)(size_t count, const double* const* inputs, double* price);
  /** Price and eight Greeks of options of one expiry; `inputs` are strike, volatility and sign. */
  void (*rowGreeks)(size_t count, const double* scalars, const double* const* inputs, double* const* outputs);
  /** Their prices alone. */
  void (*rowPrices)(size_t count, const double* scalars, const double* const* inputs, double* price);
  /** Call and put of every strike of one expiry; `inputs` are strike and volatility, `outputs` as in StrikeOutput. */
  void (*strikeGreeks)(size_t count, const double* scalars, const double* const* inputs, double* const* outputs);
  /** Their prices alone; `outputs` are call and put. */
  void (*strikePrices)(size_t count, const double* scalars, const double* const* inputs, double* const* outputs);
  /** Volatilities from undiscounted prices; `inputs` are forward, strike, years, price and sign. */
  void (*volatilities)(size_t count, const double* const* inputs, double* volatility, uint8_t* status);
  /** The same by spot; `inputs` are spot, strike, years, undiscounted price, sign and ln(forward / spot). */
  void (*spotVolatilities)(size_t count, const double* const* inputs, double* volatility, uint8_t* status);
  /** Volatilities of options of one expiry from their prices as paid; `inputs` are strike, price and sign. */
  void (*rowVolatilities)(size_t count, const double* scalars, const double* const* inputs, double* volatility, uint8_t* status);
};

KERNEL_TABLE(EuropeanTable, europeanTable)

// What the American kernels offer to the addon, once for each instruction set.
#pragma once

#include <cstddef>

#include "americanRules.h"
#include "level.h"

struct AmericanTable {
  /** Prices of `count` options, each with its own spot, strike, years, discount years, volatility, rate, yield and sign. */
  void (*prices)(const AmericanRules& rules, size_t count, const double* const* inputs, double* price);
  /** The same with fewer points: errors some times smaller than those of QuantLib's QdFp fast scheme. */
  void (*quickPrices)(const AmericanRules& rules, size_t count, const double* const* inputs, double* price);
  /** Price and eight Greeks of the same options. */
  void (*greeks)(const AmericanRules& rules, size_t count, const double* const* inputs, double* const* outputs);
  /** Volatilities of the same options, with a price in the place of the volatility, and a status each. */
  void (*volatilities)(const AmericanRules& rules, size_t count, const double* const* inputs, double* volatility, unsigned char* status);
  /**
   * The boundaries of an expiry over a range of volatilities, lowest and highest, for the kernels below: `BOUNDARIES_SIZE` numbers.
   * They hold as long as interest and dividends over the life stand, and for deviations in the range.
   */
  void (*boundaries)(const AmericanRules& rules, const double* expiry, const double* range, double* boundaries);
  /** Price and eight Greeks of `count` options of one expiry: strike, volatility and sign. Boundaries that do not hold are not used. */
  void (*chainGreeks)(const AmericanRules& rules, const double* expiry, const double* boundaries, size_t count,
                      const double* const* inputs, double* const* outputs);
  /** Volatilities of `count` quotes of one expiry: strike, price and sign. */
  void (*chainVolatilities)(const AmericanRules& rules, const double* expiry, const double* boundaries, size_t count,
                            const double* const* inputs, double* volatility, unsigned char* status);
};

KERNEL_TABLE(AmericanTable, americanTable)

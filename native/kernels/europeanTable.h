// What the European kernels offer to the addon, once for each instruction set.
#pragma once

#include <cstddef>
#include "level.h"

struct EuropeanTable {
  /** Price and eight Greeks of `count` options, each with its own spot, strike, years, volatility, rate, yield and sign. */
  void (*batch)(size_t count, const double* const* inputs, double* const* outputs);
};

KERNEL_TABLE(EuropeanTable, europeanTable)

// What the American kernels offer to the addon, once for each instruction set.
#pragma once

#include "level.h"

struct AmericanTable {
  /** Doubles in a vector of this instruction set. */
  int lanes;
};

KERNEL_TABLE(AmericanTable, americanTable)

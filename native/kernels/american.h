// The American kernels.
#pragma once

#include "americanTable.h"
#include "lanes.h"

namespace KERNELS {

extern const AmericanTable americanTable = {LANES};

}  // namespace KERNELS

// European options in closed form.
#pragma once

#include "europeanTable.h"
#include "lanes.h"

namespace KERNELS {

extern const EuropeanTable europeanTable = {nullptr};

}  // namespace KERNELS

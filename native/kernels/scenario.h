// The scenario kernels.
#pragma once

#include "scenarioTable.h"
#include "lanes.h"

namespace KERNELS {

extern const ScenarioTable scenarioTable = {LANES};

}  // namespace KERNELS

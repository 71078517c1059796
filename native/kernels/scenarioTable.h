// What the scenario kernels offer to the addon, once for each instruction set.
#pragma once

#include "level.h"

struct ScenarioTable {
  /** Doubles in a vector of this instruction set. */
  int lanes;
};

KERNEL_TABLE(ScenarioTable, scenarioTable)

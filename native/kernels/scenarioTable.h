// What the scenario kernels offer to the addon, once for each instruction set.
#pragma once

#include <cstddef>

#include "level.h"
#include "scenarioColumns.h"

/** A leg at one time: all that its scenarios share. */
struct ScenarioLegTerms {
  double strike;
  /** 1 for a call, -1 for a put. */
  double sign;
  double shares;
  double basis;
  /** 0 once expired. */
  double rootYears;
  /** Interest and yield a year, 0 where settlement is on the same day. */
  double rate;
  double dividendYield;
  /** ln(forward / spot), forward / spot - 1, exp(-yield t), exp(-rate t). */
  double drift;
  double growth;
  double carried;
  double discounted;
};

/** Neighbouring spots of one time, with all legs and all factors. */
struct ScenarioBlock {
  const ScenarioLegTerms* legs;
  size_t legCount;
  const double* spots;
  /** At most SCENARIO_BLOCK. */
  size_t spotCount;
  /** Of the first leg at the first spot; a leg further lies `stride` away. */
  const double* volatility;
  const double* factors;
  size_t factorCount;
  /** Of the first factor at the first spot, to be added to; a factor further lies `stride` away. */
  double* outputs[SCENARIO_OUTPUTS];
  size_t stride;
};

/** Spots of one block. */
enum { SCENARIO_BLOCK = 64 };

struct ScenarioTable {
  /** Adds every leg of a block to its outputs. */
  void (*add)(const ScenarioBlock& block);
};

KERNEL_TABLE(ScenarioTable, scenarioTable)

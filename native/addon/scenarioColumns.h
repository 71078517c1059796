// A book, its axes and the columns of its grid, as JavaScript gives them.
#pragma once

#include "../kernels/scenarioColumns.h"
#include "columns.h"

/** Columns read from JavaScript, and the arrays they came as, which must be held while work on them is under way. */
struct ScenarioArguments {
  ScenarioColumns columns;
  double* outputs[SCENARIO_OUTPUTS];
};

/**
 * Reads inputs (sign, strike, shares, basis, years, discountYears, volatility, spots, factors, minutes, and a column of the rate and
 * the dividend yield) and outputs (profit, delta, gamma, theta, vega), and checks that their lengths agree.
 */
bool readScenario(napi_env env, napi_value inputs, napi_value outputs, ScenarioArguments* into);

/** Reads the columns of a grid, each with a number for every scenario. */
bool readScenarioOutputs(napi_env env, napi_value outputs, size_t scenarios, double** into);

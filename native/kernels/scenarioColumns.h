// A book and the axes of a grid as columns, laid out as core/pricing/scenario.ts says.
#pragma once

#include <cstddef>

struct ScenarioColumns {
  /** By leg: 1 for a call and -1 for a put, dollars, shares (below 0 where sold), dollars a share, years, years. */
  const double* sign;
  const double* strike;
  const double* shares;
  const double* basis;
  const double* years;
  const double* discountYears;
  /** At (time * legs + leg) * spots + spot. */
  const double* volatility;
  const double* spots;
  const double* factors;
  const double* minutes;
  size_t legCount;
  size_t spotCount;
  size_t factorCount;
  size_t timeCount;
  double rate;
  double dividendYield;

  /** Scenarios, at (time * factors + factor) * spots + spot. */
  size_t scenarioCount() const { return timeCount * factorCount * spotCount; }
};

/** Profit, delta, gamma, theta and vega. */
enum { SCENARIO_OUTPUTS = 5 };

/** Minutes of a calendar year. */
static const double SCENARIO_MINUTES_PER_YEAR = 525600;

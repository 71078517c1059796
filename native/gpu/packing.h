// From columns of doubles to the singles that options.wgsl reads, and back. What loses digits in single precision is done here
// first, in double precision: spot less strike, growth less 1.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <utility>
#include <vector>

#include "../kernels/scenarioColumns.h"
#include "computeDevice.h"

namespace gpu {

/** The columns of a batch, one row an option; sign is 1 for a call and -1 for a put. */
struct OptionColumns {
  const double* spot;
  const double* strike;
  const double* years;
  const double* volatility;
  const double* rate;
  const double* dividendYield;
  const double* sign;
  size_t count;
};

/** Work, and which of its answers nobody can know: 1 where an input is no number. Singles need not keep a NaN alive. */
struct PackedWork {
  Work work;
  std::vector<uint8_t> unknown;
};

static const size_t GREEK_COLUMNS = 9;
static const size_t LEG_TERMS = 11;

/** A batch of options. */
static inline PackedWork packOptions(const OptionColumns& options) {
  const size_t n = options.count;
  PackedWork packed;
  packed.work.program = Program::greeks;
  packed.work.shape.count = static_cast<uint32_t>(n);
  packed.work.answers = GREEK_COLUMNS * n;
  packed.unknown.assign(n, 0);
  std::vector<float>& source = packed.work.source;
  source.resize(7 * n);
  for (size_t row = 0; row < n; row += 1) {
    const double inputs[] = {options.spot[row] - options.strike[row], options.strike[row], std::max(0.0, options.years[row]),
                             options.volatility[row], options.rate[row], options.dividendYield[row], options.sign[row]};
    const double sum = inputs[0] + inputs[1] + options.years[row] + inputs[3] + inputs[4] + inputs[5] + inputs[6];
    const bool isKnown = std::isfinite(sum);
    packed.unknown[row] = isKnown ? 0 : 1;
    static const float harmless[] = {0, 1, 0, 1, 0, 0, 1};
    for (size_t column = 0; column < 7; column += 1)
      source[column * n + row] = isKnown ? static_cast<float>(inputs[column]) : harmless[column];
    // Nothing against nothing: there is no moneyness, and what is sure decides
    if (options.spot[row] + options.strike[row] == 0) source[3 * n + row] = 0;
  }
  return packed;
}

/** What a leg is at one time: 11 terms that every spot and factor shares. */
static inline void packLegTerms(const ScenarioColumns& book, size_t leg, double minutes, float* terms) {
  const double years = std::max(0.0, book.years[leg] - minutes / SCENARIO_MINUTES_PER_YEAR);
  const double discountYears = std::max(0.0, book.discountYears[leg] - minutes / SCENARIO_MINUTES_PER_YEAR);
  const bool accrues = discountYears > 0;
  const double values[LEG_TERMS] = {
      book.strike[leg],
      book.sign[leg],
      book.shares[leg],
      book.basis[leg],
      std::sqrt(years),
      discountYears,
      accrues ? book.rate : 0,
      accrues ? book.dividendYield : 0,
      std::expm1((book.rate - book.dividendYield) * discountYears),
      std::exp(-book.dividendYield * discountYears),
      std::exp(-book.rate * discountYears),
  };
  for (size_t term = 0; term < LEG_TERMS; term += 1) terms[term] = static_cast<float>(values[term]);
}

/** Marks the scenarios of one time whose spot has a leg without a volatility. */
static inline void markUnknown(const ScenarioColumns& book, size_t time, std::vector<uint8_t>& unknown) {
  for (size_t leg = 0; leg < book.legCount; leg += 1) {
    const double* volatility = book.volatility + (time * book.legCount + leg) * book.spotCount;
    for (size_t spot = 0; spot < book.spotCount; spot += 1) {
      if (std::isfinite(volatility[spot])) continue;
      for (size_t factor = 0; factor < book.factorCount; factor += 1)
        unknown[(time * book.factorCount + factor) * book.spotCount + spot] = 1;
    }
  }
}

/** A scenario grid: factors, moneyness by leg and spot, terms by time and leg, volatilities by time, leg and spot. */
static inline PackedWork packScenarios(const ScenarioColumns& book) {
  const size_t scenarios = book.scenarioCount();
  const size_t volatilities = book.timeCount * book.legCount * book.spotCount;
  PackedWork packed;
  packed.work.program = Program::scenarios;
  packed.work.answers = SCENARIO_OUTPUTS * scenarios;
  Shape& shape = packed.work.shape;
  shape.count = static_cast<uint32_t>(scenarios);
  shape.legs = static_cast<uint32_t>(book.legCount);
  shape.spots = static_cast<uint32_t>(book.spotCount);
  shape.factors = static_cast<uint32_t>(book.factorCount);
  shape.times = static_cast<uint32_t>(book.timeCount);
  packed.unknown.assign(scenarios, 0);
  std::vector<float>& source = packed.work.source;
  source.resize(book.factorCount + book.legCount * book.spotCount + book.timeCount * book.legCount * LEG_TERMS + volatilities);
  float* to = source.data();
  for (size_t factor = 0; factor < book.factorCount; factor += 1) *to++ = static_cast<float>(book.factors[factor]);
  for (size_t leg = 0; leg < book.legCount; leg += 1)
    for (size_t spot = 0; spot < book.spotCount; spot += 1) *to++ = static_cast<float>(book.spots[spot] - book.strike[leg]);
  for (size_t time = 0; time < book.timeCount; time += 1) {
    for (size_t leg = 0; leg < book.legCount; leg += 1, to += LEG_TERMS) packLegTerms(book, leg, book.minutes[time], to);
    markUnknown(book, time, packed.unknown);
  }
  for (size_t at = 0; at < volatilities; at += 1) *to++ = std::isfinite(book.volatility[at]) ? static_cast<float>(book.volatility[at]) : 1.0f;
  return packed;
}

/** One column of answers as doubles, NaN where nobody knows. */
static inline void unpackColumn(const std::vector<float>& answer, const std::vector<uint8_t>& unknown, size_t column, double* to) {
  const size_t count = unknown.size();
  for (size_t row = 0; row < count; row += 1)
    to[row] = unknown[row] ? std::numeric_limits<double>::quiet_NaN() : static_cast<double>(answer[column * count + row]);
}

}  // namespace gpu

// Scenario grids as JavaScript sees them: `scenarios` at once, `scenariosLater` off the main thread by Promise.
#include "../kernels/scenarioTable.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "families.h"
#include "later.h"
#include "pool.h"
#include "scenarioColumns.h"

namespace {

constexpr size_t MOST_THREADS = 64;
/** Evaluations (a leg in a scenario) that are worth a thread of their own. */
constexpr size_t THREAD_GRAIN = 20000;

ScenarioLegTerms termsOf(const ScenarioColumns& book, size_t leg, double minutes) {
  const double passed = minutes / SCENARIO_MINUTES_PER_YEAR;
  const double years = std::max(0.0, book.years[leg] - passed);
  const double time = std::max(0.0, book.discountYears[leg] - passed);
  const bool accrues = time > 0;
  const double drift = (book.rate - book.dividendYield) * time;
  return {book.strike[leg],
          book.sign[leg],
          book.shares[leg],
          book.basis[leg],
          std::sqrt(years),
          accrues ? book.rate : 0,
          accrues ? book.dividendYield : 0,
          drift,
          std::expm1(drift),
          std::exp(-book.dividendYield * time),
          std::exp(-book.rate * time)};
}

/** A grid to be computed. */
struct ScenarioJob {
  ScenarioArguments given;
  Level level;
  unsigned threads;

  void perform() const;
  void performBlock(size_t block, size_t blocksALine) const;
};

void ScenarioJob::performBlock(size_t block, size_t blocksALine) const {
  const ScenarioColumns& book = given.columns;
  const size_t time = block / blocksALine;
  const size_t spot = block % blocksALine * SCENARIO_BLOCK;
  std::vector<ScenarioLegTerms> legs(book.legCount);
  for (size_t leg = 0; leg < book.legCount; leg += 1) legs[leg] = termsOf(book, leg, book.minutes[time]);
  ScenarioBlock work = {legs.data(),
                        book.legCount,
                        book.spots + spot,
                        std::min<size_t>(SCENARIO_BLOCK, book.spotCount - spot),
                        book.volatility + time * book.legCount * book.spotCount + spot,
                        book.factors,
                        book.factorCount,
                        {},
                        book.spotCount};
  for (int output = 0; output < SCENARIO_OUTPUTS; output += 1) {
    double* to = given.outputs[output] + time * book.factorCount * book.spotCount + spot;
    for (size_t factor = 0; factor < book.factorCount; factor += 1)
      std::fill_n(to + factor * book.spotCount, work.spotCount, 0.0);
    work.outputs[output] = to;
  }
  scenarioTableAt(level).add(work);
}

void ScenarioJob::perform() const {
  const ScenarioColumns& book = given.columns;
  if (book.scenarioCount() == 0) return;
  const size_t blocksALine = (book.spotCount + SCENARIO_BLOCK - 1) / SCENARIO_BLOCK;
  const size_t blocks = book.timeCount * blocksALine;
  const size_t evaluations = book.scenarioCount() * std::max<size_t>(1, book.legCount);
  const unsigned wanted = static_cast<unsigned>(std::min<size_t>(threads, std::max<size_t>(1, evaluations / THREAD_GRAIN)));
  // The pool hands out multiples of 64: a block stands for that many
  const auto body = [&](size_t first, size_t count) {
    for (size_t block = first / 64; block < (first + count + 63) / 64; block += 1) performBlock(block, blocksALine);
  };
  if (wanted <= 1) return body(0, blocks * 64);
  parallelFor(blocks * 64, 64, wanted, body);
}

bool readJob(napi_env env, napi_callback_info info, napi_value* arguments, ScenarioJob* job) {
  size_t level, threads;
  if (!readArguments(env, info, 4, arguments) || !readScenario(env, arguments[0], arguments[1], &job->given) ||
      !readCount(env, arguments[2], "level", static_cast<size_t>(widestLevel()), &level) ||
      !readCount(env, arguments[3], "threads", MOST_THREADS, &threads))
    return false;
  job->level = static_cast<Level>(level);
  job->threads = static_cast<unsigned>(threads);
  return true;
}

/** scenarios(inputs, outputs, level, threads): fills the columns of a grid. */
napi_value scenarios(napi_env env, napi_callback_info info) {
  napi_value arguments[4];
  ScenarioJob job;
  if (readJob(env, info, arguments, &job)) performNow(env, [&job] { job.perform(); });
  return nullptr;
}

/** scenariosLater(inputs, outputs, level, threads): the same off the main thread; the columns are left alone until it is done. */
napi_value scenariosLater(napi_env env, napi_callback_info info) {
  napi_value arguments[4];
  ScenarioJob job;
  if (!readJob(env, info, arguments, &job)) return nullptr;
  return performLater(env, "scenarios", {arguments[0], arguments[1]}, [job] { job.perform(); });
}

}  // namespace

void registerScenario(napi_env env, napi_value exports) {
  setFunction(env, exports, "scenarios", scenarios);
  setFunction(env, exports, "scenariosLater", scenariosLater);
}

#include "scenarioColumns.h"

#include <string>

namespace {

const uint32_t INPUTS = 11;
/** No axis and no book is longer; products of three lengths stay far below the greatest size. */
const size_t MOST_ELEMENTS = size_t(1) << 20;
const char* const NAMES[INPUTS] = {"sign",       "strike", "shares",  "basis",   "years", "discountYears",
                                   "volatility", "spots",  "factors", "minutes", "rates"};

bool readList(napi_env env, napi_value list, const char* name, uint32_t count) {
  uint32_t length = 0;
  if (napi_get_array_length(env, list, &length) != napi_ok) return refuseType(env, name, "an array of columns");
  if (length != count) return refuseRange(env, name, (std::to_string(count) + " columns").c_str());
  return true;
}

bool hasLength(napi_env env, const char* name, const Column& column, size_t wanted) {
  return column.length == wanted || refuseRange(env, name, (std::to_string(wanted) + " long").c_str());
}

bool readInputs(napi_env env, napi_value list, Column* columns) {
  if (!readList(env, list, "inputs", INPUTS)) return false;
  for (uint32_t index = 0; index < INPUTS; index += 1) {
    napi_value value;
    if (napi_get_element(env, list, index, &value) != napi_ok) return false;
    if (!readDoubles(env, value, NAMES[index], &columns[index])) return false;
  }
  const size_t legs = columns[1].length;
  for (uint32_t index : {1u, 7u, 8u, 9u})
    if (columns[index].length > MOST_ELEMENTS) return refuseRange(env, NAMES[index], "at most 2^20 long");
  for (uint32_t index = 0; index < 6; index += 1)
    if (!hasLength(env, NAMES[index], columns[index], legs)) return false;
  return hasLength(env, "rates", columns[10], 2) &&
         hasLength(env, "volatility", columns[6], columns[9].length * legs * columns[7].length);
}

const double* doubles(const Column& column) { return static_cast<const double*>(column.values); }

}  // namespace

bool readScenarioOutputs(napi_env env, napi_value outputs, size_t scenarios, double** into) {
  static const char* const names[SCENARIO_OUTPUTS] = {"profit", "delta", "gamma", "theta", "vega"};
  if (!readList(env, outputs, "outputs", SCENARIO_OUTPUTS)) return false;
  for (uint32_t index = 0; index < SCENARIO_OUTPUTS; index += 1) {
    napi_value value;
    Column column;
    if (napi_get_element(env, outputs, index, &value) != napi_ok) return false;
    if (!readDoubles(env, value, names[index], &column) || !hasLength(env, names[index], column, scenarios)) return false;
    into[index] = static_cast<double*>(column.values);
  }
  return true;
}

bool readScenario(napi_env env, napi_value inputs, napi_value outputs, ScenarioArguments* into) {
  Column in[INPUTS];
  if (!readInputs(env, inputs, in)) return false;
  into->columns = {doubles(in[0]), doubles(in[1]), doubles(in[2]), doubles(in[3]), doubles(in[4]), doubles(in[5]),
                   doubles(in[6]), doubles(in[7]), doubles(in[8]), doubles(in[9]), in[1].length,   in[7].length,
                   in[8].length,   in[9].length,   doubles(in[10])[0], doubles(in[10])[1]};
  return readScenarioOutputs(env, outputs, into->columns.scenarioCount(), into->outputs);
}

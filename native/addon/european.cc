// European options as JavaScript sees them.
#include "../kernels/europeanTable.h"

#include "families.h"
#include "operation.h"

namespace {

const std::vector<ColumnRule> GREEK_COLUMNS = {{"price"}, {"delta"}, {"gamma"}, {"theta"}, {"vega"},
                                               {"rho"},   {"vanna"}, {"charm"}, {"vomma"}};
const std::vector<ColumnRule> BATCH_COLUMNS = {{"spot"}, {"strike"},        {"years"}, {"volatility"},
                                               {"rate"}, {"dividendYield"}, {"sign"}};
const ColumnRule EXPIRY = {"expiry", CHAIN_SCALARS};

/** Places of columns from a row on. */
template <class Value>
struct Shifted {
  Value* columns[STRIKE_OUTPUTS];

  Shifted(const std::vector<void*>& bound, size_t from, size_t row) {
    for (size_t index = from; index < bound.size(); index += 1) columns[index - from] = static_cast<Value*>(bound[index]) + row;
  }
};

using Inputs = Shifted<const double>;
using Outputs = Shifted<double>;

void batchGreeks(Level level, const BoundColumns& bound, size_t first, size_t count) {
  Inputs inputs(bound.inputs, 0, first);
  Outputs outputs(bound.outputs, 0, first);
  europeanTableAt(level).batchGreeks(count, inputs.columns, outputs.columns);
}

void batchPrices(Level level, const BoundColumns& bound, size_t first, size_t count) {
  Inputs inputs(bound.inputs, 0, first);
  europeanTableAt(level).batchPrices(count, inputs.columns, bound.output(0) + first);
}

void rowGreeks(Level level, const BoundColumns& bound, size_t first, size_t count) {
  Inputs inputs(bound.inputs, 1, first);
  Outputs outputs(bound.outputs, 0, first);
  europeanTableAt(level).rowGreeks(count, bound.input(0), inputs.columns, outputs.columns);
}

void rowPrices(Level level, const BoundColumns& bound, size_t first, size_t count) {
  Inputs inputs(bound.inputs, 1, first);
  europeanTableAt(level).rowPrices(count, bound.input(0), inputs.columns, bound.output(0) + first);
}

void strikeGreeks(Level level, const BoundColumns& bound, size_t first, size_t count) {
  Inputs inputs(bound.inputs, 1, first);
  Outputs outputs(bound.outputs, 0, first);
  europeanTableAt(level).strikeGreeks(count, bound.input(0), inputs.columns, outputs.columns);
}

void strikePrices(Level level, const BoundColumns& bound, size_t first, size_t count) {
  Inputs inputs(bound.inputs, 1, first);
  Outputs outputs(bound.outputs, 0, first);
  europeanTableAt(level).strikePrices(count, bound.input(0), inputs.columns, outputs.columns);
}

void volatilities(Level level, const BoundColumns& bound, size_t first, size_t count) {
  Inputs inputs(bound.inputs, 0, first);
  uint8_t* status = static_cast<uint8_t*>(bound.outputs[1]) + first;
  europeanTableAt(level).volatilities(count, inputs.columns, bound.output(0) + first, status);
}

void rowVolatilities(Level level, const BoundColumns& bound, size_t first, size_t count) {
  Inputs inputs(bound.inputs, 1, first);
  uint8_t* status = static_cast<uint8_t*>(bound.outputs[1]) + first;
  europeanTableAt(level).rowVolatilities(count, bound.input(0), inputs.columns, bound.output(0) + first, status);
}

}  // namespace

void registerEuropean(napi_env, napi_value) {
  const std::vector<ColumnRule> rows = {EXPIRY, {"strike"}, {"volatility"}, {"sign"}};
  const std::vector<ColumnRule> quotes = {EXPIRY, {"strike"}, {"price"}, {"sign"}};
  const std::vector<ColumnRule> strikes = {EXPIRY, {"strike"}, {"volatility"}};
  const std::vector<ColumnRule> answers = {{"volatility"}, {"status", 0, true}};
  const std::vector<ColumnRule> sides = {{"call price"}, {"call delta"}, {"call theta"}, {"call rho"}, {"call charm"},
                                         {"put price"},  {"put delta"},  {"put theta"},  {"put rho"},  {"put charm"},
                                         {"gamma"},      {"vega"},       {"vanna"},      {"vomma"}};
  offer({"european.greeks", BATCH_COLUMNS, GREEK_COLUMNS, 8192, batchGreeks});
  offer({"european.prices", BATCH_COLUMNS, {{"price"}}, 8192, batchPrices});
  offer({"european.rowGreeks", rows, GREEK_COLUMNS, 8192, rowGreeks});
  offer({"european.rowPrices", rows, {{"price"}}, 16384, rowPrices});
  offer({"european.strikeGreeks", strikes, sides, 8192, strikeGreeks});
  offer({"european.strikePrices", strikes, {{"call price"}, {"put price"}}, 16384, strikePrices});
  offer({"european.volatilities", {{"forward"}, {"strike"}, {"years"}, {"price"}, {"sign"}}, answers, 4096, volatilities});
  offer({"european.rowVolatilities", quotes, answers, 4096, rowVolatilities});
}

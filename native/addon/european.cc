// European options as JavaScript sees them.
#include "../kernels/europeanTable.h"

#include <algorithm>
#include <cstring>

#include "families.h"
#include "operation.h"

namespace {

const std::vector<ColumnRule> GREEK_COLUMNS = {{"price"}, {"delta"}, {"gamma"}, {"theta"}, {"vega"},
                                               {"rho"},   {"vanna"}, {"charm"}, {"vomma"}};
const std::vector<ColumnRule> BATCH_COLUMNS = {{"spot"}, {"strike"},        {"years"}, {"volatility"},
                                               {"rate"}, {"dividendYield"}, {"sign"}};
const ColumnRule EXPIRY = {"expiry", CHAIN_SCALARS};

/** Greeks that call and put of a strike share. */
constexpr Greek SHARED_GREEKS[] = {GAMMA, VEGA, VANNA, VOMMA};
/** Strikes that are looked at together, whether their calls and puts go together. */
constexpr size_t LOOKED_AT = 64;

/** The signs of options of one side. */
struct Signs {
  double values[LOOKED_AT];
  explicit Signs(double sign) { std::fill_n(values, LOOKED_AT, sign); }
};

/** Places of columns from a row on. */
template <class Value>
struct Shifted {
  Value* columns[2 * GREEKS];

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

/** A chain: its calls in the first half of the inputs and outputs, its puts in the second. */
struct Chain {
  const EuropeanTable& table;
  const double* expiry;

  /** Whether at most 64 rows of the halves are calls and puts of the same strikes at the same volatilities, to the bit. */
  static bool goTogether(const double* const* in, size_t from, size_t count) {
    static const Signs calls(1), puts(-1);
    const auto areSame = [count](const double* one, const double* other) {
      return std::memcmp(one, other, count * sizeof(double)) == 0;
    };
    return areSame(in[0] + from, in[3] + from) && areSame(in[1] + from, in[4] + from) && areSame(in[2] + from, calls.values) &&
           areSame(in[5] + from, puts.values);
  }

  void workTogether(const double* const* in, double* const* out, size_t count) const {
    double* const* put = out + GREEKS;
    double* both[STRIKE_OUTPUTS] = {out[PRICE], out[DELTA], out[THETA], out[RHO],   out[CHARM], put[PRICE], put[DELTA],
                                    put[THETA], put[RHO],   put[CHARM], out[GAMMA], out[VEGA],  out[VANNA], out[VOMMA]};
    table.strikeGreeks(count, expiry, in, both);
    for (Greek greek : SHARED_GREEKS) std::memcpy(put[greek], out[greek], count * sizeof(double));
  }

  void workApart(const double* const* in, double* const* out, size_t count) const {
    table.rowGreeks(count, expiry, in, out);
    table.rowGreeks(count, expiry, in + 3, out + GREEKS);
  }
};

void chainGreeks(Level level, const BoundColumns& bound, size_t first, size_t count) {
  const Chain chain = {europeanTableAt(level), bound.input(0)};
  const size_t end = first + count;
  while (first < end) {
    Inputs inputs(bound.inputs, 1, first);
    Outputs outputs(bound.outputs, 0, first);
    size_t length = std::min(LOOKED_AT, end - first);
    const bool isTogether = Chain::goTogether(inputs.columns, 0, length);
    while (length < end - first) {
      const size_t more = std::min(LOOKED_AT, end - first - length);
      if (Chain::goTogether(inputs.columns, length, more) != isTogether) break;
      length += more;
    }
    if (isTogether) chain.workTogether(inputs.columns, outputs.columns, length);
    else chain.workApart(inputs.columns, outputs.columns, length);
    first += length;
  }
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

void spotVolatilities(Level level, const BoundColumns& bound, size_t first, size_t count) {
  Inputs inputs(bound.inputs, 0, first);
  uint8_t* status = static_cast<uint8_t*>(bound.outputs[1]) + first;
  europeanTableAt(level).spotVolatilities(count, inputs.columns, bound.output(0) + first, status);
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
  const std::vector<ColumnRule> halves = {EXPIRY,         {"call strike"},    {"call volatility"}, {"call sign"},
                                          {"put strike"}, {"put volatility"}, {"put sign"}};
  std::vector<ColumnRule> twoSides = GREEK_COLUMNS;
  twoSides.insert(twoSides.end(), GREEK_COLUMNS.begin(), GREEK_COLUMNS.end());
  const std::vector<ColumnRule> answers = {{"volatility"}, {"status", 0, true}};
  const std::vector<ColumnRule> sides = {{"call price"}, {"call delta"}, {"call theta"}, {"call rho"}, {"call charm"},
                                         {"put price"},  {"put delta"},  {"put theta"},  {"put rho"},  {"put charm"},
                                         {"gamma"},      {"vega"},       {"vanna"},      {"vomma"}};
  offer({"european.greeks", BATCH_COLUMNS, GREEK_COLUMNS, 8192, batchGreeks});
  offer({"european.prices", BATCH_COLUMNS, {{"price"}}, 8192, batchPrices});
  offer({"european.rowGreeks", rows, GREEK_COLUMNS, 8192, rowGreeks});
  offer({"european.rowPrices", rows, {{"price"}}, 16384, rowPrices});
  offer({"european.strikeGreeks", strikes, sides, 8192, strikeGreeks});
  offer({"european.chainGreeks", halves, twoSides, 4096, chainGreeks});
  offer({"european.strikePrices", strikes, {{"call price"}, {"put price"}}, 16384, strikePrices});
  offer({"european.volatilities", {{"forward"}, {"strike"}, {"years"}, {"price"}, {"sign"}}, answers, 4096, volatilities});
  offer({"european.spotVolatilities",
         {{"spot"}, {"strike"}, {"years"}, {"price"}, {"sign"}, {"drift"}},
         answers,
         4096,
         spotVolatilities});
  offer({"european.rowVolatilities", quotes, answers, 4096, rowVolatilities});
}

// The American kernels as JavaScript sees them.
#include "../kernels/americanTable.h"

#include "americanRules.h"
#include "families.h"
#include "operation.h"

namespace {

using american::americanRules;

constexpr size_t GREEKS = 9;

const std::vector<ColumnRule> GREEK_COLUMNS = {{"price"}, {"delta"}, {"gamma"}, {"theta"}, {"vega"}, {"rho"}, {"vanna"}, {"charm"}, {"vomma"}};
const ColumnRule STATUS = {"status", 0, true};
const ColumnRule EXPIRY = {"expiry", 5};
const ColumnRule RANGE = {"range", 2};
const ColumnRule BOUNDARIES = {"boundaries", BOUNDARIES_SIZE};

/** Columns of options each with terms of its own; `value` is the volatility, or the price where that is what is sought. */
std::vector<ColumnRule> optionColumns(const char* value) {
  return {{"spot"}, {"strike"}, {"years"}, {"discountYears"}, {value}, {"rate"}, {"dividendYield"}, {"sign"}};
}

/** Columns of options of one expiry. */
std::vector<ColumnRule> chainColumns(const char* value) { return {EXPIRY, BOUNDARIES, {"strike"}, {value}, {"sign"}}; }

/** Columns from a row on. */
template <size_t COUNT>
struct Rows {
  const double* columns[COUNT];

  Rows(const BoundColumns& bound, size_t from, size_t first) {
    for (size_t column = 0; column < COUNT; column += 1) columns[column] = bound.input(from + column) + first;
  }
};

struct GreekRows {
  double* columns[GREEKS];

  GreekRows(const BoundColumns& bound, size_t first) {
    for (size_t column = 0; column < GREEKS; column += 1) columns[column] = bound.output(column) + first;
  }
};

unsigned char* statusAt(const BoundColumns& bound, size_t first) { return static_cast<unsigned char*>(bound.outputs[1]) + first; }

void performPrices(Level level, const BoundColumns& bound, size_t first, size_t count) {
  americanTableAt(level).prices(americanRules(), count, Rows<8>(bound, 0, first).columns, bound.output(0) + first);
}

void performQuickPrices(Level level, const BoundColumns& bound, size_t first, size_t count) {
  americanTableAt(level).quickPrices(americanRules(), count, Rows<8>(bound, 0, first).columns, bound.output(0) + first);
}

void performGreeks(Level level, const BoundColumns& bound, size_t first, size_t count) {
  americanTableAt(level).greeks(americanRules(), count, Rows<8>(bound, 0, first).columns, GreekRows(bound, first).columns);
}

void performVolatilities(Level level, const BoundColumns& bound, size_t first, size_t count) {
  americanTableAt(level).volatilities(americanRules(), count, Rows<8>(bound, 0, first).columns, bound.output(0) + first,
                                      statusAt(bound, first));
}

void performBoundaries(Level level, const BoundColumns& bound, size_t, size_t) {
  americanTableAt(level).boundaries(americanRules(), bound.input(0), bound.input(1), bound.output(0));
}

void performChainGreeks(Level level, const BoundColumns& bound, size_t first, size_t count) {
  americanTableAt(level).chainGreeks(americanRules(), bound.input(0), bound.input(1), count, Rows<3>(bound, 2, first).columns,
                                     GreekRows(bound, first).columns);
}

void performChainVolatilities(Level level, const BoundColumns& bound, size_t first, size_t count) {
  americanTableAt(level).chainVolatilities(americanRules(), bound.input(0), bound.input(1), count, Rows<3>(bound, 2, first).columns,
                                           bound.output(0) + first, statusAt(bound, first));
}

}  // namespace

void registerAmerican(napi_env env, napi_value exports) {
  napi_value size;
  napi_create_uint32(env, BOUNDARIES_SIZE, &size);
  napi_set_named_property(env, exports, "americanBoundariesSize", size);
  offer({"american.prices", optionColumns("volatility"), {{"price"}}, 64, performPrices});
  offer({"american.quickPrices", optionColumns("volatility"), {{"price"}}, 256, performQuickPrices});
  offer({"american.greeks", optionColumns("volatility"), GREEK_COLUMNS, 16, performGreeks});
  offer({"american.volatilities", optionColumns("price"), {{"volatility"}, STATUS}, 16, performVolatilities});
  offer({"american.boundaries", {EXPIRY, RANGE}, {BOUNDARIES}, 1, performBoundaries});
  offer({"american.rowGreeks", chainColumns("volatility"), GREEK_COLUMNS, 128, performChainGreeks});
  offer({"american.rowVolatilities", chainColumns("price"), {{"volatility"}, STATUS}, 128, performChainVolatilities});
}

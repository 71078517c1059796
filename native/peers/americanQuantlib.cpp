// American options by QuantLib: `converged` and `fast` prices with the time that each takes, cash dividends by finite differences
// (`dividends`), and high precision prices of options that are named (`rows`, and each as a word of its seven numbers).
// Prints JSON. Options are [days, spot, strike, volatility, rate, yield, sign], dividends the same with [amount, days].
#include <ql/quantlib.hpp>
#include <ql/pricingengines/vanilla/qdfpamericanengine.hpp>

#include <cmath>
#include <cstdio>
#include <ctime>
#include <random>
#include <string>
#include <vector>

using namespace QuantLib;

struct Row {
  int days;
  double spot, strike, volatility, rate, yield;
  int sign;
};

struct Market {
  Date today = Date(20, November, 2026);
  ext::shared_ptr<SimpleQuote> spot = ext::make_shared<SimpleQuote>(600.0), volatility = ext::make_shared<SimpleQuote>(0.2),
                               rate = ext::make_shared<SimpleQuote>(0.043), yield = ext::make_shared<SimpleQuote>(0.012);
  ext::shared_ptr<BlackScholesMertonProcess> process;

  Market() {
    Settings::instance().evaluationDate() = today;
    DayCounter counter = Actual365Fixed();
    auto flat = [&](const ext::shared_ptr<SimpleQuote>& quote) {
      return Handle<YieldTermStructure>(ext::make_shared<FlatForward>(today, Handle<Quote>(quote), counter));
    };
    Handle<BlackVolTermStructure> surface(
        ext::make_shared<BlackConstantVol>(today, NullCalendar(), Handle<Quote>(volatility), counter));
    process = ext::make_shared<BlackScholesMertonProcess>(Handle<Quote>(spot), flat(yield), flat(rate), surface);
  }

  void set(const Row& row) {
    if (spot->value() != row.spot) spot->setValue(row.spot);
    if (rate->value() != row.rate) rate->setValue(row.rate);
    if (yield->value() != row.yield) yield->setValue(row.yield);
    volatility->setValue(row.volatility);
  }
};

static double processorTime() {
  timespec time;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
  return time.tv_sec + time.tv_nsec * 1e-9;
}

static std::vector<Row> workload() {
  std::vector<Row> rows;
  std::mt19937 generator(3);
  std::uniform_real_distribution<double> unit(0, 1);
  for (int days : {1, 7, 30, 90, 365})
    for (int index = 0; index < 120; index += 1) {
      double volatility = 0.08 + 0.4 * unit(generator) * unit(generator), z = (unit(generator) * 2 - 1) * 5;
      double strike = std::round(600 * std::exp(z * volatility * std::sqrt(days / 365.0)));
      rows.push_back({days, 600, strike, volatility, 0.043, 0.012, unit(generator) < 0.4 ? 1 : -1});
    }
  return rows;
}

/** Prices of all rows and the microseconds that one takes, the least of some rounds. */
static std::vector<double> prices(Market& market, const std::vector<Row>& rows, const ext::shared_ptr<PricingEngine>& engine, int rounds,
                                  double* microseconds) {
  std::vector<double> found;
  *microseconds = 1e9;
  for (int round = 0; round < rounds; round += 1) {
    found.clear();
    double start = processorTime();
    for (const Row& row : rows) {
      market.set(row);
      auto payoff = ext::make_shared<PlainVanillaPayoff>(row.sign > 0 ? Option::Call : Option::Put, row.strike);
      VanillaOption option(payoff, ext::make_shared<AmericanExercise>(market.today, market.today + row.days));
      option.setPricingEngine(engine);
      found.push_back(option.NPV());
    }
    *microseconds = std::min(*microseconds, (processorTime() - start) / rows.size() * 1e6);
  }
  return found;
}

static void print(const char* name, const std::vector<double>& values) {
  std::printf("\"%s\":[", name);
  for (size_t index = 0; index < values.size(); index += 1) std::printf("%s%.15g", index ? "," : "", values[index]);
  std::printf("]");
}

static void printRows(const std::vector<Row>& rows) {
  std::printf("\"options\":[");
  for (size_t index = 0; index < rows.size(); index += 1) {
    const Row& row = rows[index];
    std::printf("%s[%d,%.15g,%.15g,%.17g,%.15g,%.15g,%d]", index ? "," : "", row.days, row.spot, row.strike, row.volatility, row.rate,
                row.yield, row.sign);
  }
  std::printf("]");
}

static void dividends() {
  Market market;
  struct Dividend {
    double amount;
    int days;
  };
  std::vector<Row> rows;
  std::vector<double> amounts, days, found;
  const Row base[] = {{30, 600, 600, 0.15, 0.043, 0, 1},   {30, 600, 560, 0.15, 0.043, 0, 1},   {30, 600, 600, 0.15, 0.043, 0.012, 1},
                      {90, 100, 110, 0.2, 0.08, 0, 1},     {365, 100, 95, 0.3, 0.06, 0.03, 1},  {30, 100, 105, 0.2, 0.05, 0, 1}};
  const Dividend paid[] = {{1.8, 10}, {1.8, 10}, {1.8, 10}, {0.3, 60}, {2, 180}, {0.25, 20}};
  for (int sign : {1, -1})
    for (int index = 0; index < 6; index += 1) {
      Row row = base[index];
      row.sign = sign;
      market.set(row);
      DividendVanillaOption option(ext::make_shared<PlainVanillaPayoff>(sign > 0 ? Option::Call : Option::Put, row.strike),
                                   ext::make_shared<AmericanExercise>(market.today, market.today + row.days),
                                   {market.today + paid[index].days}, {paid[index].amount});
      option.setPricingEngine(ext::make_shared<FdBlackScholesVanillaEngine>(market.process, 4000, 1500));
      rows.push_back(row);
      amounts.push_back(paid[index].amount);
      days.push_back(paid[index].days);
      found.push_back(option.NPV());
    }
  std::printf("{");
  printRows(rows);
  std::printf(",");
  print("amounts", amounts);
  std::printf(",");
  print("dividendDays", days);
  std::printf(",");
  print("prices", found);
  std::printf("}\n");
}

/** Prices of the options in words, by the high precision scheme. */
static void namedRows(int count, char** words) {
  Market market;
  std::vector<Row> rows;
  for (int index = 0; index < count; index += 1) {
    Row row;
    std::sscanf(words[index], "%d,%lf,%lf,%lf,%lf,%lf,%d", &row.days, &row.spot, &row.strike, &row.volatility, &row.rate, &row.yield,
                &row.sign);
    rows.push_back(row);
  }
  double time;
  auto engine = ext::make_shared<QdFpAmericanEngine>(market.process, QdFpAmericanEngine::highPrecisionScheme());
  std::printf("{");
  print("prices", prices(market, rows, engine, 1, &time));
  std::printf("}\n");
}

int main(int count, char** words) {
  if (count > 2 && std::string(words[1]) == "rows") {
    namedRows(count - 2, words + 2);
    return 0;
  }
  if (count > 1 && std::string(words[1]) == "dividends") {
    dividends();
    return 0;
  }
  Market market;
  std::vector<Row> rows = workload();
  double fastTime, accurateTime, slowTime;
  auto fast = prices(market, rows, ext::make_shared<QdFpAmericanEngine>(market.process, QdFpAmericanEngine::fastScheme()), 5, &fastTime);
  auto accurate =
      prices(market, rows, ext::make_shared<QdFpAmericanEngine>(market.process, QdFpAmericanEngine::accurateScheme()), 2, &accurateTime);
  auto converged =
      prices(market, rows, ext::make_shared<QdFpAmericanEngine>(market.process, QdFpAmericanEngine::highPrecisionScheme()), 1, &slowTime);
  std::printf("{");
  printRows(rows);
  std::printf(",");
  print("fast", fast);
  std::printf(",");
  print("accurate", accurate);
  std::printf(",");
  print("converged", converged);
  std::printf(",\"fastMicroseconds\":%.4g,\"accurateMicroseconds\":%.4g}\n", fastTime, accurateTime);
}

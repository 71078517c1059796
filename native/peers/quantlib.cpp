// QuantLib on the options of the oracle, one thread: millions of options a second, nanoseconds a volatility. One line of JSON.
//   quantlib OPTIONS COUNT QUOTES COUNT    files of columns as quadOracle writes them
#include <ql/exercise.hpp>
#include <ql/instruments/vanillaoption.hpp>
#include <ql/pricingengines/blackcalculator.hpp>
#include <ql/pricingengines/blackformula.hpp>
#include <ql/pricingengines/vanilla/analyticeuropeanengine.hpp>
#include <ql/quotes/simplequote.hpp>
#include <ql/settings.hpp>
#include <ql/termstructures/volatility/equityfx/blackconstantvol.hpp>
#include <ql/termstructures/yield/flatforward.hpp>
#include <ql/time/calendars/nullcalendar.hpp>
#include <ql/time/daycounters/actual365fixed.hpp>
#include <time.h>

#include <algorithm>
#include <cstdio>
#include <vector>

using namespace QuantLib;

static double processorSeconds() {
  timespec time;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return time.tv_sec + time.tv_nsec * 1e-9;
}

template <class Work>
static double fastest(int times, Work work) {
  double best = 1e9;
  for (int time = 0; time < times; time += 1) {
    double since = processorSeconds();
    work();
    best = std::min(best, processorSeconds() - since);
  }
  return best;
}

static std::vector<double> readTable(const char* file, size_t size) {
  std::vector<double> table(size);
  FILE* from = std::fopen(file, "rb");
  if (!from || std::fread(table.data(), 8, size, from) != size) std::exit(1);
  std::fclose(from);
  return table;
}

static double total = 0;

/** Value and five Greeks of a BlackCalculator; the others are not offered. */
static double calculatorSpeed(const double* table, size_t count) {
  const double *S = table, *K = S + count, *T = K + count, *v = T + count, *r = v + count, *q = r + count, *sign = q + count;
  double seconds = fastest(3, [&] {
    for (size_t row = 0; row < count; row += 1) {
      double discount = std::exp(-r[row] * T[row]), carried = std::exp(-q[row] * T[row]);
      BlackCalculator option(sign[row] > 0 ? Option::Call : Option::Put, K[row], S[row] * carried / discount,
                             v[row] * std::sqrt(T[row]), discount);
      total += option.value() + option.delta(S[row]) + option.gamma(S[row]) + option.theta(S[row], T[row]) +
               option.vega(T[row]) + option.rho(T[row]);
    }
  });
  return count / seconds / 1e6;
}

/** A new option for every contract, NPV and five Greeks; the engine knows whole days only. */
static double engineSpeed(const double* table, size_t count, size_t used) {
  const double *S = table, *K = S + count, *v = K + 2 * count, *sign = v + 3 * count;
  Date today(21, November, 2026);
  Settings::instance().evaluationDate() = today;
  DayCounter days = Actual365Fixed();
  auto spot = ext::make_shared<SimpleQuote>(600.0);
  auto volatility = ext::make_shared<SimpleQuote>(0.2);
  Handle<YieldTermStructure> rates(ext::make_shared<FlatForward>(today, 0.043, days));
  Handle<YieldTermStructure> yields(ext::make_shared<FlatForward>(today, 0.012, days));
  Handle<BlackVolTermStructure> volatilities(
      ext::make_shared<BlackConstantVol>(today, NullCalendar(), Handle<Quote>(volatility), days));
  auto process = ext::make_shared<BlackScholesMertonProcess>(Handle<Quote>(spot), yields, rates, volatilities);
  auto engine = ext::make_shared<AnalyticEuropeanEngine>(process);
  double seconds = fastest(3, [&] {
    for (size_t row = 0; row < used; row += 1) {
      spot->setValue(S[row]);
      volatility->setValue(v[row]);
      VanillaOption option(ext::make_shared<PlainVanillaPayoff>(sign[row] > 0 ? Option::Call : Option::Put, K[row]),
                           ext::make_shared<EuropeanExercise>(today + 1));
      option.setPricingEngine(engine);
      total += option.NPV() + option.delta() + option.gamma() + option.theta() + option.vega() + option.rho();
    }
  });
  return used / seconds / 1e6;
}

/** Nanoseconds of a volatility, and how many are off by more than a millionth or not found. */
static double volatilityTime(const double* table, size_t count, size_t used, size_t* failures) {
  const double *F = table, *K = F + count, *T = K + count, *price = T + count, *sign = price + count, *expected = sign + count;
  double seconds = fastest(3, [&] {
    *failures = 0;
    for (size_t row = 0; row < used; row += 1) {
      try {
        double found = blackFormulaImpliedStdDev(sign[row] > 0 ? Option::Call : Option::Put, K[row], F[row], price[row], 1.0, 0.0,
                                                 Null<Real>(), 1e-12, 200) /
                       std::sqrt(T[row]);
        if (!(std::fabs(found / expected[row] - 1) <= 1e-6)) *failures += 1;
      } catch (const std::exception&) {
        *failures += 1;
      }
    }
  });
  return seconds / used * 1e9;
}

int main(int, char** arguments) {
  size_t options = std::strtoul(arguments[2], nullptr, 10), quotes = std::strtoul(arguments[4], nullptr, 10), failures = 0;
  std::vector<double> table = readTable(arguments[1], 16 * options), asked = readTable(arguments[3], 7 * quotes);
  double calculator = calculatorSpeed(table.data(), options);
  double engine = engineSpeed(table.data(), options, std::min<size_t>(options, 20000));
  size_t used = std::min<size_t>(quotes, 20000);
  double volatility = volatilityTime(asked.data(), quotes, used, &failures);
  std::printf("{\"calculator\": %.4f, \"engine\": %.4f, \"volatility\": %.1f, \"failures\": %zu, \"asked\": %zu}\n", calculator,
              engine, volatility, failures, used);
  return total == 0;
}

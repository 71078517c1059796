// The oracle: options of the last trading day, priced in quadruple precision.
//   quadOracle european COUNT SEED FILE    columns spot, strike, years, volatility, rate, dividendYield, sign, then price and Greeks
//   quadOracle volatility COUNT SEED FILE  columns forward, strike, years, price, sign, then volatility and attainable accuracy
// Columns of doubles, one after the other. Attainable accuracy is (1 + |b / (s b')|) epsilon, after Jaeckel.
#include <quadmath.h>

#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <random>
#include <string>
#include <thread>
#include <vector>

typedef __float128 Quad;

static const double MINUTE = 1 / 525600.0;

static Quad normal(Quad x) { return erfcq(-x / sqrtq((Quad)2)) / 2; }
static Quad density(Quad x) { return expq(-x * x / 2) / sqrtq(2 * M_PIq); }

/** Writes price and Greeks; both clocks are one. */
static void price(const double* in, double* out, size_t stride) {
  Quad S = in[0], K = in[stride], T = in[2 * stride], v = in[3 * stride], r = in[4 * stride], q = in[5 * stride];
  int sign = in[6 * stride] > 0 ? 1 : -1;
  Quad root = sqrtq(T), s = v * root;
  Quad d1 = (logq(S / K) + (r - q) * T) / s + s / 2, d2 = d1 - s;
  Quad carried = expq(-q * T), discounted = expq(-r * T), n = carried * density(d1);
  Quad n1 = normal(sign * d1), n2 = normal(sign * d2), vega = S * n * root;
  Quad delta = sign * carried * n1;
  Quad greeks[9] = {sign * (S * carried * n1 - K * discounted * n2),
                    delta,
                    n / (S * s),
                    -vega * v / (2 * T) + sign * (q * S * carried * n1 - r * K * discounted * n2),
                    vega,
                    sign * T * K * discounted * n2,
                    -n * d2 / v,
                    q * delta - n * ((r - q) / s - d2 / (2 * T)),
                    vega * d1 * d2 / v};
  for (int greek = 0; greek < 9; greek += 1) out[greek * stride] = (double)greeks[greek];
}

static void fillEuropean(std::vector<double>& table, size_t count, unsigned seed) {
  std::mt19937_64 random(seed);
  std::uniform_real_distribution<double> uniform(0, 1);
  for (size_t row = 0; row < count; row += 1) {
    double* option = &table[row];
    double spot = 595 + std::floor(uniform(random) * 1000) * 0.01;
    double years = MINUTE * std::exp(uniform(random) * std::log(390.0));
    double volatility = 0.06 + uniform(random) * uniform(random);
    double distance = (uniform(random) * 2 - 1) * 9;
    double strike = spot * std::exp(distance * volatility * std::sqrt(years));
    if (uniform(random) < 0.5) strike = std::round(strike);
    double columns[] = {spot, strike, years, volatility, 0.043, 0.012, uniform(random) < 0.5 ? 1.0 : -1.0};
    for (int column = 0; column < 7; column += 1) option[column * count] = columns[column];
  }
  auto work = [&](size_t first, size_t last) {
    for (size_t row = first; row < last; row += 1) price(&table[row], &table[7 * count + row], count);
  };
  std::thread half(work, 0, count / 2);
  work(count / 2, count);
  half.join();
}

static void fillVolatility(std::vector<double>& table, size_t count, unsigned seed) {
  std::mt19937_64 random(seed);
  std::uniform_real_distribution<double> uniform(0, 1);
  for (size_t row = 0; row < count;) {
    double forward = 595 + 10 * uniform(random);
    double years = MINUTE * std::exp(uniform(random) * std::log(5 * 1440.0));
    double volatility = 0.05 + uniform(random) * uniform(random) * 1.5;
    double deviation = volatility * std::sqrt(years);
    double strike = std::round(forward * std::exp((uniform(random) * 2 - 1) * 8 * deviation));
    int sign = strike >= forward ? 1 : -1;
    Quad s = (Quad)volatility * sqrtq((Quad)years), x = logq((Quad)forward / (Quad)strike);
    Quad value = sign * (forward * normal(sign * (x / s + s / 2)) - strike * normal(sign * (x / s - s / 2)));
    if (value < 1e-14Q) continue;
    Quad slope = forward * density(x / s + s / 2);
    double columns[] = {forward, strike, years, (double)value, (double)sign, volatility,
                        (double)(1 + value / (s * slope)) * 2.220446049250313e-16};
    for (int column = 0; column < 7; column += 1) table[column * count + row] = columns[column];
    row += 1;
  }
}

int main(int, char** arguments) {
  bool isEuropean = std::string(arguments[1]) == "european";
  size_t count = std::strtoul(arguments[2], nullptr, 10);
  unsigned seed = std::strtoul(arguments[3], nullptr, 10);
  std::vector<double> table((isEuropean ? 16 : 7) * count);
  if (isEuropean) fillEuropean(table, count, seed);
  else fillVolatility(table, count, seed);
  FILE* file = std::fopen(arguments[4], "wb");
  if (!file || std::fwrite(table.data(), 8, table.size(), file) != table.size()) return 1;
  return std::fclose(file);
}

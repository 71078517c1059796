// The oracle of American options under a cash dividend: finite differences of our own, on three grids, extrapolated from the finer
// two. Crank and Nicolson on time steps that grow as squares, exercise by policy iteration. Prints JSON: `options` as
// [days, spot, strike, volatility, rate, yield, sign], `amounts` and `dividendDays`, `prices`, and by how much the coarser two
// grids lead elsewhere, `uncertain`.
//   dividendOracle CELLS
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <random>
#include <thread>
#include <vector>

typedef std::vector<double> Values;

struct Option {
  int days, sign;
  double spot, strike, volatility, rate, yield, amount;
  int dividendDays;
};

/** Logarithms of spot by strike, the strike in the middle. */
struct Grid {
  double lowest, width;
  int count;
  double at(double index) const { return lowest + index * width; }
};

/** Coefficients of a step: of the values below, here and above. */
struct Row {
  double below, here, above;
};

/** Solves a step's equations, with the value at least what exercise pays; `exercised` is kept as a first guess. */
static void solve(const Row& row, const Values& right, const Values& paid, std::vector<char>& exercised, Values& values) {
  int last = (int)values.size() - 1;
  Values factor(values.size()), partial(values.size());
  partial[0] = values[0];
  for (int turn = 0; turn < 50; turn += 1) {
    for (int index = 1; index < last; index += 1) {
      double pivot = row.here - row.below * factor[index - 1];
      factor[index] = exercised[index] ? 0 : row.above / pivot;
      partial[index] = exercised[index] ? paid[index] : (right[index] - row.below * partial[index - 1]) / pivot;
    }
    for (int index = last - 1; index > 0; index -= 1) values[index] = partial[index] - factor[index] * values[index + 1];
    bool isChanged = false;
    for (int index = 1; index < last; index += 1) {
      double held = row.here * values[index] + row.below * values[index - 1] + row.above * values[index + 1] - right[index];
      char is = exercised[index] ? held > 0 : values[index] < paid[index];
      isChanged |= is != exercised[index];
      exercised[index] = is;
    }
    if (!isChanged) return;
  }
}

/** Takes values from the end of a stretch without dividends to its beginning. */
static void stepBack(const Option& option, const Grid& grid, const Values& paid, double years, int steps, Values& values) {
  double spread = option.volatility * option.volatility / (2 * grid.width * grid.width);
  double drift = (option.rate - option.yield - option.volatility * option.volatility / 2) / (2 * grid.width);
  Row space = {spread - drift, -2 * spread - option.rate, spread + drift};
  Values right(values.size());
  std::vector<char> exercised(values.size(), 0);
  for (int step = 0; step < steps; step += 1) {
    double passed = years * (2.0 * step + 1) / steps / steps, known = step < 2 ? 0 : passed / 2, ahead = passed - known;
    for (int index = 1; index < grid.count - 1; index += 1)
      right[index] = values[index] + known * (space.below * values[index - 1] + space.here * values[index] + space.above * values[index + 1]);
    solve({-ahead * space.below, 1 - ahead * space.here, -ahead * space.above}, right, paid, exercised, values);
  }
}

/** The value at a level, by the polynomial through the six nearest. */
static double interpolated(const Values& values, const Grid& grid, double level) {
  double place = (level - grid.lowest) / grid.width, sum = 0;
  int first = std::max(2, std::min(grid.count - 4, (int)std::floor(place))) - 2;
  for (int one = first; one < first + 6; one += 1) {
    double weight = values[one];
    for (int other = first; other < first + 6; other += 1)
      if (other != one) weight *= (place - other) / (one - other);
    sum += weight;
  }
  return sum;
}

/** The better of exercise and of what is left when the share has gone ex; where that bends in a cell, its mean there. */
static Values beforeDividend(const Option& option, const Grid& grid, const Values& paid, const Values& values) {
  auto held = [&](double level) {
    double spot = option.strike * std::exp(level) - option.amount, after = spot > 0 ? std::log(spot / option.strike) : -1e9;
    if (after <= grid.at(3)) return option.sign > 0 ? 0 : option.strike - std::max(0.0, spot);
    return after >= grid.at(grid.count - 4) ? values[grid.count - 4] : interpolated(values, grid, after);
  };
  auto best = [&](double level) { return std::max(held(level), option.sign * option.strike * std::expm1(level)); };
  auto isHeld = [&](int index) { return held(grid.at(index)) > paid[index]; };
  Values found(values.size());
  for (int index = 0; index < grid.count; index += 1) {
    found[index] = best(grid.at(index));
    if (index == 0 || index == grid.count - 1 || (isHeld(index) == isHeld(index - 1) && isHeld(index) == isHeld(index + 1))) continue;
    found[index] = 0;
    for (int point = 0; point < 200; point += 1) found[index] += best(grid.at(index + (point + 0.5) / 200 - 0.5)) / 200;
  }
  return found;
}

static double price(const Option& option, int cells) {
  double years = option.days / 365.0, until = option.dividendDays / 365.0, level = std::log(option.spot / option.strike);
  double reach = 9 * option.volatility * std::sqrt(years) + std::fabs(level) + std::fabs(option.rate - option.yield) * years +
                 2 * option.amount / option.strike;
  Grid grid = {-reach, reach / cells, 2 * cells + 1};
  Values paid(grid.count), values(grid.count);
  for (int index = 0; index < grid.count; index += 1) {
    paid[index] = option.sign * option.strike * std::expm1((index - cells) * grid.width);
    values[index] = std::max(0.0, paid[index]);
  }
  stepBack(option, grid, paid, years - until, cells, values);
  Values before = beforeDividend(option, grid, paid, values);
  stepBack(option, grid, paid, until, cells, before);
  return interpolated(before, grid, level);
}

/** Options within two and a half deviations, with dividends as shares of this price pay them, and much smaller and larger ones. */
static std::vector<Option> workload() {
  const double amounts[] = {1.8, 1.8, 0.3, 6}, rates[] = {0.043, 0.043, 0.01, 0.08};
  std::mt19937 random(5);
  std::uniform_real_distribution<double> unit(0, 1);
  std::vector<Option> options;
  for (int days : {2, 7, 14, 30, 90, 365})
    for (int index = 0; index < 8; index += 1) {
      double volatility = 0.1 + 0.35 * unit(random) * unit(random), distance = (unit(random) * 2 - 1) * 2.5;
      double strike = std::round(600 * std::exp(distance * volatility * std::sqrt(days / 365.0)));
      int until = std::max(1, std::min(days - 1, (int)std::lround(days * (0.1 + 0.85 * unit(random)))));
      options.push_back({days, index % 2 ? 1 : -1, 600, strike, volatility, rates[index / 2], index == 4 ? 0.012 : 0, amounts[index % 4], until});
    }
  return options;
}

static void print(const char* name, const std::vector<Option>& options, const std::function<void(size_t)>& one) {
  std::printf("\"%s\":[", name);
  for (size_t index = 0; index < options.size(); index += 1) {
    if (index > 0) std::printf(",");
    one(index);
  }
  std::printf("]");
}

int main(int count, char** words) {
  int cells = count > 1 ? std::atoi(words[1]) : 4000;
  std::vector<Option> options = workload();
  Values prices(options.size()), uncertain(options.size());
  auto work = [&](size_t first) {
    for (size_t index = first; index < options.size(); index += 2) {
      double coarse = price(options[index], cells / 4), middle = price(options[index], cells / 2), fine = price(options[index], cells);
      prices[index] = fine + (fine - middle) / 3;
      uncertain[index] = std::fabs(prices[index] - (middle + (middle - coarse) / 3));
    }
  };
  std::thread other(work, 1);
  work(0);
  other.join();
  std::printf("{");
  print("options", options, [&](size_t index) {
    const Option& it = options[index];
    std::printf("[%d,%.17g,%.17g,%.17g,%.17g,%.17g,%d]", it.days, it.spot, it.strike, it.volatility, it.rate, it.yield, it.sign);
  });
  std::printf(",");
  print("amounts", options, [&](size_t index) { std::printf("%.17g", options[index].amount); });
  std::printf(",");
  print("dividendDays", options, [&](size_t index) { std::printf("%d", options[index].dividendDays); });
  std::printf(",");
  print("prices", options, [&](size_t index) { std::printf("%.15g", prices[index]); });
  std::printf(",");
  print("uncertain", options, [&](size_t index) { std::printf("%.3g", uncertain[index]); });
  std::printf("}\n");
}

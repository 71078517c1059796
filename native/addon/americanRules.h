// Computes the numbers of americanRules.h.
#pragma once

#include <cmath>
#include <vector>

#include "../kernels/americanRules.h"

namespace american {

constexpr double PI = 3.14159265358979323846;

struct Rule {
  std::vector<double> nodes, weights;
};

/** The Gauss-Legendre rule on (0, 1). */
inline Rule gaussLegendre(int points) {
  Rule rule{std::vector<double>(points), std::vector<double>(points)};
  for (int index = 0; index < points; index += 1) {
    double x = std::cos(PI * (index + 0.75) / (points + 0.5)), slope = 1;
    for (int step = 0; step < 100; step += 1) {
      double previous = 1, value = x;
      for (int degree = 2; degree <= points; degree += 1) {
        double next = ((2 * degree - 1) * x * value - (degree - 1) * previous) / degree;
        previous = value;
        value = next;
      }
      slope = points * (x * value - previous) / (x * x - 1);
      double move = value / slope;
      x -= move;
      if (std::fabs(move) < 1e-16) break;
    }
    rule.nodes[index] = (1 - x) / 2;
    rule.weights[index] = 1 / ((1 - x * x) * slope * slope);
  }
  return rule;
}

/** A root of time that is collocated: Chebyshev points of the second kind on [0, 1], from 1 downwards. */
inline double collocatedRoot(int node, int degree) { return (1 + std::cos(PI * node / degree)) / 2; }

/** Weights of the nodes in the value at a root of time, by the barycentric formula; the node at 0 carries nothing. */
template <int DEGREE>
inline void fillBasis(double root, double (&basis)[DEGREE]) {
  double sum = 0, part[DEGREE + 1];
  for (int node = 0; node <= DEGREE; node += 1) {
    double distance = root - collocatedRoot(node, DEGREE);
    double end = node == 0 || node == DEGREE ? 0.5 : 1;
    part[node] = (node % 2 == 0 ? end : -end) / (distance == 0 ? 1e-300 : distance);
    sum += part[node];
  }
  for (int node = 0; node < DEGREE; node += 1) basis[node] = part[node] / sum;
}

template <int DEGREE, int POINTS>
inline void fillCollocation(CollocationRule<DEGREE, POINTS>* rule) {
  Rule quadrature = gaussLegendre(POINTS);
  for (int node = 0; node < DEGREE; node += 1) {
    double root = collocatedRoot(node, DEGREE);
    rule->root[node] = root;
    for (int point = 0; point < POINTS; point += 1) {
      double angle = PI / 2 * quadrature.nodes[point];
      double gap = root * std::sin(angle), left = root * std::cos(angle);
      rule->rootOfGap[node][point] = gap;
      rule->left[node][point] = left * left;
      rule->weight[node][point] = quadrature.weights[point] * PI * gap * left;
      fillBasis<DEGREE>(left, rule->basis[node][point]);
    }
  }
}

/** Powers of the angle by which points crowd towards now: at any spot, and next to the boundary. */
constexpr int CROWDING = 2;
constexpr int NEAR_CROWDING = 6;

/** The premium is summed over the same quarter circle with a power of the angle, so that the points crowd towards now. */
template <int DEGREE, int POINTS>
inline void fillPremium(PremiumRule<DEGREE, POINTS>* rule, int power) {
  Rule quadrature = gaussLegendre(POINTS);
  for (int point = 0; point < POINTS; point += 1) {
    double share = quadrature.nodes[point];
    double angle = PI / 2 * std::pow(share, power), slope = angle * power / share;
    rule->rootOfGap[point] = std::sin(angle);
    rule->weight[point] = quadrature.weights[point] * 2 * slope * std::sin(angle) * std::cos(angle);
    fillBasis<DEGREE>(std::cos(angle), rule->basis[point]);
  }
}

inline AmericanRules computeRules() {
  AmericanRules rules;
  fillCollocation(&rules.quick);
  fillPremium(&rules.quickPremium, CROWDING);
  fillCollocation(&rules.precise);
  fillPremium(&rules.precisePremium, CROWDING);
  fillPremium(&rules.nearPremium, NEAR_CROWDING);
  fillCollocation(&rules.fine);
  fillPremium(&rules.finePremium, CROWDING);
  fillPremium(&rules.fineNearPremium, NEAR_CROWDING);
  const int last = DEVIATION_POINTS - 1;
  for (int order = 0; order <= last; order += 1) {
    rules.deviationNode[order] = std::cos(PI * order / last);
    for (int index = 0; index <= last; index += 1) {
      double scale = (order == 0 || order == last ? 1.0 : 2.0) / last;
      double end = index == 0 || index == last ? 0.5 : 1;
      rules.deviationTransform[index][order] = scale * end * std::cos(PI * order * index / last);
    }
  }
  return rules;
}

/** The rules, computed when they are first asked for. */
inline const AmericanRules& americanRules() {
  static const AmericanRules rules = computeRules();
  return rules;
}

}  // namespace american

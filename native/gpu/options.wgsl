// Black, Scholes and Merton in single precision. Three things keep the digits: moneyness arrives as spot - strike,
// subtracted in double precision; tails are Mills ratios, never 1 - N(x), and both legs share one exponential; the
// out-of-the-money side is valued and the other follows by parity. No step depends on the order of roundings, so fast
// mathematics (Metal) does no harm. Errors: ../gpu/README.md.

struct Shape {
  count: u32,    // options, or scenarios
  row: u32,      // invocations in one row of the dispatch
  legs: u32,
  spots: u32,
  factors: u32,
  times: u32,
  unused0: u32,
  unused1: u32,
}

@group(0) @binding(0) var<storage, read> source: array<f32>;
@group(0) @binding(1) var<storage, read_write> answer: array<f32>;
@group(0) @binding(2) var<uniform> shape: Shape;

struct Terms {
  moneyness: f32,      // spot - strike
  strike: f32,
  side: f32,           // 1 for a call, -1 for a put
  volatility: f32,
  rootYears: f32,      // 0 once expired
  discountYears: f32,
  rate: f32,           // rate and yield are 0 where no interest runs
  dividendYield: f32,
  growth: f32,         // forward / spot - 1
  carried: f32,        // exp(-yield * discountYears)
  discounted: f32,     // exp(-rate * discountYears)
}

struct Sensitivities {
  price: f32,
  delta: f32,
  gamma: f32,
  theta: f32,
  vega: f32,
  rho: f32,
  vanna: f32,
  charm: f32,
  vomma: f32,
}

// The Mills ratio N(-x)/phi(x) for x from 0 on; relative error 6.4e-8.
fn millsRatio(x: f32) -> f32 {
  let above = (((0.01353519167 * x + 0.122811312) * x + 0.5201079886) * x + 1.178295864) * x + 1.253314157;
  let below = ((((0.01353519103 * x + 0.122811625) * x + 0.5336204003) * x + 1.301719005) * x + 1.738029856) * x + 1.0;
  return above / below;
}

// 1 - x R(x) of the Mills ratio R, for x from 0 on; relative error 1.8e-7.
fn millsSlope(x: f32) -> f32 {
  let above = (((0.004958652274 * x + 0.05172766793) * x + 0.2599488164) * x + 0.7224712282) * x + 1.0;
  let below = (((((0.004958651253 * x + 0.05172815097) * x + 0.2747895616) * x + 0.8786264904) * x + 1.736229728) * x + 1.975785414) * x + 1.0;
  return above / below;
}

// The third over the first derivative of the Mills ratio, for the next term of its spread.
fn millsCurve(x: f32) -> f32 {
  return (0.500520645 * x + 1.9998461) / (((0.0835598733 * x + 0.31091343) * x + 0.884460654) * x + 1.0);
}

// exp(x) - 1 without cancellation.
fn growthOf(x: f32) -> f32 {
  let series = x * (1.0 + x * (0.5 + x * (0.1666666667 + x * (0.04166666667 + x * (0.008333333333 + x * 0.001388888889)))));
  return select(exp(x) - 1.0, series, abs(x) < 0.3);
}

// ln(spot / strike) by the inverse hyperbolic tangent; `log` itself is only 2^-21 exact near 1.
fn logMoneyness(moneyness: f32, strike: f32) -> f32 {
  let share = moneyness / (2.0 * strike + moneyness);
  let square = share * share;
  let series = 2.0 * share + 2.0 * share * square * (0.333333331 + square * (0.2000018077 + square * (0.1426432272 + square * 0.1191373585)));
  let quotient = clamp((strike + moneyness) / max(strike, 1e-30), 1e-30, 1e30);
  return select(log(quotient), series, abs(share) < 0.21);
}

// At expiry, or without volatility: what is sure. At the very strike, half of it is.
fn sureSensitivities(terms: Terms, spot: f32, forwardGap: f32) -> Sensitivities {
  let ahead = terms.side * forwardGap;
  let inside = terms.side * select(select(0.0, 0.5, ahead == 0.0), 1.0, ahead > 0.0);
  let shares = inside * terms.carried;
  let owed = inside * terms.strike * terms.discounted;
  let theta = terms.dividendYield * spot * shares - terms.rate * owed;
  return Sensitivities(max(ahead, 0.0), shares, 0.0, theta, 0.0, terms.discountYears * owed, 0.0, terms.dividendYield * shares, 0.0);
}

fn sensitivities(terms: Terms) -> Sensitivities {
  let spot = terms.strike + terms.moneyness;
  // Discounted forward less discounted strike, without cancellation
  let forwardGap = terms.discounted * (terms.moneyness + spot * terms.growth);
  let raw = terms.volatility * terms.rootYears;
  if (!(raw > 1e-30)) {
    return sureSensitivities(terms, spot, forwardGap);
  }
  // Beyond these bounds every answer is at its limit, and within them no polynomial leaves single precision
  let deviation = min(raw, 60.0);
  let carry = terms.rate - terms.dividendYield;
  let distance = clamp((logMoneyness(terms.moneyness, terms.strike) + carry * terms.discountYears) / raw, -40.0, 40.0);
  let d1 = distance + 0.5 * deviation;
  let d2 = distance - 0.5 * deviation;
  let density = terms.carried * 0.3989422804 * exp(-0.5 * d1 * d1);
  let scale = spot * density;
  let x = abs(distance);
  let inner = x - 0.5 * deviation;
  let nearRatio = millsRatio(abs(inner));
  let farRatio = millsRatio(x + 0.5 * deviation);
  let nearTail = density * nearRatio;
  let farTail = density * farRatio;
  // Which side is out of the money, and whether the nearer leg is past the middle, say where a tail is the answer and
  // where it is what is missing from the whole
  let isCallOutside = distance < 0.0;
  let isOutside = isCallOutside == (terms.side > 0.0);
  let isPast = inner < 0.0;
  let isNearTail = isOutside != isPast;
  let owed = terms.discounted * terms.strike;
  let tail1 = select(farTail, nearTail, isCallOutside);
  let tail2 = spot * select(nearTail, farTail, isCallOutside);
  let inside1 = select(terms.carried - tail1, tail1, select(isOutside, isNearTail, isCallOutside));
  let inside2 = select(owed - tail2, tail2, select(isNearTail, isOutside, isCallOutside));
  let whole = select(owed, spot * terms.carried, isCallOutside);
  let wide = select(scale * nearRatio, whole - scale * nearRatio, isPast) - scale * farRatio;
  let narrow = scale * deviation * millsSlope(x) * (1.0 + deviation * deviation * 0.04166666667 * millsCurve(x));
  let outside = select(wide, narrow, deviation < 0.08);
  let years = terms.rootYears * terms.rootYears;
  let vega = scale * terms.rootYears;
  var result: Sensitivities;
  result.price = select(outside + terms.side * forwardGap, outside, isOutside);
  result.delta = terms.side * inside1;
  result.gamma = density / max(spot * raw, 1e-37);
  result.theta = -0.5 * scale * terms.volatility / terms.rootYears + terms.side * (terms.dividendYield * spot * inside1 - terms.rate * inside2);
  result.vega = vega;
  result.rho = terms.side * terms.discountYears * inside2;
  result.vanna = -density * d2 / terms.volatility;
  result.charm = terms.dividendYield * result.delta - density * (carry / raw - 0.5 * d2 / years);
  result.vomma = vega * d1 * d2 / terms.volatility;
  return result;
}

// One option an invocation. Source: 7 columns of moneyness, strike, years, volatility, rate, yield, side; answer: 9.
@compute @workgroup_size(64)
fn greeks(@builtin(global_invocation_id) id: vec3u) {
  let position = id.x + id.y * shape.row;
  let count = shape.count;
  if (position >= count) {
    return;
  }
  let years = source[2u * count + position];
  // Nothing accrues where no time is left
  let rate = select(0.0, source[4u * count + position], years > 0.0);
  let dividendYield = select(0.0, source[5u * count + position], years > 0.0);
  var terms: Terms;
  terms.moneyness = source[position];
  terms.strike = source[count + position];
  terms.side = source[6u * count + position];
  terms.volatility = source[3u * count + position];
  terms.rootYears = sqrt(years);
  terms.discountYears = years;
  terms.rate = rate;
  terms.dividendYield = dividendYield;
  terms.growth = growthOf((rate - dividendYield) * years);
  terms.carried = exp(-dividendYield * years);
  terms.discounted = exp(-rate * years);
  let result = sensitivities(terms);
  answer[position] = result.price;
  answer[count + position] = result.delta;
  answer[2u * count + position] = result.gamma;
  answer[3u * count + position] = result.theta;
  answer[4u * count + position] = result.vega;
  answer[5u * count + position] = result.rho;
  answer[6u * count + position] = result.vanna;
  answer[7u * count + position] = result.charm;
  answer[8u * count + position] = result.vomma;
}

const LEG_TERMS = 11u;

// One scenario an invocation, the legs summed on the device. Source, in this order: the volatility factors; moneyness
// by leg and spot; 11 terms by time and leg; volatility by time, leg and spot. Answer: 5 columns.
@compute @workgroup_size(64)
fn scenarios(@builtin(global_invocation_id) id: vec3u) {
  let position = id.x + id.y * shape.row;
  if (position >= shape.count) {
    return;
  }
  let spot = position % shape.spots;
  let factor = source[(position / shape.spots) % shape.factors];
  let time = position / (shape.spots * shape.factors);
  let moneyness = shape.factors + spot;
  let legTerms = shape.factors + shape.legs * shape.spots + time * shape.legs * LEG_TERMS;
  let volatility = shape.factors + shape.legs * shape.spots + shape.times * shape.legs * LEG_TERMS + time * shape.legs * shape.spots + spot;
  var profit = 0.0;
  var delta = 0.0;
  var gamma = 0.0;
  var theta = 0.0;
  var vega = 0.0;
  for (var leg = 0u; leg < shape.legs; leg++) {
    let first = legTerms + leg * LEG_TERMS;
    let shares = source[first + 2u];
    var terms: Terms;
    terms.moneyness = source[moneyness + leg * shape.spots];
    terms.strike = source[first];
    terms.side = source[first + 1u];
    terms.volatility = source[volatility + leg * shape.spots] * factor;
    terms.rootYears = source[first + 4u];
    terms.discountYears = source[first + 5u];
    terms.rate = source[first + 6u];
    terms.dividendYield = source[first + 7u];
    terms.growth = source[first + 8u];
    terms.carried = source[first + 9u];
    terms.discounted = source[first + 10u];
    let result = sensitivities(terms);
    profit += shares * (result.price - source[first + 3u]);
    delta += shares * result.delta;
    gamma += shares * result.gamma;
    theta += shares * result.theta;
    vega += shares * result.vega;
  }
  answer[position] = profit;
  answer[shape.count + position] = delta;
  answer[2u * shape.count + position] = gamma;
  answer[3u * shape.count + position] = theta;
  answer[4u * shape.count + position] = vega;
}

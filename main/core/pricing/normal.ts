/**
 * The normal distribution to full double precision, from the rational approximations of W. J. Cody,
 * "Rational Chebyshev approximations for the error function", Mathematics of Computation 23 (1969) 631-637.
 */

const INVERSE_SQRT_2PI = 0.3989422804014327
const SQRT_HALF = Math.SQRT1_2
const SQRT_PI_OVER_2 = 1.2533141373155003
const INVERSE_SQRT_PI = 0.5641895835477563

/** The density of the standard normal. */
export function normalDensity(x: number): number {
  return INVERSE_SQRT_2PI * Math.exp(-0.5 * x * x)
}

/** The probability that a standard normal lies below x; relative error about 1e-15 in both tails. */
export function normalDistribution(x: number): number {
  return x < 0 ? normalDensity(x) * millsRatio(-x) : 1 - normalDensity(x) * millsRatio(x)
}

/** The Mills ratio, upper tail over density; falls like 1/x and never underflows for x above 0. */
export function millsRatio(x: number): number {
  return SQRT_PI_OVER_2 * scaledErrorFunction(x * SQRT_HALF)
}

/** exp(x^2) times the complementary error function. */
function scaledErrorFunction(x: number): number {
  const size = Math.abs(x)
  if (size <= 0.46875) return Math.exp(x * x) * (1 - x * smallErrorRatio(x * x))
  const tail = size <= 4 ? middleTail(size) : farTail(size)
  return x > 0 ? tail : 2 * Math.exp(x * x) - tail
}

/** erf(x)/x for x up to 0.46875, by z = x^2. */
function smallErrorRatio(z: number): number {
  const above =
    (((0.185777706184603153 * z + 3.1611237438705656) * z + 113.864154151050156) * z + 377.485237685302021) *
      z +
    3209.37758913846947
  const below =
    (((z + 23.6012909523441209) * z + 244.024637934444173) * z + 1282.61652607737228) * z +
    2844.23683343917062
  return above / below
}

function middleTail(x: number): number {
  const above =
    (((((((2.15311535474403846e-8 * x + 0.564188496988670089) * x + 8.88314979438837594) * x +
      66.1191906371416295) *
      x +
      298.635138197400131) *
      x +
      881.95222124176909) *
      x +
      1712.04761263407058) *
      x +
      2051.07837782607147) *
      x +
    1230.33935479799725
  const below =
    (((((((x + 15.7449261107098347) * x + 117.693950891312499) * x + 537.181101862009858) * x +
      1621.38957456669019) *
      x +
      3290.79923573345963) *
      x +
      4362.61909014324716) *
      x +
      3439.36767414372164) *
      x +
    1230.33935480374942
  return above / below
}

function farTail(x: number): number {
  const z = 1 / (x * x)
  const above =
    ((((0.0163153871373020978 * z + 0.305326634961232344) * z + 0.360344899949804439) * z +
      0.125781726111229246) *
      z +
      0.0160837851487422766) *
      z +
    0.000658749161529837803
  const below =
    ((((z + 2.56852019228982242) * z + 1.87295284992346725) * z + 0.527905102951428412) * z +
      0.0605183413124413191) *
      z +
    0.00233520497626869185
  return (INVERSE_SQRT_PI - (z * above) / below) / x
}

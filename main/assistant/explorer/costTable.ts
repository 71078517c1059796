// What Python's operations cost, in nanoseconds, measured with `timeit` (CPython 3.11, NumPy 1.24, pandas 1.5, least of three runs).
// Only their relation matters: a cost is told as a share of the original's.

/** Kinds of work that a cost is made of; each is counted by how deep in loops it stands. */
export const WORK = {
  /** A name or constant loaded. */
  load: 4,
  /** `+ - * /` of two numbers. */
  arithmetic: 22,
  /** `**`. */
  power: 65,
  comparison: 25,
  branch: 6,
  /** `value.attribute`. */
  attribute: 9,
  /** `value[index]` of a list, tuple or dictionary. */
  subscript: 14,
  assignment: 4,
  /** One more round of a loop. */
  round: 8,
  /** A function of C called: `math.exp`, `len`. */
  builtin: 22,
  /** A function of Python called and left; its body is counted apart. */
  call: 45,
  /** A function of which nothing is known. */
  unknown: 300,
  /** A tuple, list, dictionary or set made. */
  container: 18,
  /** One element taken out of a generator. */
  generator: 22,
  /** A function of NumPy called. */
  kernel: 650,
  /** One element through `+ - * /`, a comparison or a copy. */
  element: 0.7,
  /** One element through `exp`, `log`, `sqrt`, `**`. */
  transcendental: 3,
  /** One element through `erf` or `ndtr`. */
  special: 8,
  /** One element from Python's number to an array's, or back. */
  conversion: 16,
  /** One element sorted, times the logarithm of how many there are (taken as ten). */
  sorted: 60,
  /** A row of a data frame made into an object of its own. */
  frameRow: 6000,
  /** A column or cell of a data frame looked up. */
  frameCell: 800,
  /** A whole column through an operation of pandas. */
  frameColumn: 25_000,
  /** `np.errstate` entered and left. */
  context: 3000,
} as const

export type Work = keyof typeof WORK

export const WORKS: readonly Work[] = Object.keys(WORK).filter(isWork)

/** Rounds of a loop of which nothing is known, by how deep it stands. */
export const ROUNDS: readonly number[] = [1, 240, 240 * 60, 240 * 60 * 40]

function isWork(name: string): name is Work {
  return name in WORK
}

import type { Draft } from '../transform.ts'
import { withFunction, writtenFunction } from '../writtenFunction.ts'

// Functions of Python that a bisection calls instead: the bracket is halved until the gap is about a line in it, then cut where the line
// through its ends crosses zero (Anderson and Björck, "A new high order method of regula falsi type", BIT 13, 1973). They do not give a
// root that is not certain, or find it by halving: beside it the gap must be as steep as it is further away, which noise of rounding is not.

/** Where a function of one number turns positive. */
export const ROOT_OF_ONE = 'bracketed_root'
/** As `ROOT_OF_ONE`, for all elements of an array at once. */
export const ROOT_OF_MANY = 'bracketed_roots'

const ONE = `"""Where the rising gap crosses zero between low and high; ValueError where that is not certain."""
below, above = gap(low), gap(high)
if not below < 0.0 < above:
    raise ValueError
for _ in range(8):
    middle = 0.5 * (low + high)
    value = gap(middle)
    was_below = value < 0.0
    if was_below:
        low, below = middle, value
    else:
        high, above = middle, value
root = low
for _ in range(30):
    last, root = root, high - above * (high - low) / (above - below)
    if abs(root - last) <= 1e-7 * abs(root):
        break
    value = gap(root)
    is_below = value < 0.0
    shrink = 1.0 - value / (below if is_below else above) if is_below == was_below else 1.0
    if shrink <= 0.0:
        shrink = 0.5
    if is_below:
        low, below, above = root, value, above * shrink
    else:
        high, above, below = root, value, below * shrink
    was_below = is_below
# Beside the root the gap must be as steep as it is further away, else it is lost in rounding
beside = 1e-10 * abs(root)
steep = (gap(root + 1000.0 * beside) - gap(root - 1000.0 * beside)) / 2000.0
if not abs(gap(root + beside) - steep) < 0.5 * steep > abs(gap(root - beside) + steep):
    raise ValueError
return root`

const MANY = `"""Where each rising gap crosses zero between low and high, else the nearer end; what is not certain is halved rounds times."""
start, stop = low, high
below, above = gap(low), gap(high)
if np.any(np.isnan(below) != np.isnan(above)):
    raise ValueError
crosses = (below < 0.0) & (above >= 0.0)
end = np.where(above < 0.0, high, low)
if not np.any(crosses):
    return end
with np.errstate(all="ignore"):
    for _ in range(8):
        middle = 0.5 * (low + high)
        value = gap(middle)
        was_below = value < 0.0
        low, high = np.where(was_below, middle, low), np.where(was_below, high, middle)
        below, above = np.where(was_below, value, below), np.where(was_below, above, value)
    root = low
    for _ in range(30):
        last, root = root, high - above * (high - low) / (above - below)
        if np.all((np.abs(root - last) <= 1e-7 * np.abs(root)) | ~crosses):
            break
        value = gap(root)
        is_below = value < 0.0
        shrink = 1.0 - value / np.where(is_below, below, above)
        shrink = np.where(is_below != was_below, 1.0, np.where(shrink > 0.0, shrink, 0.5))
        low, high = np.where(is_below, root, low), np.where(is_below, high, root)
        below, above = np.where(is_below, value, below * shrink), np.where(is_below, above * shrink, value)
        was_below = is_below
root = np.where(crosses, root, end)
# Beside the root the gap must be as steep as it is further away, else it is lost in rounding
beside = np.where(crosses, 1e-10 * np.abs(root), 0.0)
steep = (gap(root + 1000.0 * beside) - gap(root - 1000.0 * beside)) / 2000.0
is_sure = (np.abs(gap(root + beside) - steep) < 0.5 * steep) & (np.abs(gap(root - beside) + steep) < 0.5 * steep)
if not np.all(is_sure | ~crosses):
    low, high = start, stop
    for _ in range(rounds):
        middle = 0.5 * (low + high)
        was_below = gap(middle) < 0.0
        low, high = np.where(was_below, middle, low), np.where(was_below, high, middle)
    root = np.where(is_sure | ~crosses, root, 0.5 * (low + high))
return root`

const BRACKET = ['gap', 'low', 'high']

/** What was added to a draft, and the function of that name; NumPy goes by the name given. */
export function withRootFinder(
  added: Draft['added'],
  called: typeof ROOT_OF_ONE | typeof ROOT_OF_MANY,
  numpy: string,
): Draft['added'] {
  const text = called === ROOT_OF_ONE ? ONE : MANY.replaceAll('np.', `${numpy}.`)
  return withFunction(
    added,
    writtenFunction(called, called === ROOT_OF_ONE ? BRACKET : [...BRACKET, 'rounds'], text),
  )
}

"""What code under review is held against: formulas of options trading, made-up markets, and laws that hold for any right code.

Sources of the formulas: Hull, Options, Futures and Other Derivatives, 11th edition: chapters 15 (prices), 19 (Greeks),
11.4 (put-call parity) and 21.1 (binomial tree). Years and volatilities are decimals; rates are continuously compounded.
"""
import base64
import copy
import datetime
import functools
import json
import math
import warnings

try:
    import numpy
except ImportError:
    numpy = None
try:
    import pandas
except ImportError:
    pandas = None

# Formulas


def cumulative(x):
    """Standard normal distribution function."""
    return 0.5 * math.erfc(-x / math.sqrt(2.0))


def density(x):
    """Standard normal density."""
    return math.exp(-0.5 * x * x) / math.sqrt(2.0 * math.pi)


def d1(spot, strike, years, volatility, rate=0.0, dividend=0.0, is_call=True):
    """Black-Scholes-Merton d1."""
    drift = (rate - dividend + 0.5 * volatility * volatility) * years
    return (math.log(spot / strike) + drift) / (volatility * math.sqrt(years))


def d2(spot, strike, years, volatility, rate=0.0, dividend=0.0, is_call=True):
    """Black-Scholes-Merton d2."""
    return d1(spot, strike, years, volatility, rate, dividend) - volatility * math.sqrt(years)


def price(spot, strike, years, volatility, rate=0.0, dividend=0.0, is_call=True):
    """European option by Black-Scholes-Merton."""
    sign = 1.0 if is_call else -1.0
    first = d1(spot, strike, years, volatility, rate, dividend)
    second = first - volatility * math.sqrt(years)
    held = spot * math.exp(-dividend * years) * cumulative(sign * first)
    owed = strike * math.exp(-rate * years) * cumulative(sign * second)
    return sign * (held - owed)


def delta(spot, strike, years, volatility, rate=0.0, dividend=0.0, is_call=True):
    """Change of the price for one dollar of spot."""
    share = math.exp(-dividend * years)
    under = share * cumulative(d1(spot, strike, years, volatility, rate, dividend))
    return under if is_call else under - share


def gamma(spot, strike, years, volatility, rate=0.0, dividend=0.0, is_call=True):
    """Change of delta for one dollar of spot."""
    first = d1(spot, strike, years, volatility, rate, dividend)
    return math.exp(-dividend * years) * density(first) / (spot * volatility * math.sqrt(years))


def vega(spot, strike, years, volatility, rate=0.0, dividend=0.0, is_call=True):
    """Change of the price for a volatility higher by 1.00."""
    first = d1(spot, strike, years, volatility, rate, dividend)
    return spot * math.exp(-dividend * years) * density(first) * math.sqrt(years)


def theta(spot, strike, years, volatility, rate=0.0, dividend=0.0, is_call=True):
    """Change of the price for one year that passes."""
    sign = 1.0 if is_call else -1.0
    first = d1(spot, strike, years, volatility, rate, dividend)
    second = first - volatility * math.sqrt(years)
    carried = spot * math.exp(-dividend * years)
    decay = -carried * density(first) * volatility / (2.0 * math.sqrt(years))
    interest = rate * strike * math.exp(-rate * years) * cumulative(sign * second)
    return decay - sign * interest + sign * dividend * carried * cumulative(sign * first)


def rho(spot, strike, years, volatility, rate=0.0, dividend=0.0, is_call=True):
    """Change of the price for a rate higher by 1.00."""
    sign = 1.0 if is_call else -1.0
    second = d2(spot, strike, years, volatility, rate, dividend)
    return sign * strike * years * math.exp(-rate * years) * cumulative(sign * second)


def payoff(spot, strike, is_call=True):
    """What an option is worth at its expiry."""
    return max(spot - strike, 0.0) if is_call else max(strike - spot, 0.0)


@functools.lru_cache(maxsize=None)
def american_price(spot, strike, years, volatility, rate=0.0, dividend=0.0, is_call=True, steps=400):
    """American option by the tree of Cox, Ross and Rubinstein."""
    step = years / steps
    up = math.exp(volatility * math.sqrt(step))
    discount = math.exp(-rate * step)
    chance = (math.exp((rate - dividend) * step) - 1.0 / up) / (up - 1.0 / up)
    spots = [spot * up ** (2 * index - steps) for index in range(steps + 1)]
    values = [payoff(at, strike, is_call) for at in spots]
    for level in range(steps - 1, -1, -1):
        for index in range(level + 1):
            kept = discount * (chance * values[index + 1] + (1.0 - chance) * values[index])
            values[index] = max(kept, payoff(spot * up ** (2 * index - level), strike, is_call))
    return values[0]


# Made-up markets: a longer one begins with the shorter one


def prices(count, seed=1, start=100.0, step=0.01):
    """A walk of prices, oldest first."""
    walk = []
    state = (seed * 2654435761) % 4294967296
    level = start
    for _ in range(count):
        state = (1664525 * state + 1013904223) % 4294967296
        level *= 1.0 + step * (2.0 * state / 4294967296.0 - 1.0)
        walk.append(round(level, 4))
    if last_move is not None:
        walk[-1] = walk[-2] * (1.0 + last_move)
    return walk


last_move = None


def moved(call, move):
    """What a call gives where the last bar of every walk moves by `move` from the bar before it."""
    global last_move
    last_move = move
    try:
        return call()
    finally:
        last_move = None


def changes(count, seed=1):
    """Relative changes of a walk of prices, one a bar; the first is that from the start."""
    walk = [100.0] + prices(count, seed)
    return [walk[bar + 1] / walk[bar] - 1.0 for bar in range(count)]


def scaled(values, factor):
    """Every value times the factor."""
    return [value * factor for value in values]


def array(values):
    """As a NumPy array."""
    return numpy.array(values)


def series(values):
    """As a pandas series with one row a business day."""
    return pandas.Series(values, index=pandas.bdate_range("2024-01-02", periods=len(values)))


def frame(columns):
    """As a pandas frame with one row a business day."""
    count = max(len(values) for values in columns.values())
    return pandas.DataFrame(columns, index=pandas.bdate_range("2024-01-02", periods=count))


# Laws


def listed(value):
    """The values of a sequence as a list, a frame's by row; anything else alone in one."""
    if pandas is not None and isinstance(value, pandas.DataFrame):
        return value.to_numpy().tolist()
    if isinstance(value, (list, tuple)):
        return list(value)
    plain = value.tolist() if hasattr(value, "tolist") else value
    return plain if isinstance(plain, list) else [plain]


def cut(long, short, more):
    """Of the answer about a longer market as much as the answer about its beginning has; the shorter answer itself where the
    two are not one value a bar, so that nothing can be said."""
    longer, shorter = listed(long), listed(short)
    if len(longer) != len(shorter) + more:
        return short
    return longer[: len(shorter)]


def last(value):
    """The last of a sequence; a scalar itself."""
    values = listed(value)
    return values[-1] if values else None


def total(value):
    """The sum of a sequence without what is missing; a scalar itself."""
    return sum(each for each in listed(value) if each == each and each is not None)


def realised(values, kind, ddof, days):
    """Annualised deviation of the changes of daily prices, or of changes that are given."""
    steps = steps_of(values, kind)
    mean = average(steps)
    return math.sqrt(sum((step - mean) ** 2 for step in steps) / (len(steps) - ddof) * days)


def sharpe(values, kind, ddof, days):
    """Annualised mean over annualised deviation, without a rate."""
    return average(steps_of(values, kind)) * days / realised(values, kind, ddof, days)


def steps_of(values, kind):
    """Changes of prices, logarithmic or simple; changes that are given as they are."""
    if kind == "given":
        return list(values)
    ratios = [after / before for before, after in zip(values, values[1:])]
    return [math.log(ratio) if kind == "log" else ratio - 1.0 for ratio in ratios]


def average(values):
    """Arithmetic mean."""
    return sum(values) / len(values)


def wins_both_ways(call, move=0.03):
    """Says whether the last bar pays more when it rises than it costs when it falls, for a call that gives what a strategy
    earned: a position that was taken before the bar wins and loses alike."""
    still, up, down = (last(moved(call, each)) for each in (0.0, move, -move))
    gained, lost = up - still, down - still
    return bool(gained + lost > 0.2 * max(abs(gained), abs(lost)) > 1e-9)


def ahead(call, count):
    """Says whether the last signal of a list that is one bar shorter than the market turns with the bar after it."""
    up, down = (listed(moved(call, each)) for each in (0.03, -0.03))
    if len(up) == count - 1 and not same(up[-1], down[-1], 0.0):
        return "another signal"
    return "the same signal"


def is_win(value, entry, target):
    """Whether what a made-up trade gives is its target: the price, the profit a share, or the word."""
    parts = list(value.values()) if isinstance(value, dict) else listed(value)
    words = [each.lower() for each in parts if isinstance(each, str)]
    numbers = [float(each) for each in parts if isinstance(each, (int, float)) and not isinstance(each, bool)]
    wins = (target, target - entry, (target - entry) / entry)
    return any("target" in word or "win" in word for word in words) or any(same(each, win, 1e-9) for each in numbers for win in wins)


def bound(owner, method):
    """A method, or a function in place of one, of an object of the class: of one made without arguments, else of an empty one."""
    try:
        made = owner()
    except TypeError:
        made = object.__new__(owner)
    held = owner.__dict__.get(method) if isinstance(method, str) else method
    return getattr(made, method) if isinstance(held, (staticmethod, classmethod)) else functools.partial(
        getattr(owner, method) if isinstance(method, str) else method, made
    )


def compiles(text):
    """Says 'runs' for a text that this Python can read."""
    try:
        compile(text, "code", "exec")
    except SyntaxError as problem:
        return described(problem)
    return "runs"


def told_apart(one, other):
    """Says whether two calls give different answers."""
    return "the same answer" if same(one(), other(), 0.0) else "two different answers"


def knows(call, word):
    """Says 'runs' for a call that raises no exception or deprecation warning which names the word."""
    with warnings.catch_warnings():
        warnings.simplefilter("error", FutureWarning)
        warnings.simplefilter("error", DeprecationWarning)
        try:
            call()
        except Exception as problem:
            if word in str(problem):
                return described(problem)
    return "runs"


def divides(call):
    """Says 'a number' for a call that neither divides by zero nor gives infinity or a missing number for whole inputs."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            values = listed(call())
    except ZeroDivisionError as problem:
        return described(problem)
    if any(isinstance(each, float) and not math.isfinite(each) for each in values):
        return repr(values[0]) if len(values) == 1 else repr(values)[:120]
    return "a number"


def clocked(function, instant, shift, utc_shift, *arguments, **named):
    """What a call gives at the UTC instant on a machine whose clock is `shift` hours, and whose UTC is `utc_shift` hours, off."""
    moment = datetime.datetime.fromisoformat(instant)

    class Clock(datetime.datetime):
        @classmethod
        def now(cls, tz=None):
            if tz is None:
                return moment + datetime.timedelta(hours=shift)
            return moment.replace(tzinfo=datetime.timezone.utc).astimezone(tz)

        @classmethod
        def today(cls):
            return cls.now()

        @classmethod
        def utcnow(cls):
            return moment + datetime.timedelta(hours=utc_shift)

    class Day(datetime.date):
        @classmethod
        def today(cls):
            return Clock.now().date()

    class Module:
        def __getattr__(self, name):
            return {"datetime": Clock, "date": Day}.get(name) or getattr(datetime, name)

    held = dict(function.__globals__)
    for name, value in held.items():
        if value is datetime.datetime:
            function.__globals__[name] = Clock
        elif value is datetime.date:
            function.__globals__[name] = Day
        elif value is datetime:
            function.__globals__[name] = Module()
    try:
        return function(*arguments, **named)
    finally:
        function.__globals__.update(held)


# Comparing


def same(actual, expected, tolerance):
    """Whether two answers are the same but for a relative (and as large absolute) tolerance; missing is the same as missing."""
    if isinstance(actual, (str, bytes, dict)) or isinstance(expected, (str, bytes, dict)):
        return bool(actual == expected)
    if actual is None or expected is None:
        return actual is expected
    one, other = listed(actual), listed(expected)
    if len(one) != len(other):
        return False
    if len(one) == 1 and one[0] is actual:
        return same_scalar(actual, other[0], tolerance)
    return all(same(left, right, tolerance) for left, right in zip(one, other))


def same_scalar(actual, expected, tolerance):
    if type(actual).__eq__ is object.__eq__:
        # A function or an object that knows no equality: another one of its kind says nothing
        return type(actual) is type(expected)
    try:
        left, right = float(actual), float(expected)
    except (TypeError, ValueError):
        return bool(actual == expected)
    if math.isnan(left) or math.isnan(right):
        return math.isnan(left) and math.isnan(right)
    return left == right or abs(left - right) <= tolerance * max(1.0, abs(right))


def attempted(call):
    """A call's answer, or its exception."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return None, call()
        except BaseException as problem:
            return described(problem), None


def described(problem):
    """An exception by its kind and the first line of what it says."""
    return type(problem).__name__ + ": " + (str(problem).splitlines() or [""])[0][:120]


def first_difference(actual, expected, tolerance):
    """The place at which two long answers of one length differ first; None where there is none."""
    one, other = listed(actual), listed(expected)
    if len(one) != len(other) or len(one) <= 6:
        return None
    return next((place for place in range(len(one)) if not same(one[place], other[place], tolerance)), None)


def told(raised, value, place):
    """An answer in at most 160 characters; of a long one what stands at the place."""
    if raised is not None:
        return raised
    if place is not None and place < len(listed(value)):
        return "[" + str(place) + "] is " + told(None, listed(value)[place], None)
    if pandas is not None and isinstance(value, pandas.DataFrame) or hasattr(value, "tolist"):
        value = listed(value) if getattr(value, "ndim", 0) else value.tolist()
    if isinstance(value, float):
        return format(value, ".8g")
    if isinstance(value, str) and value.strip():
        return value[:160]
    if isinstance(value, (list, tuple)) and all(isinstance(each, float) for each in value):
        value = [float(format(each, ".6g")) for each in value]
    text = repr(value)
    return text if len(text) <= 160 else text[:157] + "..."


def tried(trials):
    """For each trial (the call, one call for every convention of what is right, a tolerance) what both sides gave and whether
    they agree, as JSON in base64."""
    answers = []
    for actual, expected, tolerance in trials:
        raised, value = attempted(actual)
        others = [attempted(call) for call in expected]
        place = next((first_difference(value, other, tolerance) for _, other in others), None)
        sides = [
            {
                "told": told(other_raised, other, place),
                "agrees": raised is None and other_raised is None and same(value, other, tolerance),
                "raised": other_raised is not None,
            }
            for other_raised, other in others
        ]
        answers.append({"told": told(raised, value, place), "raised": raised is not None, "expected": sides})
    return base64.b64encode(json.dumps(answers).encode()).decode()

"""Makes arguments from their description, the same for the same seed in every process.

A description is JSON: `of` says what it is, the rest its bounds. A flavour bends the numbers that are drawn: `nan` strews NaN
among them, `zero` makes them zero, and so on; `special` is a list of numbers taken from the text of the function.
"""

import base64
import collections
import datetime
import math
import random
import sys
import types

try:
    import numpy
except ImportError:
    numpy = None

_Random = random.Random
# From so many on, drawing all at once costs less than one by one
MANY = 48
NEW_YORK_OPEN = datetime.datetime(2024, 3, 15, 9, 30)


class Drawer:
    """Draws the arguments of one call."""

    def __init__(self, seed, size, flavour, special, names):
        self.random = _Random(seed)
        self.size = size
        self.flavour = flavour
        self.special = special
        self.names = names
        # Most numbers of trading have few digits; code that rounds must be told from code that does not
        self.is_rounded = self.random.random() < 0.7
        self.depth = 0

    def draw(self, what):
        """The value that a description asks for."""
        return getattr(self, f"_{what['of']}")(what)

    def _float(self, what):
        low, high = what["low"], what["high"]
        value = self.random.uniform(low, high)
        if "digits" in what and self.is_rounded:
            value = round(value, what["digits"])
        flavour = self.flavour
        if flavour == "plain":
            return value
        chance = self.random.random()
        if flavour == "nan" and chance < 0.3:
            return math.nan
        if flavour == "infinite" and chance < 0.3:
            return math.inf if chance < 0.2 else -math.inf
        if flavour == "zero" and chance < 0.6:
            return 0.0 if chance < 0.5 else -0.0
        if flavour == "negative" and chance < 0.6:
            return -value
        if flavour == "duplicates":
            return low + (high - low) * 0.25 * self.random.randrange(5)
        if flavour == "large":
            return value * 10.0 ** self.random.choice((3, 6, 12, 100))
        if flavour == "tiny":
            return value * 10.0 ** self.random.choice((-3, -9, -17, -100))
        if flavour == "integers" and not what.get("isFloat"):
            return int(value)
        if flavour == "special" and self.special and chance < 0.6:
            return float(self.random.choice(self.special)) + self.random.choice((0.0, 0.0, 0.0, 1e-9, -1e-9))
        return value

    def _integer(self, what):
        low, high = what["low"], what["high"]
        if what.get("isSize") and self.flavour == "plain":
            return self.size
        if what.get("isPlace"):
            low, high = 0, max(0, self.size - 1)
        value = self.random.randint(low, high)
        if self.flavour == "plain":
            return value
        chance = self.random.random()
        if self.flavour == "zero" and chance < 0.6:
            return 0
        if self.flavour == "negative" and chance < 0.6:
            return -value
        if self.flavour == "duplicates":
            return (low, high)[chance < 0.5]
        if self.flavour == "large" and chance < 0.3 and not what.get("isCount"):
            return value * 10 ** self.random.choice((3, 6))
        if self.flavour == "special" and self.special and chance < 0.6:
            return int(self.random.choice(self.special)) + self.random.choice((0, 0, 0, 1, -1))
        return value

    def _boolean(self, what):
        del what
        return self.random.random() < 0.5

    def _choice(self, what):
        return self.random.choice(what["values"])

    def _expression(self, what):
        """A text as it stands in his code: a default, or an argument at a call site."""
        return eval(what["text"], dict(self.names))  # noqa: S307 (his own text, inside the sandbox)

    def _none(self, what):
        del what

    def _either(self, what):
        return self.draw(self.random.choice(what["options"]))

    def _text(self, what):
        letters = what.get("letters", "abcdeXYZ 019_-")
        count = self.random.choice((0, 1, 3, 8)) if self.flavour != "plain" else 6
        return "".join(self.random.choice(letters) for _ in range(count))

    def _sequence(self, what):
        count = max(0, (self.size if self.depth == 0 else min(self.size, 6)) + what.get("more", 0))
        self.depth += 1
        values = self._values(what, count)
        self.depth -= 1
        return self._as(what["as"], values, what)

    def _values(self, what, count):
        element = what["element"]
        if what.get("order") == "walk" and element["of"] == "float" and self.flavour in ("plain", "sorted", "reversed"):
            return self._walk(element, count)
        if self.flavour == "plain" and count >= MANY and numpy is not None:
            values = self._many(element, count)
        else:
            values = [self.draw(element) for _ in range(count)]
        if self.flavour in ("sorted", "reversed") or what.get("order") == "sorted":
            try:
                values.sort(reverse=self.flavour == "reversed")
            except TypeError:
                pass
        elif self.flavour == "duplicates" and count > 2 and self.random.random() < 0.5:
            values = [values[self.random.randrange(max(1, count // 2))] for _ in range(count)]
        return values

    def _many(self, what, count):
        """As many values as are asked for, drawn at once: timed inputs are large, and there are many of them."""
        numbers = self._numbers(what, count)
        if numbers is not None:
            return numbers.tolist()
        kind = what["of"]
        if kind == "choice":
            chance = numpy.random.RandomState(self.random.randrange(2**32))
            return [what["values"][place] for place in chance.randint(0, len(what["values"]), count)]
        if kind == "record" and what["fields"]:
            return self._records(what, count)
        return [self.draw(what) for _ in range(count)]

    def _numbers(self, what, count):
        """As many numbers as are asked for, as an array; None where it is not numbers that are asked for."""
        if what["of"] not in ("float", "integer", "boolean"):
            return None
        chance = numpy.random.RandomState(self.random.randrange(2**32))
        if what["of"] == "float":
            values = chance.uniform(what["low"], what["high"], count)
            return numpy.round(values, what["digits"]) if "digits" in what and self.is_rounded else values
        if what["of"] == "integer":
            low, high = (0, max(0, self.size - 1)) if what.get("isPlace") else (what["low"], what["high"])
            return chance.randint(low, high + 1, count)
        return chance.uniform(size=count) < 0.5

    def _records(self, what, count):
        # As names are that stand in code: looked up without being compared
        names = [sys.intern(name) for name in what["fields"]]
        columns = [self._many(field, count) for field in what["fields"].values()]
        rows = zip(*columns)
        form = what["as"]
        if form == "tuple":
            return list(rows)
        made = {"dict": dict, "namespace": types.SimpleNamespace}.get(form) or self._class(form)
        return [made(**dict(zip(names, row))) for row in rows]

    def _walk(self, element, count):
        """A path of prices: steps of a tenth of a per cent, kept inside its bounds."""
        low, high = element["low"], element["high"]
        value, path = self.random.uniform(low, high), []
        if count >= MANY and numpy is not None:
            steps = numpy.random.RandomState(self.random.randrange(2**32)).normal(0.0, 0.001, count)
            walked = numpy.clip(value * numpy.exp(numpy.cumsum(steps)), low, high)
            return (numpy.round(walked, 2) if high >= 10 else walked).tolist()
        for _ in range(count):
            value = min(high, max(low, value * (1.0 + self.random.gauss(0.0, 0.001))))
            path.append(round(value, 2) if high >= 10 else value)
        return path

    def _as(self, form, values, what):
        if form == "tuple":
            return tuple(values)
        if form == "set":
            return set(values)
        if form == "deque":
            return collections.deque(values)
        if form == "iterator":
            return (value for value in values)
        if form == "array":
            kind = what["element"]["of"]
            dtype = {"float": float, "integer": numpy.int64, "boolean": bool}.get(kind)
            return numpy.array(values, dtype=what.get("dtype", dtype))
        if form in ("series", "datetimes"):
            import pandas

            if form == "datetimes":
                return pandas.DatetimeIndex(values)
            dtype = float if what["element"]["of"] == "float" else None
            return pandas.Series(values, dtype=dtype if values or dtype else object)
        return values

    def _matrix(self, what):
        columns = what.get("columns") or min(self.size, 7 if self.size < MANY else 60)
        dtype = numpy.int64 if what["element"]["of"] == "integer" else float
        if self.flavour == "plain" and self.size * columns >= MANY:
            drawn = self._numbers(what["element"], self.size * columns)
            if drawn is not None:
                return drawn.reshape(self.size, columns).tolist() if what["as"] == "lists" else drawn.astype(dtype).reshape(self.size, columns)
        self.depth += 1
        rows = [self._values({"element": what["element"]}, columns) for _ in range(self.size)]
        self.depth -= 1
        if what["as"] == "lists":
            return rows
        return numpy.array(rows, dtype=dtype).reshape(self.size, columns)

    def _record(self, what):
        values = {sys.intern(name): self.draw(field) for name, field in what["fields"].items()}
        form = what["as"]
        if form == "dict":
            return values
        if form == "namespace":
            return types.SimpleNamespace(**values)
        if form == "tuple":
            return tuple(values.values())
        return self._class(form)(**values)

    def _class(self, name):
        found = self.names[name.split(".")[0]]
        for part in name.split(".")[1:]:
            found = getattr(found, part)
        return found

    def _member(self, what):
        """A member of an enumeration of the module."""
        return self.random.choice(list(self._class(what["class"])))

    def _mapping(self, what):
        count = self.size if self.depth == 0 else min(self.size, 6)
        self.depth += 1
        made = {}
        for _ in range(count):
            key = self.draw(what["key"])
            made[key] = self.draw(what["value"])
        self.depth -= 1
        return made

    def _frame(self, what):
        import pandas

        self.depth += 1
        columns = {name: self._column(field) for name, field in what["columns"].items()}
        self.depth -= 1
        frame = pandas.DataFrame(columns)
        if what.get("index") == "minutes":
            frame.index = pandas.DatetimeIndex([NEW_YORK_OPEN + datetime.timedelta(minutes=row) for row in range(self.size)])
        return frame

    def _column(self, field):
        import pandas

        values = self._values({"element": field, "order": field.get("order")}, self.size)
        dtype = {"float": float, "integer": "int64", "boolean": bool}.get(field["of"], object)
        if field["of"] == "datetime":
            return pandas.Series(pandas.DatetimeIndex(values))
        try:
            return pandas.Series(values, dtype=dtype)
        except (TypeError, ValueError, OverflowError):
            return pandas.Series(values)

    def _datetime(self, what):
        minutes = self.random.randrange(390)
        days = self.random.randrange(what.get("days", 30))
        return NEW_YORK_OPEN + datetime.timedelta(days=days, minutes=minutes)

    def _date(self, what):
        return self._datetime(what).date()

    def _generator(self, what):
        seed = self.random.randrange(2**32)
        return numpy.random.RandomState(seed) if what.get("isOld") else numpy.random.default_rng(seed)

    def _random(self, what):
        del what
        return _Random(self.random.randrange(2**32))

    def _function(self, what):
        """A function of any numbers that can be told from others by what it gives."""
        scale, offset = self.random.uniform(0.5, 2.0), self.random.uniform(-1.0, 1.0)
        del what
        return lambda *numbers: scale * sum(float(number) for number in numbers) + offset


    def _kept(self, what):
        """A value that was recorded, made again to the bit (`record.py` wrote it down)."""
        return self._again(what["value"])

    def _again(self, kept):
        kind, *rest = kept
        if kind == "plain":
            return rest[0]
        if kind in ("int", "float"):
            return int(rest[0]) if kind == "int" else float.fromhex(rest[0])
        if kind in ("list", "tuple", "set", "frozenset"):
            items = [self._again(item) for item in rest[0]]
            return {"list": list, "tuple": tuple, "set": set, "frozenset": frozenset}[kind](items)
        if kind == "dict":
            return {self._again(key): self._again(item) for key, item in rest[0]}
        if kind in ("datetime", "date"):
            return getattr(datetime, kind).fromisoformat(rest[0])
        if kind == "instance":
            return self._class(rest[0])(**{name: self._again(field) for name, field in rest[1].items()})
        return self._table(kind, rest)

    def _table(self, kind, rest):
        if kind == "array":
            return numpy.frombuffer(base64.b64decode(rest[2]), dtype=rest[0]).reshape(rest[1]).copy()
        if kind == "scalar":
            return numpy.frombuffer(base64.b64decode(rest[1]), dtype=rest[0])[0]
        if kind == "objects":
            return [self._again(item) for item in rest[0]]
        import pandas

        if kind == "series":
            return pandas.Series(self._again(rest[1]), index=pandas.Index(self._again(rest[2])), name=self._again(rest[0]))
        columns = {self._again(label): self._again(column) for label, column in rest[0]}
        return pandas.DataFrame(columns, index=pandas.Index(self._again(rest[1])))


def draw_arguments(task, names):
    """The arguments of a call: `self` where there is one first, then all by their names.

    `task` has `arguments` (name to description), `seed`, `size`, `flavour` and `special`.
    """
    drawer = Drawer(task["seed"], task["size"], task["flavour"], task.get("special", []), names)
    return {name: drawer.draw(what) for name, what in task["arguments"].items()}

"""Values as JSON that says everything about them, so that the other side can compare without trusting this one.

Floats are given by their bits, containers by their order, arrays and frames with shape, dtype, index and columns. What can be
changed and is met a second time is given by its number, so that sharing is seen as well. No method of a class that the tried
code may have written is ever called.
"""

import base64
import collections
import datetime
import decimal
import fractions
import random
import struct
import types

try:
    import numpy
except ImportError:
    numpy = None
pandas = None

MOST_NODES = 400_000
MOST_ITEMS = 20_000
MOST_DEPTH = 60

# Kept from before any tried code could put something else in their place
_type, _id, _len, _sorted, _isinstance, _repr = type, id, len, sorted, isinstance, repr
_get = object.__getattribute__
_pack = struct.pack
_base64 = base64.b64encode
_float, _int = float, int

NAMES = {
    each: f"{each.__module__}.{each.__qualname__}".removeprefix("builtins.")
    for each in (
        int, float, bool, str, bytes, bytearray, complex, list, tuple, set, frozenset, dict, range, slice,
        type(None), type(Ellipsis), type(NotImplemented), collections.OrderedDict, collections.defaultdict,
        collections.Counter, collections.deque, datetime.datetime, datetime.date, datetime.time, datetime.timedelta,
        datetime.timezone, decimal.Decimal, fractions.Fraction, types.GeneratorType, types.FunctionType,
        types.BuiltinFunctionType, types.ModuleType, types.MappingProxyType, types.MethodType, map, filter, zip,
        enumerate, reversed, type({}.keys()), type({}.values()), type({}.items()), type(iter([])), type(iter(())),
        random.Random,
    )
}  # fmt: skip
if numpy is not None:
    NAMES.update({each: f"numpy.{each.__name__}" for each in {*numpy.sctypeDict.values(), numpy.ndarray}})
    NAMES[numpy.random.Generator] = "numpy.random.Generator"
    NAMES[numpy.random.RandomState] = "numpy.random.RandomState"


def know_pandas(module):
    """Tells the encoder of pandas once it is imported: importing it costs what many functions do not need."""
    global pandas
    pandas = module
    for each in (
        module.DataFrame, module.Series, module.Index, module.RangeIndex, module.MultiIndex, module.DatetimeIndex,
        module.CategoricalIndex, module.TimedeltaIndex, module.Timestamp, module.Timedelta, type(module.NaT), type(module.NA),
        # Before pandas 2 an index of numbers has a class of its own
        *(type(module.Index([1], dtype=dtype)) for dtype in ("int64", "uint64", "float64")),
    ):  # fmt: skip
        NAMES[each] = f"pandas.{each.__name__}"


def type_name(kind):
    """The name of a type. A class that only calls itself `float` is told apart from the one that is."""
    known = NAMES.get(kind)
    if known is not None:
        return known
    return f"~{_get_type(kind, '__module__')}.{_get_type(kind, '__qualname__')}"


def _get_type(kind, name):
    return type.__getattribute__(kind, name)


def bits(number):
    """The bits of a float in hexadecimal; every NaN is one and the same."""
    return "nan" if number != number else _pack(">d", number).hex()


class Encoder:
    """Encodes values that belong together: what is shared between them is seen."""

    def __init__(self):
        self.seen = {}
        self.kept = []
        self.nodes = 0

    def encode(self, value, depth=0):
        """The encoding of a value: a list whose first element says what it is."""
        self.nodes += 1
        if self.nodes > MOST_NODES or depth > MOST_DEPTH:
            return ["cut", type_name(_type(value))]
        kind = _type(value)
        plain = PLAIN.get(kind)
        if plain is not None:
            return plain(value)
        if numpy is not None and issubclass(kind, numpy.generic) and kind in NAMES:
            return ["scalar", NAMES[kind], value.dtype.str, _scalar(value)]
        name = type_name(kind)
        if name not in FIXED:
            if _id(value) in self.seen:
                return ["seen", self.seen[_id(value)]]
            self.seen[_id(value)] = _len(self.seen)
            self.kept.append(value)
        known = WHOLE.get(name)
        return known(self, value, depth) if known is not None else self._other(value, name, depth)

    def _items(self, name, items, depth):
        if _len(items) >= 8 and all(_type(item) is _float for item in items):
            return ["floats", name, _base64(_pack(f"<{_len(items)}d", *items)).decode()]
        return ["items", name, [self.encode(item, depth + 1) for item in items]]

    def _list(self, value, depth):
        return self._items("list", value, depth)

    def _tuple(self, value, depth):
        return self._items("tuple", value, depth)

    def _deque(self, value, depth):
        return self._items("collections.deque", [*value], depth)

    def _set(self, value, depth):
        return ["set", NAMES[_type(value)], _sorted((self.encode(item, depth + 1) for item in value), key=_repr)]

    def _dict(self, value, depth):
        pairs = [[self.encode(key, depth + 1), self.encode(item, depth + 1)] for key, item in [*dict.items(value)]]
        if _type(value) is collections.defaultdict:
            pairs.append([["str", "default factory"], self.encode(value.default_factory, depth + 1)])
        return ["dict", NAMES[_type(value)], pairs]

    def _array(self, value, depth):
        if value.dtype.hasobject:
            flat = [self.encode(item, depth + 1) for item in value.ravel().tolist()]
            return ["objects", value.dtype.str, list(value.shape), flat]
        return ["array", value.dtype.str, list(value.shape), _base64(value.tobytes()).decode()]

    def _column(self, value, depth):
        """The values of a column: through NumPy where it has its own dtype, one by one where it has not."""
        if _isinstance(value.dtype, numpy.dtype):
            return [str(value.dtype), self._array(value.to_numpy(), depth)]
        return [str(value.dtype), ["items", "list", [self.encode(item, depth + 1) for item in value.astype(object).tolist()]]]

    def _index(self, value, depth):
        names = [self.encode(name, depth + 1) for name in value.names]
        if _type(value) is pandas.MultiIndex:
            levels = [self._column(value.get_level_values(level), depth) for level in range(value.nlevels)]
            return ["index", NAMES[_type(value)], names, ["levels", levels]]
        return ["index", NAMES[_type(value)], names, self._column(value, depth)]

    def _series(self, value, depth):
        name = self.encode(value.name, depth + 1)
        return ["series", name, self._index(value.index, depth), self._column(value, depth)]

    def _frame(self, value, depth):
        columns = [self._column(value.iloc[:, place], depth) for place in range(value.shape[1])]
        return ["frame", self._index(value.index, depth), self._index(value.columns, depth), columns]

    def _consumed(self, value, depth):
        """What an iterator gives when it is run to its end, and how it ends."""
        name, items, end = NAMES[_type(value)], [], None
        while _len(items) < MOST_ITEMS:
            try:
                items.append(next(value))
            except StopIteration:
                break
            except BaseException as problem:
                end = self.exception(problem, depth + 1)
                break
        return ["iterator", name, self._items("list", items, depth), end]

    def _random(self, value, depth):
        state = value.bit_generator.state if hasattr(value, "bit_generator") else value.get_state(legacy=False)
        return ["random", NAMES[_type(value)], self.encode(state, depth + 1)]

    def _stream(self, value, depth):
        return ["random", NAMES[_type(value)], self.encode(random.Random.getstate(value), depth + 1)]

    def _named(self, value, depth):
        del depth
        return ["named", NAMES[_type(value)], str(_get(value, "__name__"))]

    def _shown(self, value, depth):
        del depth
        return ["shown", NAMES[_type(value)], _repr(value)]

    def _other(self, value, name, depth):
        """An instance of a class that is not known here: its fields, read past anything that the class may have written."""
        if _isinstance(value, _type):
            return ["class", type_name(value)]
        if _isinstance(value, BaseException):
            return self.exception(value, depth)
        fields = {}
        for kind in reversed(_get_type(_type(value), "__mro__")):
            for slot, member in _get_type(kind, "__dict__").items():
                if _type(member) is types.MemberDescriptorType:
                    try:
                        fields[slot] = member.__get__(value)
                    except AttributeError:
                        continue
        try:
            fields.update(_get(value, "__dict__"))
        except AttributeError:
            pass
        parts = [[str(key), self.encode(fields[key], depth + 1)] for key in _sorted(fields, key=str)]
        return ["instance", name, parts, self._inherited(value, depth)]

    def _inherited(self, value, depth):
        """What an instance holds as a built-in container or number besides its fields."""
        for base, read in BASES:
            if _isinstance(value, base) and issubclass(_type(value), base):
                return self.encode(read(value), depth + 1)
        return None

    def exception(self, problem, depth=0):
        """The type of an exception with its classes, and its message where it can be read safely."""
        classes = [type_name(kind) for kind in _get_type(_type(problem), "__mro__")]
        arguments = BaseException.__dict__["args"].__get__(problem)
        return ["exception", classes[0].removeprefix("~"), [self.encode(item, depth + 1) for item in arguments]]


def _text(value):
    try:
        value.encode()
        return ["str", value]
    except UnicodeEncodeError:
        return ["str", value.encode("utf-8", "surrogatepass").hex(), "surrogates"]


def _scalar(value):
    if _isinstance(value, numpy.floating) and value != value:
        return "nan"
    return _base64(value.tobytes()).decode()


def _integer(value):
    return ["int", str(value) if -(10**300) < value < 10**300 else hex(value)]


PLAIN = {
    type(None): lambda value: ["none"],
    type(Ellipsis): lambda value: ["ellipsis"],
    type(NotImplemented): lambda value: ["not implemented"],
    bool: lambda value: ["bool", value],
    int: _integer,
    float: lambda value: ["float", bits(value)],
    complex: lambda value: ["complex", bits(value.real), bits(value.imag)],
    str: _text,
    bytes: lambda value: ["bytes", _base64(value).decode()],
}

WHOLE = {
    "list": Encoder._list,
    "tuple": Encoder._tuple,
    "collections.deque": Encoder._deque,
    "set": Encoder._set,
    "frozenset": Encoder._set,
    "dict": Encoder._dict,
    "collections.OrderedDict": Encoder._dict,
    "collections.defaultdict": Encoder._dict,
    "collections.Counter": Encoder._dict,
    "numpy.ndarray": Encoder._array,
    "numpy.random.Generator": Encoder._random,
    "numpy.random.RandomState": Encoder._random,
    "random.Random": Encoder._stream,
    "pandas.DataFrame": Encoder._frame,
    "pandas.Series": Encoder._series,
    **{
        f"pandas.{name}": Encoder._index
        for name in ("Index", "RangeIndex", "MultiIndex", "DatetimeIndex", "CategoricalIndex", "TimedeltaIndex", "Int64Index", "UInt64Index", "Float64Index")
    },
    **{name: Encoder._consumed for kind, name in NAMES.items() if hasattr(kind, "__next__")},
    **{name: Encoder._named for name in ("function", "builtin_function_or_method", "module")},
    **{
        name: Encoder._shown
        for name in (
            "bytearray", "range", "slice", "datetime.datetime", "datetime.date", "datetime.time", "datetime.timedelta",
            "datetime.timezone", "decimal.Decimal", "fractions.Fraction", "dict_keys", "dict_values", "dict_items",
            "pandas.Timestamp", "pandas.Timedelta", "pandas.NaTType", "pandas.NAType",
        )
    },
}  # fmt: skip

# What cannot be changed may be shared or not without anyone seeing it
FIXED = {
    "tuple",
    "frozenset",
    *(name for name, read in WHOLE.items() if read in (Encoder._shown, Encoder._named, Encoder._index)),
} - {"bytearray"}

BASES = (
    (dict, lambda value: {key: dict.__getitem__(value, key) for key in dict.__iter__(value)}),
    (tuple, lambda value: [*tuple.__iter__(value)]),
    (list, lambda value: [*list.__iter__(value)]),
    (str, lambda value: str.__str__(value)),
    (_int, lambda value: _int.__int__(value)),
    (_float, lambda value: _float.__float__(value)),
)

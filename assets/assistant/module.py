"""A module that is tried: loaded, its function called, and what can be seen of it from outside."""

import builtins
import collections
import hashlib
import io
import json
import math
import random
import sys
import time
import types

import draw
from encode import Encoder, type_name
from watch import watch

try:
    import numpy
except ImportError:
    numpy = None

MOST_OUTPUT = 65_536
MOST_TEXT = 1_500

# Kept from before tried code could put something else in their place
_dumps, _sha = json.dumps, hashlib.sha256
_seed_random, _state_random = random.seed, random.getstate


class Output(io.TextIOBase):
    """Takes what is printed: its beginning, its length and its digest."""

    def __init__(self):
        self.start()

    def start(self):
        """Forgets what was printed before."""
        self.text, self.length, self.digest = "", 0, _sha()

    def writable(self):
        """It takes text."""
        return True

    def write(self, text):
        """Takes a text; gives its length, as files do."""
        if len(self.text) < MOST_OUTPUT:
            self.text += text[: MOST_OUTPUT - len(self.text)]
        self.length += len(text)
        self.digest.update(text.encode("utf-8", "surrogatepass"))
        return len(text)

    def told(self):
        """What was printed, as JSON; None where nothing was."""
        return None if self.length == 0 else [self.text[:200], self.length, self.digest.hexdigest()]


class Loaded:
    """A module that was loaded, with the callable that is asked for and what the module looked like before any call."""

    def __init__(self, task):
        self.printed, self.complained = Output(), Output()
        sys.stdout, sys.stderr = self.printed, self.complained
        self.path, self.lines = task["path"], task["module"].splitlines()
        self.libraries = _libraries()
        self.module = types.ModuleType(task["name"])
        self.module.__file__ = task["path"]
        self.module.__package__ = task["name"].rpartition(".")[0]
        sys.modules[task["name"]] = self.module
        if task.get("watched"):
            watch(task["path"])
        exec(compile(task["module"], task["path"], "exec"), self.module.__dict__)  # noqa: S102 (what this process is for)
        self.names = {**self.module.__dict__, **_shortcuts()}

    def patched(self):
        """The names of libraries that are no longer what they were when the module was loaded."""
        now = _libraries()
        return sorted(name for name, identity in self.libraries.items() if now.get(name) != identity)

    def find(self, path):
        """The callable by its name with its classes: plain, static or of a class."""
        found = self.module
        for part in path.split("."):
            found = getattr(found, part)
        return found


def _shortcuts():
    """Names that texts at call sites use without saying where from."""
    known = {"math": math, "nan": math.nan, "inf": math.inf, "collections": collections}
    if numpy is not None:
        known.update({"np": numpy, "numpy": numpy})
    if "pandas" in sys.modules:
        known.update({"pd": sys.modules["pandas"], "pandas": sys.modules["pandas"]})
    return known


def _libraries():
    """What the names of the libraries stand for, by identity: patching one of them is seen."""
    watched = {"builtins": builtins, "math": math, "random": random, "time": time, "json": json, "hashlib": hashlib}
    for name in ("numpy", "numpy.random", "pandas", "os", "sys", "io", "functools", "itertools"):
        if name in sys.modules:
            watched[name] = sys.modules[name]
    ignored = {"sys.stdout", "sys.stderr", "sys.last_value", "sys.last_type", "sys.last_traceback", "builtins._"}
    kept = {
        f"{name}.{key}": id(value)
        for name, module in watched.items()
        for key, value in list(module.__dict__.items())
        if not key.startswith("__")
    }
    for kind in ("DataFrame", "Series"):
        if "pandas" in watched:
            members = type.__getattribute__(watched["pandas"].__dict__[kind], "__dict__")
            kept.update({f"pandas.{kind}.{key}": id(value) for key, value in members.items()})
    return {name: identity for name, identity in kept.items() if name not in ignored}


def _data_of(module):
    """What a module keeps: its global values that are neither modules, functions nor classes, and what its own functions and classes
    keep."""
    skipped = (types.ModuleType, types.FunctionType, types.BuiltinFunctionType, type)
    data = {}
    for name, value in list(module.__dict__.items()):
        if name.startswith("__"):
            continue
        if isinstance(value, type) and value.__module__ == module.__name__:
            for key, member in list(type.__getattribute__(value, "__dict__").items()):
                if not key.startswith("__") and not isinstance(member, (*skipped, *DESCRIBING)):
                    data[f"{name}.{key}"] = member
        elif type(value) is types.FunctionType and value.__module__ == module.__name__:
            cells = [cell.cell_contents for cell in value.__closure__ or () if _is_kept(cell)]
            data[f"{name}()"] = [value.__dict__, value.__defaults__, value.__kwdefaults__, cells]
        elif not isinstance(value, skipped) and (type_name(type(value)) in WATCHED or _is_own(value, module)):
            data[name] = value
    return data


DESCRIBING = (property, classmethod, staticmethod, types.MemberDescriptorType, types.GetSetDescriptorType)


def _is_own(value, module):
    return type(value).__module__ == module.__name__


def _is_kept(cell):
    try:
        return type_name(type(cell.cell_contents)) in WATCHED
    except ValueError:
        return False


WATCHED = {
    "int", "float", "bool", "str", "bytes", "list", "dict", "set", "tuple", "NoneType", "collections.deque",
    "collections.defaultdict", "collections.OrderedDict", "collections.Counter", "numpy.ndarray", "pandas.DataFrame",
    "pandas.Series", "numpy.random.Generator", "numpy.random.RandomState",
}  # fmt: skip


def globals_of(module):
    """Every global value with its encoding as a digest, and the encoding itself where it is short."""
    told = {}
    for name, value in _data_of(module).items():
        text = _dumps(Encoder().encode(value))
        told[name] = text if len(text) < 200 else _sha(text.encode()).hexdigest()
    return told


def randomness():
    """A digest of where the global random streams stand."""
    digest = _sha(repr(_state_random()).encode())
    if numpy is not None:
        kind, keys, place, has_gauss, gauss = numpy.random.get_state()
        digest.update(repr((kind, place, has_gauss, gauss)).encode() + keys.tobytes())
    return digest.hexdigest()[:16]


def start_randomness(seed):
    """Puts the global random streams at a place of their own."""
    _seed_random(seed)
    if numpy is not None:
        numpy.random.seed(seed % 2**32)


def shown(arguments):
    """The arguments as a person would type them, cut where they are long."""
    parts = []
    for name, value in arguments.items():
        try:
            text = repr(value)
        except BaseException as problem:
            text = f"<{type(problem).__name__}>"
        parts.append(f"{name}={text if len(text) <= MOST_TEXT else text[:MOST_TEXT] + '…'}")
    return ", ".join(parts)


def _with_inner(value, other, seed):
    """A container with one element between its first and its last from another; anything else as it is."""
    kind = type(value)
    if kind is not type(other) or kind.__name__ not in INNER or min(len(value), len(other)) < 3:
        return value
    place = 1 + seed % (min(len(value), len(other)) - 2)
    if kind is tuple:
        return (*value[:place], other[place], *value[place + 1 :])
    if kind is dict:
        value[list(value)[place]] = list(other.values())[place]
    elif kind.__name__ in ("Series", "DataFrame"):
        value.iloc[place] = other.iloc[place]
    else:
        value[place] = other[place]
    return value


INNER = {"list", "tuple", "dict", "deque", "ndarray", "Series", "DataFrame"}


class Call:
    """One call that is made ready: drawn arguments, and how they are handed over.

    The one that is `varied` is drawn anew; in those that are `inner` one element between the first and the last is another, so that only
    who looks at all of them can tell.
    """

    def __init__(self, loaded, task, described, varied=None, inner=()):
        self.arguments = draw.draw_arguments(described, loaded.names)
        if described.get("inner"):
            inner = tuple(self.arguments)
        if varied is not None or inner:
            others = draw.draw_arguments({**described, "seed": described["seed"] + 1}, loaded.names)
            if varied is not None:
                self.arguments[varied] = others[varied]
            for name in inner:
                self.arguments[name] = _with_inner(self.arguments[name], others[name], described["seed"])
        method = task.get("receiver")
        rest = dict(self.arguments)
        found = loaded.find(task["function"])
        positional = [rest.pop("self")] if method else []
        positional += [rest.pop(name) for name in task["positional"] if name in rest]
        for name in task["star"]:
            positional += rest.pop(name, ())
        for name in task["double_star"]:
            rest.update(rest.pop(name, {}))
        self.found, self.positional, self.keywords = found, positional, rest
        self.value = None

    def make(self):
        """Calls it."""
        return self.found(*self.positional, **self.keywords)

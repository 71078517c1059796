"""What is done with one module in a process of its own: it is loaded, its function called, and what happened is told.

Nothing is decided here. Tried code shares this process, so everything said from here is only ever compared, on the other
side, with what the original said from another process.
"""

import builtins
import collections
import hashlib
import io
import json
import math
import os
import random
import sys
import time
import tracemalloc
import types

import draw
from encode import Encoder, type_name

try:
    import numpy
except ImportError:
    numpy = None

MOST_OUTPUT = 65_536
MOST_TEXT = 1_500
# Following a call line by line makes it many times slower
MOST_TRACED = 64

# Kept from before tried code could put something else in their place
_dumps, _sha = json.dumps, hashlib.sha256
_seed_random, _state_random = random.seed, random.getstate
_walk, _is_file = os.walk, os.path.isfile


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
    """The global values of a module that are neither modules, functions nor classes; of its classes the same."""
    skipped = (types.ModuleType, types.FunctionType, types.BuiltinFunctionType, type)
    data = {}
    for name, value in list(module.__dict__.items()):
        if name.startswith("__"):
            continue
        if isinstance(value, type) and value.__module__ == module.__name__:
            for key, member in list(type.__getattribute__(value, "__dict__").items()):
                if not key.startswith("__") and type(member) in (int, float, str, bool, list, dict, set, tuple):
                    data[f"{name}.{key}"] = member
        elif not isinstance(value, skipped) and type_name(type(value)) in WATCHED:
            data[name] = value
    return data


WATCHED = {
    "int", "float", "bool", "str", "bytes", "list", "dict", "set", "tuple", "NoneType", "collections.deque",
    "collections.defaultdict", "collections.OrderedDict", "collections.Counter", "numpy.ndarray", "pandas.DataFrame",
    "pandas.Series", "numpy.random.Generator", "numpy.random.RandomState",
}  # fmt: skip


def _globals_of(module):
    """Every global value with its encoding as a digest, and the encoding itself where it is short."""
    told = {}
    for name, value in _data_of(module).items():
        text = _dumps(Encoder().encode(value))
        told[name] = text if len(text) < 200 else _sha(text.encode()).hexdigest()
    return told


def _randomness():
    """A digest of where the global random streams stand."""
    digest = _sha(repr(_state_random()).encode())
    if numpy is not None:
        kind, keys, place, has_gauss, gauss = numpy.random.get_state()
        digest.update(repr((kind, place, has_gauss, gauss)).encode() + keys.tobytes())
    return digest.hexdigest()[:16]


def _start_randomness(seed):
    _seed_random(seed)
    if numpy is not None:
        numpy.random.seed(seed % 2**32)


def _shown(arguments):
    """The arguments as a person would type them, cut where they are long."""
    parts = []
    for name, value in arguments.items():
        try:
            text = repr(value)
        except BaseException as problem:
            text = f"<{type(problem).__name__}>"
        parts.append(f"{name}={text if len(text) <= MOST_TEXT else text[:MOST_TEXT] + '…'}")
    return ", ".join(parts)


class Call:
    """One call that is made ready: drawn arguments, and how they are handed over."""

    def __init__(self, loaded, task, described):
        self.arguments = draw.draw_arguments(described, loaded.names)
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


def run_inputs(task, channel):
    """Calls the function once for every input and tells all that can be seen of each call."""
    loaded = _load(task, channel)
    if loaded is None:
        return
    channel.send({"loaded": True, "output": _told(loaded), "globals": _globals_of(loaded.module)})
    for place in task["order"]:
        channel.send(_observe(loaded, task, task["inputs"][place], place))
    channel.send({"done": True, "files": _files(task["scratch"]), "patched": loaded.patched()})


def _load(task, channel):
    try:
        return Loaded(task)
    except BaseException as problem:
        channel.send({"problem": Encoder().exception(problem), "text": _said(problem)})
        return None


def _said(problem):
    try:
        return f"{type(problem).__name__}: {problem}"[:MOST_TEXT]
    except BaseException:
        return type(problem).__name__


def _told(loaded):
    return [loaded.printed.told(), loaded.complained.told()]


def _observe(loaded, task, described, place):
    """One call: the arguments before, what came of it, the arguments after, and everything beside."""
    try:
        call = Call(loaded, task, described)
    except BaseException as problem:
        return {"input": place, "undrawn": _said(problem)}
    told = {"input": place}
    if task.get("show"):
        told["shown"] = _shown(call.arguments)
    told["given"] = _digest(Encoder().encode(_still(call.arguments)))
    loaded.printed.start()
    loaded.complained.start()
    _start_randomness(described["seed"])
    reached = _Reached(loaded, task) if task.get("trace") and described["size"] <= MOST_TRACED else None
    encoder = Encoder()
    told.update(_outcome(call, encoder, loaded, reached))
    told["after"] = encoder.encode(_still(call.arguments))
    told["output"] = _told(loaded)
    told["random"] = _randomness()
    told["globals"] = _globals_of(loaded.module)
    if described.get("again"):
        told["again"] = _again(loaded, task, call, described)
    if reached is not None:
        told["lines"] = sorted(reached.lines)
    return told


def _outcome(call, encoder, loaded, reached=None):
    """The encoding of what a call gave, or of what it raised."""
    try:
        if reached is not None:
            sys.settrace(reached)
        try:
            value = call.make()
        finally:
            sys.settrace(None)
        call.value = value
        return {"result": encoder.encode(value)}
    except BaseException as problem:
        return {"raised": encoder.exception(problem), "said": _said(problem), "explicit": _is_explicit(problem, loaded)}


def _is_explicit(problem, loaded):
    """Whether the code of the file itself raises it, so that its message is part of what the function does."""
    trace = problem.__traceback__
    if trace is None:
        return False
    while trace.tb_next is not None:
        trace = trace.tb_next
    if trace.tb_frame.f_code.co_filename != loaded.path:
        return False
    lines = loaded.lines
    return 0 < trace.tb_lineno <= len(lines) and lines[trace.tb_lineno - 1].strip().startswith(("raise", "assert"))


def _again(loaded, task, call, described):
    """Two calls more: with fresh arguments that equal the first ones, and with the first objects changed in place.

    In between the first result is changed, as its owner may: a call must neither give that very object again nor change it later.
    """
    _spoil(call.value)
    first = call.value
    told = {}
    _start_randomness(described["seed"])
    equal = Call(loaded, task, described)
    told["equal"] = _outcome(equal, Encoder(), loaded)
    for value in call.positional + list(call.keywords.values()):
        _turn(value)
    _start_randomness(described["seed"] + 1)
    encoder = Encoder()
    told["turned"] = _outcome(call, encoder, loaded)
    told["turned"]["after"] = encoder.encode(_still(call.arguments))
    if not hasattr(type(first), "__next__"):
        told["first"] = {"result": Encoder().encode(first)}
    return told


def _turn(value):
    """Changes a container in place, keeping its kind and length."""
    if type(value) is list and len(value) > 1:
        value[0], value[-1] = value[-1], value[0]
    elif numpy is not None and type(value) is numpy.ndarray and value.ndim >= 1 and len(value) > 1 and value.flags.writeable:
        value[...] = value[::-1].copy()
    elif type(value) is dict and len(value) > 1:
        first, *_, last = value
        value[first], value[last] = value[last], value[first]


def _spoil(value):
    """Changes a result in place, as its owner may."""
    if type(value) is list:
        value.append(None)
    elif type(value) is dict:
        value["spoiled"] = None
    elif numpy is not None and type(value) is numpy.ndarray and value.size and value.flags.writeable and value.dtype.kind in "fiub":
        value[...] = 0


def _still(arguments):
    """Arguments without what is used up by looking at it."""
    return {name: value for name, value in arguments.items() if not hasattr(type(value), "__next__")}


def _digest(encoded):
    return _sha(_dumps(encoded).encode()).hexdigest()[:32]


def _files(folder):
    """Every file in the scratch folder with its size and digest."""
    found = []
    for path, _, names in _walk(folder):
        for name in sorted(names):
            file = os.path.join(path, name)
            if _is_file(file):
                with io.open(file, "rb") as stream:
                    data = stream.read(1_000_000)
                found.append([os.path.relpath(file, folder), os.path.getsize(file), _sha(data).hexdigest()[:32]])
    return sorted(found)


class _Reached:
    """The lines of the file between two that are reached; given to `sys.settrace`."""

    def __init__(self, loaded, task):
        self.file = task["path"]
        self.first, self.last = task["trace"]
        self.lines = set()
        del loaded

    def __call__(self, frame, event, argument):
        del argument
        if frame.f_code.co_filename != self.file:
            return None
        if event == "line" and self.first <= frame.f_lineno <= self.last:
            self.lines.add(frame.f_lineno)
        return self


def run_timed(task, channel):
    """Makes the calls of each batch that is asked for. The clock runs in the process that asks, not here.

    Three words come in: `draw` with inputs makes them ready, `go` makes the calls, `show` tells the results of the calls that are
    asked for, chosen only after they were made.
    """
    loaded = _load(task, channel)
    if loaded is None:
        return
    channel.send({"loaded": True})
    calls, results = [], []
    while (word := channel.wait()) is not None:
        if word["do"] == "draw":
            calls, results = [], []
            try:
                calls = [Call(loaded, task, described) for described in word["inputs"]]
                channel.send({"drawn": len(calls)})
            except BaseException as problem:
                channel.send({"undrawn": _said(problem)})
        elif word["do"] == "go":
            results = _batch(calls)
            channel.send_done()
        elif word["do"] == "show":
            channel.send({"results": [_result(calls, results, place, word["after"]) for place in word["places"]]})
    channel.send({"done": True, "patched": loaded.patched(), "files": _files(task["scratch"])})


def _batch(calls):
    """Makes all calls; gives for each a pair: whether it returned, and what it returned or raised."""
    results = []
    for call in calls:
        try:
            results.append((True, call.found(*call.positional, **call.keywords)))
        except Exception as problem:
            results.append((False, problem))
    return results


def _result(calls, results, place, with_arguments):
    returned, value = results[place]
    encoder = Encoder()
    told = {"result": encoder.encode(value)} if returned else {"raised": encoder.exception(value), "said": _said(value)}
    if with_arguments:
        told["after"] = encoder.encode(_still(calls[place].arguments))
    return told


def run_memory(task, channel):
    """The most memory that one call holds at a time, in bytes, as Python and NumPy allocate it."""
    loaded = _load(task, channel)
    if loaded is None:
        return
    call = Call(loaded, task, task["inputs"][0])
    tracemalloc.start()
    try:
        tracemalloc.reset_peak()
        before = tracemalloc.get_traced_memory()[0]
        try:
            call.make()
        except Exception:
            # What it held until then counts as well: the other side is measured on the same call
            pass
        channel.send({"peak": tracemalloc.get_traced_memory()[1] - before})
    finally:
        tracemalloc.stop()


def run_expressions(task, channel):
    """Evaluates texts with the names of the module; each tells its value as text, and as a number where it is one."""
    loaded = _load(task, channel)
    if loaded is None:
        return
    channel.send({"loaded": True})
    for place in task["order"]:
        loaded.printed.start()
        _start_randomness(place)
        try:
            value = eval(task["calls"][place], loaded.names)  # noqa: S307 (what this process is for)
            told = {"text": repr(value)[:20_000], "number": _number(value)}
        except BaseException as problem:
            told = {"raised": type(problem).__name__, "said": _said(problem)}
        channel.send({"call": place, **told})
    channel.send({"done": True})


def _number(value):
    """A value as a float by its bits, where it is a single number."""
    try:
        return float(value).hex() if isinstance(value, (int, float)) or getattr(value, "ndim", None) == 0 else None
    except (TypeError, ValueError, OverflowError):
        return None

"""What is done with one module in a process of its own: its function is called, and what happened is told.

Nothing is decided here. Tried code shares this process, so everything said from here is only ever compared, on the other
side, with what the original said from another process.
"""

import hashlib
import io
import json
import os
import sys
import tracemalloc

from encode import Encoder
from module import MOST_TEXT, Call, Loaded, globals_of, randomness, shown, start_randomness

try:
    import numpy
except ImportError:
    numpy = None

# Following a call line by line makes it many times slower, so only so many steps of it are
MOST_FOLLOWED = 20_000

# So many arguments are changed one at a time, to see that each of them counts in every call
MOST_VARIED = 6

# Kept from before tried code could put something else in their place
_dumps, _sha = json.dumps, hashlib.sha256
_walk, _is_file = os.walk, os.path.isfile


def run_inputs(task, channel):
    """Calls the function once for every input and tells all that can be seen of each call."""
    loaded = _load(task, channel)
    if loaded is None:
        return
    channel.send({"loaded": True, "output": _told(loaded), "globals": globals_of(loaded.module)})
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
        told["shown"] = shown(call.arguments)
    told["given"] = _digest(Encoder().encode(_still(call.arguments)))
    loaded.printed.start()
    loaded.complained.start()
    start_randomness(described["seed"])
    reached = _Reached(task) if task.get("trace") else None
    encoder = Encoder()
    told.update(_outcome(call, encoder, loaded, reached))
    told["after"] = encoder.encode(call.arguments)
    told["output"] = _told(loaded)
    told["random"] = randomness()
    told["globals"] = globals_of(loaded.module)
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
    """Calls more: with fresh arguments that equal the first ones, with all but one of them equal, and with the first objects changed in
    place.

    In between the first result is changed, as its owner may: a call must neither give that very object again nor change it later.
    """
    _spoil(call.value)
    first = call.value
    told = {}
    start_randomness(described["seed"])
    equal = Call(loaded, task, described)
    told["equal"] = _outcome(equal, Encoder(), loaded)
    told["varied"] = []
    for name in list(described["arguments"])[:MOST_VARIED]:
        start_randomness(described["seed"])
        told["varied"].append(_varied(loaded, task, described, varied=name))
        start_randomness(described["seed"])
        told["varied"].append(_varied(loaded, task, described, inner=(name,)))
    for value in call.positional + list(call.keywords.values()):
        _turn(value)
    start_randomness(described["seed"] + 1)
    encoder = Encoder()
    told["turned"] = _outcome(call, encoder, loaded)
    told["turned"]["after"] = encoder.encode(call.arguments)
    if not hasattr(type(first), "__next__"):
        told["first"] = {"result": Encoder().encode(first)}
    return told


def _varied(loaded, task, described, **other):
    """A call with one argument drawn anew, or one element of it; nothing where it cannot be, which is then so for original and candidate alike."""
    try:
        call = Call(loaded, task, described, **other)
    except Exception:
        return {}
    return _outcome(call, Encoder(), loaded)


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
    """The lines of the file between two that are reached; given to `sys.settrace`. It ends by itself in a call that goes on and on."""

    def __init__(self, task):
        self.file = task["path"]
        self.first, self.last = task["trace"]
        self.lines = set()
        self.left = MOST_FOLLOWED

    def __call__(self, frame, event, argument):
        del argument
        if frame.f_code.co_filename != self.file:
            return None
        if event == "line" and self.first <= frame.f_lineno <= self.last:
            self.lines.add(frame.f_lineno)
            self.left -= 1
            if self.left < 0:
                sys.settrace(None)
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
                warming = [Call(loaded, task, described) for described in word["warming"]]
                calls = [Call(loaded, task, described) for described in word["inputs"]]
                channel.send({"drawn": len(calls)})
            except BaseException as problem:
                channel.send({"undrawn": _said(problem)})
        elif word["do"] == "warm":
            _batch(warming)
            channel.send_done()
        elif word["do"] == "rest":
            channel.send_done()
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
        start_randomness(place)
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

"""Watches a run of his own tests and writes down the arguments that one function is called with, a JSON object a line.

    python record.py MODULE FUNCTION FILE -m pytest tests/
    python record.py MODULE FUNCTION FILE script.py ARGUMENTS

It runs what he asks for as it would run without it, outside of any sandbox: it is his own test run, and he starts it himself.
Arguments are written down before the call, so that a function that changes them is recorded as it was called. What cannot be
written down exactly (open files, functions, classes of elsewhere) leaves its call out.
"""

import base64
import dataclasses
import functools
import importlib
import inspect
import json
import os
import runpy
import sys

MOST_CALLS = 200
MOST_LINE = 1_000_000


class Unwritable(Exception):
    """A value that cannot be written down exactly."""


def written(value, module, depth=0):
    """A value as JSON from which it can be made again to the bit; raises Unwritable."""
    kind = type(value)
    if depth > 20:
        raise Unwritable
    if value is None or kind is bool:
        return ["plain", value]
    if kind is int:
        return ["int", str(value)]
    if kind is float:
        return ["float", value.hex()]
    if kind is str:
        return ["plain", value]
    if kind in (list, tuple, set, frozenset):
        items = [written(item, module, depth + 1) for item in value]
        return [kind.__name__, items]
    if kind is dict:
        return ["dict", [[written(key, module, depth + 1), written(item, module, depth + 1)] for key, item in value.items()]]
    if kind.__module__ == "datetime" and kind.__name__ in ("datetime", "date") and getattr(value, "tzinfo", None) is None:
        return [kind.__name__, value.isoformat()]
    if kind.__module__ == module and dataclasses.is_dataclass(value):
        fields = {field.name: written(getattr(value, field.name), module, depth + 1) for field in dataclasses.fields(value)}
        return ["instance", kind.__qualname__, fields]
    return _table(value, module, depth)


def _table(value, module, depth):
    name = f"{type(value).__module__.partition('.')[0]}.{type(value).__name__}"
    if name == "numpy.ndarray" and value.dtype.kind in "fiubM":
        return ["array", value.dtype.str, list(value.shape), base64.b64encode(value.tobytes()).decode()]
    if type(value).__module__ == "numpy" and hasattr(value, "dtype") and value.dtype.kind in "fiub":
        return ["scalar", value.dtype.str, base64.b64encode(value.tobytes()).decode()]
    if name == "pandas.Series":
        return ["series", written(value.name, module, depth + 1), _column(value, module, depth), _column(value.index, module, depth)]
    if name == "pandas.DataFrame":
        columns = [[written(label, module, depth + 1), _column(value[label], module, depth)] for label in value.columns]
        return ["frame", columns, _column(value.index, module, depth)]
    raise Unwritable


def _column(values, module, depth):
    if hasattr(values, "levels"):
        raise Unwritable
    array = values.to_numpy()
    if array.dtype.kind in "fiubM":
        return written(array, module, depth + 1)
    return ["objects", [written(item, module, depth + 1) for item in array.tolist()]]


def watch(module, path, file):
    """Puts a watcher in the place of the function; gives how to stop it."""
    owner = importlib.import_module(module)
    *outer, name = path.split(".")
    for part in outer:
        owner = getattr(owner, part)
    found = inspect.getattr_static(owner, name)
    original = getattr(owner, name)
    signature = inspect.signature(original)
    lines = open(file, "w", encoding="utf-8")
    count = 0

    @functools.wraps(original)
    def watched(*positional, **keywords):
        nonlocal count
        if count < MOST_CALLS:
            try:
                bound = signature.bind(*positional, **keywords)
                line = json.dumps({key: written(value, module) for key, value in bound.arguments.items()})
                if len(line) <= MOST_LINE:
                    lines.write(line + "\n")
                    count += 1
            except (Unwritable, TypeError):
                pass
        return original(*positional, **keywords)

    is_static = isinstance(found, staticmethod)
    setattr(owner, name, staticmethod(watched) if is_static else watched)

    def stop():
        setattr(owner, name, found)
        lines.close()
        return count

    return stop


def main(arguments):
    """Runs the command with the function watched; ends as the command ends."""
    if len(arguments) < 4:
        sys.exit("usage: record.py MODULE FUNCTION FILE (-m MODULE | SCRIPT) [ARGUMENTS]")
    module, path, file, *command = arguments
    sys.path[0] = os.getcwd()
    stop = watch(module, path, os.path.abspath(file))
    try:
        if command[0] == "-m":
            sys.argv = command[1:]
            runpy.run_module(command[1], run_name="__main__", alter_sys=True)
        else:
            sys.argv = command
            runpy.run_path(command[0], run_name="__main__")
    finally:
        print(f"{stop()} calls of {path} recorded", file=sys.stderr)


if __name__ == "__main__":
    main(sys.argv[1:])

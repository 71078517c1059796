"""Keeps tried code from looking at the process that it shares with its observer.

Python tells a hook of whatever reaches past the values that a function was given (PEP 578), and no hook can be taken off again. The gate
has refused such code by its names before; this is for names that were put together while it ran.
"""

import sys

# What finds objects that nobody handed over, and the hook itself: no library that computes asks for it
FINDING = frozenset(
    ("gc.get_objects", "gc.get_referrers", "gc.get_referents", "sys._current_frames", "sys._current_exceptions", "sys.addaudithook")
)
# What libraries do for their own ends, but no code of the file itself
LOOKING = frozenset(
    (
        "sys._getframe", "sys.settrace", "sys.setprofile", "object.__getattr__", "object.__setattr__", "object.__delattr__",
        "code.__new__", "function.__new__", "compile", "exec",
    )
)  # fmt: skip


def watch(path):
    """From now on whatever finds objects raises, and so does code of that file where it looks at frames and at code."""
    frame_of = sys._getframe
    is_looking = False

    def hook(event, _):
        nonlocal is_looking
        if event in FINDING:
            raise PermissionError(f"{event} is not for code that is tried")
        if is_looking or event not in LOOKING and not event.startswith("ctypes."):
            return
        # To ask whose frame it is are two such events themselves
        is_looking = True
        try:
            file = frame_of(1).f_code.co_filename
        finally:
            is_looking = False
        if file == path:
            raise PermissionError(f"{event} is not for code that is tried")

    sys.addaudithook(hook)

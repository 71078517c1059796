"""The side of the verifier that stands inside the sandbox.

It reads commands from its standard input, forks a process for every one of them, and passes on what that process says. It never
runs tried code itself, and it is this process that holds the clock: what a batch of calls took is measured here, from the time that
the system keeps of another process, between the word to go and the word that it is done, where tried code cannot reach.
"""

import gc
import json
import os
import select
import shutil
import signal
import sys
import tempfile
import time
import traceback

HERE = os.path.dirname(os.path.abspath(__file__))
SCRATCH = os.getcwd()
MOST_FROM_CHILD = 64 * 1024 * 1024
MOST_DESCRIPTORS = 256
DONE = b"0\n\n"
# No word and its answer are on their way for longer, in nanoseconds: the child waited
MOST_TRIP = 5_000_000

_clock = time.perf_counter_ns


class Gone(Exception):
    """A child that ended, was too slow, or said what is no frame; its text says which."""


class Channel:
    """The child's end of two pipes."""

    def __init__(self, reading, writing):
        self.reading = os.fdopen(reading, "rb")
        self.writing = writing
        self.dumps = json.dumps
        self.write = os.write

    def send(self, told):
        """Tells an object."""
        payload = self.dumps(told).encode("utf-8", "surrogatepass")
        view = memoryview(b"%d\n%s\n" % (len(payload), payload))
        while view:
            view = view[self.write(self.writing, view) :]

    def send_done(self):
        """Says that a batch is done, in as few bytes as can be."""
        self.write(self.writing, DONE)

    def wait(self):
        """The next word of the parent; None at the end."""
        line = self.reading.readline()
        return json.loads(line) if line else None


class Child:
    """A forked process that does one task, with its deadline."""

    def __init__(self, task, work):
        self.scratch = tempfile.mkdtemp(dir=SCRATCH)
        task = {**task, "scratch": self.scratch}
        to_child, from_parent = os.pipe()
        from_child, to_parent = os.pipe()
        self.deadline = time.monotonic() + task["seconds"]
        self.pid = os.fork()
        # The clock of the processor's time of that process, as Linux numbers them (man 2 clock_getres)
        self.clock = (~self.pid << 3) | 2
        if self.pid == 0:
            os.close(from_parent)
            os.close(from_child)
            _live(task, work, Channel(to_child, to_parent))
        os.close(to_child)
        os.close(to_parent)
        self.writing, self.reading = from_parent, from_child
        self.buffer = bytearray()
        self.total = 0

    def say(self, word):
        """Says a word to the child."""
        try:
            os.write(self.writing, json.dumps(word).encode() + b"\n")
        except OSError as problem:
            raise Gone("ended itself") from problem

    def frame(self):
        """The next thing the child says, as bytes; None at its end. Raises Gone."""
        while True:
            end = self.buffer.find(b"\n", 0, 16)
            if end >= 0:
                if not self.buffer[:end].isdigit():
                    raise Gone("broke the line to the harness")
                whole = end + 1 + int(self.buffer[:end]) + 1
                if len(self.buffer) >= whole:
                    payload = bytes(self.buffer[end + 1 : whole - 1])
                    del self.buffer[:whole]
                    return payload
            elif len(self.buffer) >= 16:
                raise Gone("broke the line to the harness")
            if not self._fill():
                return None

    def _fill(self):
        left = self.deadline - time.monotonic()
        if left <= 0 or not select.select([self.reading], [], [], left)[0]:
            raise Gone("ran longer than it may")
        data = os.read(self.reading, 1 << 20)
        self.total += len(data)
        if self.total > MOST_FROM_CHILD:
            raise Gone("gave more than is read")
        self.buffer += data
        return bool(data)

    def end(self):
        """Ends the child where it has not ended; says how it ended."""
        for descriptor in (self.writing, self.reading):
            try:
                os.close(descriptor)
            except OSError:
                pass
        try:
            os.kill(self.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        _, status = os.waitpid(self.pid, 0)
        shutil.rmtree(self.scratch, ignore_errors=True)
        return status


def _live(task, work, channel):
    """What the child does: give up what it does not need, then its work. Never returns."""
    code = 1
    try:
        nothing = os.open(os.devnull, os.O_RDWR)
        for descriptor in (0, 1, 2):
            os.dup2(nothing, descriptor)
        # Nothing of the harness's own lines, nor of another child's
        kept = (channel.reading.fileno(), channel.writing)
        for descriptor in range(3, MOST_DESCRIPTORS):
            if descriptor not in kept:
                try:
                    os.close(descriptor)
                except OSError:
                    pass
        os.chdir(task["scratch"])
        sys.path.insert(0, sys.argv[1])
        CONFINE.limit(task.get("processor", int(task["seconds"]) + 1), task["memory"], task["file_bytes"], 64)
        CONFINE.seal(task.get("profile", ""))
    except BaseException as problem:
        channel.send({"unconfined": f"{type(problem).__name__}: {problem}"})
        os._exit(code)
    leave = os._exit
    try:
        work(task, channel)
        code = 0
    except MemoryError:
        code = 3
    except BaseException:
        channel.send({"lost": traceback.format_exc()[-2000:]})
    finally:
        leave(code)


def _reply(kind, trial, payload):
    FRAMES.write_frame(OUT, kind, trial, payload)


def _say(kind, trial, told):
    _reply(kind, trial, json.dumps(told).encode())


def run(task):
    """One child, whose every word is passed on."""
    child = Child(task, WORK[task["work"]])
    trial, how = task["trial"], "ended"
    try:
        while (payload := child.frame()) is not None:
            _reply("child", trial, payload)
    except Gone as problem:
        how = str(problem)
    _say("end", trial, {"how": how, "status": child.end()})


def race(task):
    """Two children, the original and the candidate, that make the same calls by turns; tells what each batch took.

    `batches` is a list of `{inputs, warming, places}`: calls to make, calls that go before them and do not count, and which results to tell
    afterwards. Who goes first changes from batch to batch. Ends early where the seconds are over.
    """
    trial = task["trial"]
    children = []
    how = "ended"
    who = 0
    least, trip = {}, float("inf")
    try:
        for who, module in enumerate(task["modules"]):
            children.append(Child({**task, "module": module, "watched": task["watched"][who]}, WORK["timed"]))
        for who, child in enumerate(children):
            _pass(child, who, trial)
        for number, batch in enumerate(task["batches"]):
            took = [0, 0]
            _both(children, {"do": "draw", "inputs": batch["inputs"], "warming": batch["warming"]}, trial)
            for who in (0, 1) if number % 2 == 0 else (1, 0):
                # A process that has slept finds nothing in the caches: what counts is not its first call
                _clocked(children[who], "warm")
                # A word that asks for nothing has its price too, which is none of the calls; the lowest that was seen is taken off
                trip = min(trip, _clocked(children[who], "rest"))
                took[who] = max(1, _clocked(children[who], "go") - trip)
            _both(children, {"do": "show", "places": batch["places"], "after": batch["after"]}, trial)
            _say("batch", trial, {"batch": number, "took": took})
            rung = batch.get("rung")
            least[rung] = min(least.get(rung, took[0]), *took)
            following = task["batches"][number + 1 : number + 2]
            if following and following[0].get("rung") != rung and least[rung] > task.get("enough", float("inf")):
                break
        for who, child in enumerate(children):
            os.close(child.writing)
            child.writing = -1
            while (payload := child.frame()) is not None:
                _reply(f"child{who}", trial, payload)
    except Gone as problem:
        how = str(problem)
    statuses = [child.end() for child in children]
    _say("end", trial, {"how": how, "who": who, "status": statuses})


def _both(children, word, trial):
    """Lets both do what is not timed at the same time."""
    for child in children:
        child.say(word)
    for who, child in enumerate(children):
        _pass(child, who, trial)


def _pass(child, who, trial):
    """Passes on the next word of a child."""
    payload = child.frame()
    if payload is None:
        raise Gone("ended itself")
    _reply(f"child{who}", trial, payload)


def _clocked(child, word):
    """Nanoseconds from a word to a child until the word that it is done.

    It is the time that the processor worked for it: waking a process takes longer than many a run does, and who else wants the processor
    is no matter of the code. Where the child itself waited, for a file or in its sleep, that counts as well. Where the system does not
    keep the time of others (macOS), it is the time by the clock.
    """
    waited, worked, start = _waited(child), _worked(child), _clock()
    child.say({"do": word})
    said = child.frame()
    took = _clock() - start
    if said != b"":
        raise Gone("ended itself" if said is None else "broke the line to the harness")
    if worked is None:
        return took
    worked, waited = _worked(child) - worked, _waited(child) - waited
    slept = took - worked - waited
    return worked + slept if slept > MOST_TRIP else min(took, worked)


def _worked(child):
    """Nanoseconds that the processor has worked for a child; None where the system does not tell that of others."""
    try:
        return time.clock_gettime_ns(child.clock)
    except (AttributeError, OSError):
        return None


def _waited(child):
    """Nanoseconds that a child was ready to run and another ran; 0 where that is not told."""
    try:
        with open(f"/proc/{child.pid}/schedstat", "rb") as told:
            return int(told.read().split()[1])
    except (OSError, LookupError, ValueError):
        return 0


def prepare(task):
    """Imports what the tried modules will import, once: forked children have it already."""
    told = {}
    for name in task["modules"]:
        try:
            __import__(name)
            told[name] = getattr(sys.modules[name], "__version__", "")
        except BaseException as problem:
            told[name] = None
            told[f"{name} problem"] = f"{type(problem).__name__}: {problem}"[:300]
    if "pandas" in sys.modules:
        ENCODE.know_pandas(sys.modules["pandas"])
    gc.collect()
    gc.freeze()
    _say("reply", task["trial"], told)


def serve():
    """Answers commands until there are no more."""
    while (task := FRAMES.read_command(sys.stdin.buffer)) is not None:
        COMMANDS[task["do"]](task)


COMMANDS = {"run": run, "race": race, "prepare": prepare}

def _hide():
    """Takes the harness's own files out of what tried code can import."""
    for name in ("channel", "confine", "describe", "draw", "encode", "follow", "module", "trial", "watch"):
        sys.modules.pop(name, None)
    sys.path.remove(HERE)
    sys.modules["__main__"] = type(sys)("__main__")


if __name__ == "__main__":
    # His folder comes last and only in the children: no file of his may stand in for one of Python's here
    sys.path[:] = [HERE, *sys.argv[2:]]
    import warnings

    warnings.simplefilter("ignore")
    import channel as FRAMES
    import confine as CONFINE
    import describe as DESCRIBE
    import encode as ENCODE
    import trial as TRIAL

    WORK = {
        "inputs": TRIAL.run_inputs,
        "timed": TRIAL.run_timed,
        "memory": TRIAL.run_memory,
        "expressions": TRIAL.run_expressions,
        "describe": DESCRIBE.run_describe,
    }
    _hide()
    OUT = os.dup(1)
    os.dup2(2, 1)
    serve()

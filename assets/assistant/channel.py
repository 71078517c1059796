"""Frames between the two sides: a line `kind trial length`, then that many bytes, then a line end."""

import json
import os


class Broken(Exception):
    """The other side is gone, or sent what is no frame."""


def write_frame(descriptor, kind, trial, payload):
    """Writes one frame whole; payload is bytes."""
    view = memoryview(b"%s %d %d\n%s\n" % (kind.encode(), trial, len(payload), payload))
    while view:
        view = view[os.write(descriptor, view) :]


def read_command(stream):
    """The next command as an object, or None at the end. A command is a line with its length, then JSON, then a line end."""
    head = stream.readline(32)
    if not head:
        return None
    if not head.strip().isdigit():
        raise Broken("a command begins with its length")
    length = int(head)
    body = stream.read(length)
    if len(body) != length or stream.read(1) != b"\n":
        raise Broken("a command ended early")
    return json.loads(body)

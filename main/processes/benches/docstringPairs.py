"""Pairs of (first sentence of a docstring, function without it) of the Python code installed here, one JSON object a line."""
import ast
import json
import random
import re
import sys
import warnings
from pathlib import Path

warnings.simplefilter("ignore")
MOST_FILES = int(sys.argv[1])
LARGEST = 400_000


def sentence(docstring):
    first = re.split(r"\n\s*\n", docstring.strip(), maxsplit=1)[0]
    return re.split(r"(?<=[.!?])\s", " ".join(first.split()), maxsplit=1)[0]


def functions(tree, path=()):
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            yield ".".join((*path, node.name)), node
            yield from functions(node, (*path, node.name))
        elif isinstance(node, ast.ClassDef):
            yield from functions(node, (*path, node.name))
        else:
            yield from functions(node, path)


def calls(node):
    found = {}
    for part in ast.walk(node):
        if isinstance(part, ast.Call):
            callee = part.func
            names = []
            while isinstance(callee, ast.Attribute):
                names.append(callee.attr)
                callee = callee.value
            if isinstance(callee, ast.Name):
                found[".".join([callee.id, *reversed(names)])] = True
    return list(found)


def without_docstring(lines, node):
    start, literal, end = node.lineno, node.body[0], node.end_lineno
    kept = lines[start - 1 : literal.lineno - 1] + lines[literal.end_lineno : end]
    return "\n".join(kept)


def pairs(file):
    text = file.read_text("utf8")
    lines = text.splitlines()
    for name, node in functions(ast.parse(text)):
        docstring = ast.get_docstring(node)
        if not docstring or len(node.body) < 2 or node.body[0].lineno == node.lineno:
            continue
        asked = sentence(docstring)
        if len(asked.split()) < 3 or len(asked) > 300 or not asked.isascii():
            continue
        signature = " ".join(" ".join(lines[node.lineno - 1 : node.body[0].lineno - 1]).split()).rstrip(":")
        yield {
            "name": name, "line": node.lineno, "last": node.end_lineno, "signature": signature, "query": asked,
            "code": without_docstring(lines, node), "calls": calls(node),
        }


roots = [Path(entry) for entry in sys.path if entry.startswith("/") and Path(entry).is_dir() and entry != sys.path[0]]
files = sorted({file for root in roots for file in root.rglob("*.py") if "/test" not in str(file)})
random.Random(5).shuffle(files)
for file in files[:MOST_FILES]:
    try:
        if file.stat().st_size > LARGEST:
            continue
        root = max((root for root in roots if root in file.parents), key=lambda root: len(str(root)))
        package = file.relative_to(root).parts[0]
        for pair in pairs(file):
            print(json.dumps({"package": package, "file": str(file), **pair}))
    except (SyntaxError, UnicodeDecodeError, OSError, RecursionError, ValueError):
        continue

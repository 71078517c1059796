"""What can be known of a function without running it: its parameters, what it does with each, and everything it names.

Only Python's own parser is asked.
"""

import ast
import collections
import hashlib
import importlib
import symtable
import types

from follow import Follower, Use


def parameters_of(function, functions):
    """Every parameter: name, form, annotation, default, and what is done with it."""
    told = []
    arguments = function.args
    plain = arguments.posonlyargs + arguments.args
    defaults = [None] * (len(plain) - len(arguments.defaults)) + arguments.defaults
    rows = [("positional" if one in arguments.posonlyargs else "plain", one, fallback) for one, fallback in zip(plain, defaults)]
    rows += [("star", arguments.vararg, None)] if arguments.vararg else []
    rows += [("keyword", one, fallback) for one, fallback in zip(arguments.kwonlyargs, arguments.kw_defaults)]
    rows += [("doubleStar", arguments.kwarg, None)] if arguments.kwarg else []
    uses = {one.arg: Use() for _, one, _ in rows}
    for name, use in uses.items():
        use.names.append(name)
    follower = Follower(functions, uses, 0)
    for statement in function.body:
        follower.visit(statement)
    for form, one, fallback in rows:
        told.append(
            {
                "name": one.arg,
                "form": form,
                "annotation": ast.unparse(one.annotation) if one.annotation else "",
                "fallback": ast.unparse(fallback) if fallback else None,
                "use": uses[one.arg].told(),
            }
        )
    return told


def class_of(node, functions):
    """What is known of a class: what kind it is, and its fields or the parameters of its constructor."""
    bases = [ast.unparse(base).rpartition(".")[2] for base in node.bases]
    decorators = [ast.unparse(decorator).partition("(")[0].rpartition(".")[2] for decorator in node.decorator_list]
    kind = "plain"
    for name in ("NamedTuple", "TypedDict", "Enum", "IntEnum", "StrEnum"):
        if name in bases:
            kind = "Enum" if name.endswith("Enum") else name
    kind = "dataclass" if "dataclass" in decorators else kind
    fields = [
        {"name": part.target.id, "annotation": ast.unparse(part.annotation), "fallback": ast.unparse(part.value) if part.value else None}
        for part in node.body
        if isinstance(part, ast.AnnAssign) and isinstance(part.target, ast.Name)
    ]
    made = next((part for part in node.body if isinstance(part, ast.FunctionDef) and part.name == "__init__"), None)
    parameters = parameters_of(made, functions)[1:] if made else []
    return {"kind": kind, "bases": bases, "fields": fields, "parameters": parameters}


def aliases_of(tree):
    """The names that imports bind, with the dotted name of what each stands for."""
    found = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                first = alias.name.partition(".")[0]
                found[alias.asname or first] = alias.name if alias.asname else first
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            found.update({alias.asname or alias.name: f"{node.module}.{alias.name}" for alias in node.names})
    return found


def far_in(tree, pure):
    """Dotted names that lead out of the pure modules: to another module, or to what a module does not call public. Also a module that
    is handed on as a value, as nobody can say what is reached through it then."""
    aliases = aliases_of(tree)
    inner = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    far = {name for name in aliases.values() if _leads_out(name, pure)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and id(node) not in inner and _is_dotted(node):
            root, _, rest = ast.unparse(node).partition(".")
            if root in aliases and _leads_out(f"{aliases[root]}.{rest}", pure):
                far.add(f"{aliases[root]}.{rest}")
        elif isinstance(node, ast.Name) and node.id in aliases and id(node) not in inner:
            if _is_module(aliases[node.id], pure):
                far.add(f"{node.id} as a value")
    return far


# Of these what is public is not listed by `__all__`; that it is no other module has to do
UNLISTED = ("numpy", "pandas", "scipy")


def _leads_out(name, pure):
    """Whether a dotted name of a pure module is anything but a public part of it, as Python itself says."""
    first, *parts = name.split(".")
    if first not in pure:
        return False
    found, path = importlib.import_module(first), first
    for part in parts:
        path = f"{path}.{part}"
        if path in pure:
            found = importlib.import_module(path)
            continue
        listed = getattr(found, "__all__", None)
        if first not in UNLISTED and isinstance(found, types.ModuleType) and listed is not None and part not in listed:
            return True
        found = getattr(found, part, None)
        if isinstance(found, types.ModuleType):
            return True
        if not isinstance(found, type):
            return False
    return False


def _is_module(name, pure):
    first, _, rest = name.partition(".")
    if not rest or name in pure:
        return True
    return first in pure and isinstance(getattr(importlib.import_module(first), rest, None), types.ModuleType)


def named_in(tree, text, pure=()):
    """Everything that a module names, for the gate: imports, names from outside, dotted names, what it assigns to, what it declares global."""
    told = collections.defaultdict(set)
    aliases = aliases_of(tree)
    told["far"] = far_in(tree, pure)
    told["names"] = outer_names(symtable.symtable(text, "tried", "exec"))
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            told["imports"].update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            source = "." * node.level + (node.module or "")
            told["imports"].add(source)
            told["imported"].update(f"{source}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Attribute):
            told["attributes"].add(node.attr)
            told["dotted"].add(ast.unparse(node) if _is_dotted(node) else f"?.{node.attr}")
            if _is_dotted(node):
                # Under its own name too, whatever it is called here
                root, _, rest = ast.unparse(node).partition(".")
                told["dotted"].add(f"{aliases.get(root, root)}.{rest}")
            if not isinstance(node.ctx, ast.Load):
                told["stores"].add(ast.unparse(node.value) if _is_dotted(node) else f"?.{node.attr}")
        elif isinstance(node, ast.Global):
            told["globals"].update(node.names)
        elif isinstance(node, ast.Constant):
            _constant(node.value, told)
        elif isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            told["defined"].add(node.name)
        elif isinstance(node, (ast.AsyncFunctionDef, ast.Await, ast.AsyncFor, ast.AsyncWith)):
            told["async"].add("async")
    for node in ast.walk(tree):
        if isinstance(node, ast.Subscript) and not isinstance(node.ctx, ast.Load) and isinstance(node.value, (ast.Name, ast.Attribute)):
            told["items"].add(ast.unparse(node.value))
    kinds = ("imports", "imported", "names", "attributes", "dotted", "stores", "globals", "numbers", "texts", "defined", "async", "items", "far")
    return {kind: sorted(told[kind], key=str) for kind in kinds}


def outer_names(table):
    """The names that code takes from the module or from Python itself; what a function binds is its own, whatever it is called."""
    is_function = table.get_type() == "function"
    found = {symbol.get_name() for symbol in table.get_symbols() if symbol.is_referenced() and (symbol.is_global() or not is_function)}
    return found.union(*(outer_names(child) for child in table.get_children()))


def _is_dotted(node):
    while isinstance(node, ast.Attribute):
        node = node.value
    return isinstance(node, ast.Name)


def _constant(value, told):
    if isinstance(value, bool) or value is None:
        return
    if isinstance(value, (int, float)) and abs(value) < 1e300:
        told["numbers"].add(value)
    elif isinstance(value, str) and len(value) <= 40:
        told["texts"].add(value)


def describe(text, path, pure=()):
    """All that is known of the function by its name with classes; `problem` says why where it cannot be tried."""
    tree = ast.parse(text)
    functions = {node.name: node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}
    told = {"named": named_in(tree, text, pure), "function": None, "problem": None}
    classes = {node.name: node for node in ast.walk(tree) if isinstance(node, ast.ClassDef)}
    told["classes"] = {name: class_of(node, functions) for name, node in classes.items()}
    if not path:
        return told
    *outer, last = path.split(".")
    body, owner = tree.body, None
    for name in outer:
        owner = next((node for node in body if isinstance(node, ast.ClassDef) and node.name == name), None)
        if owner is None:
            return {**told, "problem": f"{path} is inside another function, where it cannot be called from outside"}
        body = owner.body
    found = [node for node in body if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) and node.name == last]
    if not found:
        return {**told, "problem": f"there is no function {path} in the file"}
    function = found[-1]
    if isinstance(function, ast.AsyncFunctionDef):
        return {**told, "problem": f"{path} is asynchronous, which is not tried"}
    decorators = [ast.unparse(decorator) for decorator in function.decorator_list]
    kind = "plain" if owner is None else next((it for it in ("staticmethod", "classmethod", "property") if it in decorators), "method")
    lines = sorted({node.lineno for node in _run_lines(function)})
    told["function"] = {
        "kind": kind,
        "owner": ".".join(outer),
        "docstring": ast.get_docstring(function) or "",
        "first": function.lineno,
        "last": function.end_lineno,
        "lines": lines,
        "suites": suites_of(function),
        "numbers": numbers_in(function),
        "parameters": parameters_of(function, functions),
    }
    if kind == "property":
        told["problem"] = f"{path} is a property, which is not tried"
    return told


def _run_lines(function):
    """The statements of a function that are run one by one, without its docstring and what is declared inside."""
    stack = list(function.body)
    while stack:
        node = stack.pop()
        is_docstring = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
        if isinstance(node, ast.stmt) and not isinstance(node, (ast.FunctionDef, ast.ClassDef, ast.Global, ast.Nonlocal, ast.Pass)):
            if not is_docstring and not isinstance(node, ast.Try):
                yield node
        if not isinstance(node, (ast.FunctionDef, ast.ClassDef, ast.Lambda)):
            stack += [child for child in ast.iter_child_nodes(node) if isinstance(child, (ast.stmt, ast.ExceptHandler))]


def suites_of(function):
    """Every list of statements in a function: where each statement stands, a digest of what it says, and what it reads and changes. What does
    nothing when it is run is left out, and so is a function inside that nobody calls."""
    read = {node.id for node in ast.walk(function) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)}
    caught = {
        id(part)
        for node in ast.walk(function)
        if isinstance(node, ast.Try) and node.handlers
        for statement in node.body
        for part in ast.walk(statement)
    }
    suites, waiting = [], [function]
    while waiting:
        node = waiting.pop()
        waiting += [it for it in ast.iter_child_nodes(node) if not isinstance(it, ast.FunctionDef) or it.name in read]
        for field in ("body", "orelse", "finalbody"):
            statements = getattr(node, field, None)
            if isinstance(statements, list):
                suites.append([_statement(one, id(one) in caught) for one in statements if not _is_silent(one)])
    return [suite for suite in suites if suite]


def _is_silent(node):
    is_text = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    return is_text or isinstance(node, (ast.Global, ast.Nonlocal)) or (isinstance(node, ast.AnnAssign) and node.value is None)


def _statement(node, is_caught):
    return {
        "first": node.lineno,
        "last": node.end_lineno,
        "says": digest(node),
        "raises": isinstance(node, ast.Raise),
        "falls": isinstance(node, ast.Raise) and is_caught,
        "reads": sorted({part.id for part in ast.walk(node) if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Load)}),
        "head": digest(node, (getattr(node, "target", None), getattr(node, "iter", None))),
        "changes": sorted(_changed_by(node)),
    }


def digest(node, parts=(None,)):
    """A digest of a statement as Python writes it; of the given parts alone where it has them, as the head of a loop."""
    kept = [part for part in parts if part is not None]
    text = " in ".join(ast.unparse(part) for part in kept) if len(kept) == len(parts) else ast.unparse(node)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def _changed_by(node):
    """The names that a statement itself binds, or whose value it changes by a method or an item."""
    targets = [*getattr(node, "targets", ()), getattr(node, "target", None)]
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
        targets.append(node.value.func)
    for target in targets:
        for part in ast.walk(target) if target is not None else ():
            if isinstance(part, ast.Name) and (not isinstance(part.ctx, ast.Load) or not isinstance(target, ast.Name)):
                yield part.id


def numbers_in(function):
    """The numbers that stand in a function."""
    told = collections.defaultdict(set)
    for node in ast.walk(function):
        if isinstance(node, ast.Constant):
            _constant(node.value, told)
    return sorted(told["numbers"])


def run_describe(task, channel):
    """Describes every module of a task; one that is no Python says why."""
    for place, text in enumerate(task["texts"]):
        try:
            channel.send({"place": place, **describe(text, task["function"], frozenset(task["pure"]))})
        except SyntaxError as problem:
            channel.send({"place": place, "problem": f"line {problem.lineno} is no Python: {problem.msg}"})
        except (RecursionError, MemoryError, ValueError) as problem:
            channel.send({"place": place, "problem": f"it cannot be read: {type(problem).__name__}: {problem}"})

"""What can be known of a function without running it: its parameters, what it does with each, and everything it names.

Only Python's own parser is asked. How a parameter is used is followed through loops, assignments and calls of functions of the
same file, so that a list of positions is known by the fields that are read of each.
"""

import ast
import collections

MOST_DEPTH = 4
WALKERS = {"iterrows": "row", "itertuples": "row"}
ROW_WISE = {"apply", "map", "transform", "agg", "aggregate", "applymap"}


class Use:
    """What is done with a value: what it is called, read of it and done to it."""

    def __init__(self):
        self.names, self.annotations, self.done, self.texts = [], [], set(), set()
        self.attributes, self.keys, self.element, self.unpacked = {}, {}, None, 0

    def attribute(self, name):
        """What is done with an attribute of it."""
        return self.attributes.setdefault(name, Use())

    def key(self, name):
        """What is done with what stands under a key of it."""
        return self.keys.setdefault(name, Use())

    def each(self):
        """What is done with each that is in it."""
        if self.element is None:
            self.element = Use()
        return self.element

    def told(self, depth=0):
        """All of it as JSON."""
        deeper = depth < 6
        return {
            "names": self.names,
            "annotations": self.annotations,
            "done": sorted(self.done),
            "texts": sorted(self.texts)[:20],
            "unpacked": self.unpacked,
            "attributes": {name: use.told(depth + 1) for name, use in self.attributes.items()} if deeper else {},
            "keys": {name: use.told(depth + 1) for name, use in self.keys.items()} if deeper else {},
            "element": self.element.told(depth + 1) if self.element and deeper else None,
        }


class Follower(ast.NodeVisitor):
    """Follows the values that a function is given through its body."""

    def __init__(self, functions, bound, depth):
        self.functions = functions
        self.bound = dict(bound)
        self.depth = depth

    def place(self, node):
        """The use that an expression stands for, or None where it is not followed."""
        if isinstance(node, ast.Name):
            return self.bound.get(node.id)
        if isinstance(node, ast.Attribute):
            inner = self.place(node.value)
            if inner is None:
                return None
            if node.attr in ("loc", "iloc", "at", "iat", "values", "T", "index", "columns", "shape", "size", "str", "dt"):
                inner.done.add(f"table:{node.attr}")
                return inner if node.attr in ("loc", "iloc", "at", "iat", "values") else None
            return inner.attribute(node.attr)
        if isinstance(node, ast.Subscript):
            return self._item(node)
        if isinstance(node, ast.Call):
            return self._call(node)
        if isinstance(node, ast.NamedExpr):
            return self.place(node.value)
        return None

    def _item(self, node):
        inner = self.place(node.value)
        if inner is None:
            return None
        index = node.slice
        if isinstance(index, ast.Tuple) and index.elts:
            named = [part for part in index.elts if isinstance(part, ast.Constant) and isinstance(part.value, str)]
            if not named:
                inner.done.add("matrix" if len(index.elts) > 1 else "indexed")
                return inner.each().each() if not any(isinstance(part, ast.Slice) for part in index.elts) else inner.each()
            index = named[0]
        if isinstance(index, ast.Constant) and isinstance(index.value, str):
            return inner.key(index.value)
        if isinstance(index, ast.List):
            for part in index.elts:
                if isinstance(part, ast.Constant) and isinstance(part.value, str):
                    inner.key(part.value)
            return inner
        if isinstance(index, ast.Slice):
            inner.done.add("sliced")
            return inner
        if isinstance(index, (ast.Compare, ast.BoolOp, ast.BinOp)) and self._is_mask(index):
            inner.done.add("masked")
            return inner
        if isinstance(node.value, ast.Attribute) and node.value.attr in ("loc", "iloc", "at", "iat"):
            # A row of a frame is asked for columns, as the frame is
            return inner
        inner.done.add("indexed")
        if isinstance(index, ast.Constant) and isinstance(index.value, int) and index.value >= 0:
            inner.unpacked = max(inner.unpacked, index.value + 1)
        key = self.place(index)
        if key is not None:
            key.done.add("index")
        return inner.each()

    def _is_mask(self, node):
        return isinstance(node, ast.Compare) or (isinstance(node, ast.BinOp) and isinstance(node.op, (ast.BitAnd, ast.BitOr)))

    def _call(self, node):
        function = node.func
        if isinstance(function, ast.Attribute):
            inner = self.place(function.value)
            if inner is not None:
                inner.done.add(f"method:{function.attr}")
                return self._method(inner, function.attr, node)
        name = function.id if isinstance(function, ast.Name) else ""
        if name in ("list", "tuple", "sorted", "reversed", "iter", "set") and node.args:
            return self.place(node.args[0])
        if ast.unparse(function) in ("np.asarray", "np.array", "numpy.asarray", "numpy.array", "pd.Series") and node.args:
            found = self.place(node.args[0])
            if found is not None:
                found.done.add("array")
            return found
        return None

    def _method(self, inner, name, node):
        if name in ("copy", "dropna", "reset_index", "sort_values", "fillna", "head", "tail", "tolist", "to_numpy", "astype", "flatten", "ravel"):
            for argument in node.args:
                if isinstance(argument, ast.Constant) and isinstance(argument.value, str) and name == "sort_values":
                    inner.key(argument.value)
            return inner
        if name == "get" and node.args and isinstance(node.args[0], ast.Constant) and isinstance(node.args[0].value, str):
            return inner.key(node.args[0].value)
        if name in ("get", "pop", "values"):
            return inner.each()
        if name == "groupby":
            for argument in ast.walk(node):
                if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
                    inner.key(argument.value).done.add("grouped")
            return inner
        if name in ROW_WISE:
            for argument in node.args:
                if isinstance(argument, ast.Lambda) and argument.args.args:
                    by_row = any(keyword.arg == "axis" for keyword in node.keywords)
                    self.bound[argument.args.args[0].arg] = inner if by_row else inner.each()
                elif isinstance(argument, ast.Name) and argument.id in self.functions:
                    self._enter(self.functions[argument.id], [inner], {})
        return None

    def visit_For(self, node):
        self._bind_loop(node.target, node.iter)
        self.generic_visit(node)

    def visit_comprehension(self, node):
        self._bind_loop(node.target, node.iter)
        self.generic_visit(node)

    def _comprehension(self, node):
        for clause in node.generators:
            self.visit(clause)
        for part in ("elt", "key", "value"):
            if hasattr(node, part):
                self.visit(getattr(node, part))

    visit_ListComp = visit_SetComp = visit_GeneratorExp = visit_DictComp = _comprehension

    def _bind_loop(self, target, iterable):
        for part, use in zip(*self._looped(target, iterable)):
            if use is not None:
                self.bind(part, use)

    def _looped(self, target, iterable):
        """The targets of a loop with what each stands for."""
        if isinstance(iterable, ast.Call):
            name = iterable.func.id if isinstance(iterable.func, ast.Name) else ""
            parts = target.elts if isinstance(target, ast.Tuple) else [target]
            if name == "zip":
                return parts, [self._each(argument) for argument in iterable.args]
            if name == "enumerate" and iterable.args and len(parts) == 2:
                return [parts[1]], [self._each(iterable.args[0])]
            if name == "range" and isinstance(target, ast.Name):
                for argument in iterable.args:
                    found = self.place(argument)
                    if found is not None:
                        found.done.add("count")
                return [], []
            if isinstance(iterable.func, ast.Attribute) and (inner := self.place(iterable.func.value)) is not None:
                method = iterable.func.attr
                inner.done.add(f"method:{method}")
                if method == "items" and len(parts) == 2:
                    return parts, [inner.key("*"), inner.each()]
                if method in WALKERS:
                    return [parts[-1]], [inner]
                if method == "keys":
                    return parts, [inner.key("*")]
        return [target], [self._each(iterable)]

    def _each(self, node):
        found = self.place(node)
        if found is None:
            return None
        found.done.add("iterated")
        return found.each()

    def bind(self, target, use):
        """Lets a target stand for a use; a pattern unpacks it."""
        if isinstance(target, ast.Name):
            self.bound[target.id] = use
            if target.id not in use.names and target.id != "_":
                use.names.append(target.id)
        elif isinstance(target, (ast.Tuple, ast.List)):
            use.unpacked = max(use.unpacked, len(target.elts))
            for number, part in enumerate(target.elts):
                self.bind(part, use.key(f"#{number}"))

    def visit_Assign(self, node):
        self.generic_visit(node)
        found = self.place(node.value)
        for target in node.targets:
            if found is not None:
                self.bind(target, found)
            elif isinstance(target, ast.Name):
                self.bound.pop(target.id, None)
            else:
                self.place(target)

    def visit_BinOp(self, node):
        for side in (node.left, node.right):
            found = self.place(side)
            if found is not None:
                found.done.add("arithmetic")
        self.generic_visit(node)

    def visit_UnaryOp(self, node):
        found = self.place(node.operand)
        if found is not None:
            found.done.add("tested" if isinstance(node.op, ast.Not) else "arithmetic")
        self.generic_visit(node)

    def visit_AugAssign(self, node):
        found = self.place(node.value)
        if found is not None:
            found.done.add("arithmetic")
        self.generic_visit(node)

    def visit_Compare(self, node):
        sides = [node.left, *node.comparators]
        for number, operator in enumerate(node.ops):
            for one, other in ((sides[number], sides[number + 1]), (sides[number + 1], sides[number])):
                self._compare(one, operator, other)
        self.generic_visit(node)

    def _compare(self, one, operator, other):
        found = self.place(one)
        if found is None:
            return
        if isinstance(other, ast.Constant) and other.value is None:
            found.done.add("none")
            return
        if isinstance(operator, (ast.In, ast.NotIn)) and not isinstance(other, (ast.Tuple, ast.List, ast.Set)):
            return
        found.done.add("compared")
        for part in other.elts if isinstance(other, (ast.Tuple, ast.List, ast.Set)) else [other]:
            if isinstance(part, ast.Constant) and isinstance(part.value, str):
                found.texts.add(part.value)

    def visit_If(self, node):
        self._tested(node.test)
        self.generic_visit(node)

    visit_IfExp = visit_While = visit_If

    def _tested(self, node):
        for part in node.values if isinstance(node, ast.BoolOp) else [node]:
            found = self.place(part)
            if found is not None:
                found.done.add("tested")

    def visit_Attribute(self, node):
        self.place(node)
        self.generic_visit(node)

    def visit_Subscript(self, node):
        self.place(node)
        self.generic_visit(node)

    def visit_Call(self, node):
        self.place(node)
        name = ast.unparse(node.func)
        arguments = [self.place(argument) for argument in node.args]
        named = {keyword.arg: self.place(keyword.value) for keyword in node.keywords if keyword.arg}
        called = self.functions.get(name.rpartition(".")[2] if name.startswith("self.") else name)
        if called is not None:
            self._enter(called, arguments, named)
        for found in (use for use in [*arguments, *named.values()] if use is not None):
            found.done.add(f"to:{name}")
        own = self.bound.get(name)
        if own is not None:
            own.done.add(f"called:{len(node.args)}")
        self.generic_visit(node)

    def _enter(self, function, arguments, named):
        """Follows values into a function of the same file."""
        if self.depth >= MOST_DEPTH:
            return
        names = [argument for argument in function.args.posonlyargs + function.args.args if argument.arg != "self"]
        pairs = [*zip(names, arguments), *((one, named[one.arg]) for one in names + function.args.kwonlyargs if one.arg in named)]
        bound = {}
        for one, use in pairs:
            if use is None:
                continue
            bound[one.arg] = use
            use.names.append(one.arg)
            if one.annotation is not None:
                use.annotations.append(ast.unparse(one.annotation))
        if bound:
            inner = Follower(self.functions, bound, self.depth + 1)
            for statement in function.body:
                inner.visit(statement)


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


def named_in(tree):
    """Everything that a module names, for the gate: imports, names, dotted names, what it assigns to, what it declares global."""
    told = collections.defaultdict(set)
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            told["imports"].update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            source = "." * node.level + (node.module or "")
            told["imports"].add(source)
            told["imported"].update(f"{source}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Name):
            told["names"].add(node.id)
        elif isinstance(node, ast.Attribute):
            told["attributes"].add(node.attr)
            told["dotted"].add(ast.unparse(node) if _is_dotted(node) else f"?.{node.attr}")
            if not isinstance(node.ctx, ast.Load):
                told["stores"].add(ast.unparse(node.value) if _is_dotted(node) else f"?.{node.attr}")
        elif isinstance(node, (ast.Global, ast.Nonlocal)) and isinstance(node, ast.Global):
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
    kinds = ("imports", "imported", "names", "attributes", "dotted", "stores", "globals", "numbers", "texts", "defined", "async", "items")
    return {kind: sorted(told[kind], key=str) for kind in kinds}


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


def describe(text, path):
    """All that is known of the function by its name with classes; `problem` says why where it cannot be tried."""
    tree = ast.parse(text)
    functions = {node.name: node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}
    told = {"named": named_in(tree), "module": {}, "function": None, "problem": None}
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
    lines = sorted({node.lineno for part in _run_lines(function) for node in [part]})
    told["function"] = {
        "kind": kind,
        "owner": ".".join(outer),
        "docstring": ast.get_docstring(function) or "",
        "first": function.lineno,
        "last": function.end_lineno,
        "lines": lines,
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


def run_describe(task, channel):
    """Describes every module of a task; one that is no Python says why."""
    for place, text in enumerate(task["texts"]):
        try:
            channel.send({"place": place, **describe(text, task["function"])})
        except SyntaxError as problem:
            channel.send({"place": place, "problem": f"line {problem.lineno} is no Python: {problem.msg}"})
        except (RecursionError, MemoryError, ValueError) as problem:
            channel.send({"place": place, "problem": f"it cannot be read: {type(problem).__name__}: {problem}"})

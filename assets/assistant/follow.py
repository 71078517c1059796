"""What a function does with what it is given, followed through its body without running it: loops, assignments, tables, and calls of
functions of the same file, so that a list of positions is known by the fields that are read of each.
"""

import ast

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

import { existsSync } from 'node:fs'
import { expect, test } from 'vitest'
import { describedByPython } from '../../fixtures/describedByPython.ts'
import { type NamedFacts } from './facts.ts'
import { gate, PURE } from './staticGate.ts'

const PYTHON = '/usr/bin/python3'
const ORIGINAL =
  'import math\nimport numpy as np\n\ndef f(values, limit=2.0):\n    return [math.sqrt(v) for v in values if v < limit]\n'

/** What Python's own parser names in each text. */
function named(texts: readonly string[]): NamedFacts[] {
  return describedByPython(texts, PURE).map(facts => facts.named)
}

const body = (text: string) => ORIGINAL.replace('    return', `    ${text}\n    return`)

const REFUSED = [
  'import os',
  'import socket',
  'from subprocess import run',
  'open("x")',
  'eval("1")',
  'exec("1")',
  'getattr(math, "sqrt")',
  'setattr(math, "sqrt", abs)',
  'math.sqrt = abs',
  'np.zeros = np.ones',
  'np.load("x")',
  'np.fromfile("x")',
  'np.ctypeslib.load_library("c", ".")',
  'np.lib.stride_tricks.as_strided(values)',
  'np.lib.format.open_memmap("x")',
  'np.random.seed(1)',
  'values.__class__.__base__.__subclasses__()',
  '(lambda: 0).__globals__.clear()',
  '(i for i in values).gi_frame.f_back',
  'import operator; operator.attrgetter("a")(values)',
  'global kept; kept = 1',
  '__builtins__["open"]',
  '__import__("os")',
  'globals()["math"] = None',
  'f2 = lambda: open("x")',
  '[open for open in values]; open("x")',
  'import typing; typing.get_type_hints("1")',
  'import dataclasses; dataclasses.builtins.exec("0")',
  'import dataclasses; dataclasses.inspect.importlib.import_module("os").getpid()',
  'import dataclasses; dataclasses.FunctionType',
  'import dataclasses; d = dataclasses; d.fields',
  'import dataclasses as d; d.abc',
  'import statistics; statistics.sys.getsizeof(values)',
  'import re; re.copyreg.pickle',
  'from dataclasses import inspect',
  'from statistics import random as r',
  'from collections import _sys as s',
  'n = np; n.zeros(2)',
]

const ALLOWED = [
  'import itertools',
  'from collections import defaultdict',
  'from functools import lru_cache',
  'import pandas as pd',
  'from scipy.special import ndtr',
  'values = np.asarray(values, dtype=float)',
  'windows = np.lib.stride_tricks.sliding_window_view(values, 2)',
  'import re; shape = re.compile("a+")',
  'import datetime; datetime.datetime.fromtimestamp(0)',
  'from collections.abc import Sequence',
  'import collections; collections.OrderedDict.fromkeys(values)',
  'values = np.linalg.norm(np.add.accumulate(np.asarray(values)))',
  'import dataclasses\n    @dataclasses.dataclass(frozen=True)\n    class Row: a: int = 0',
  'from numpy.lib.stride_tricks import sliding_window_view',
  'with np.errstate(all="ignore"): pass',
  'is_list = type(values) is list and isinstance(values, list) and len(values) > 2',
  'values = sorted(values, key=lambda v: -v)',
  'table = dict(zip(values, map(float, values)))',
  // A column may be called so, and a local after it
  'exit = values[0]; open = exit + limit',
]

test.skipIf(!existsSync(PYTHON))(
  'what reaches past its arguments is refused with a reason, what computes passes',
  () => {
    const [original, ...rest] = named([ORIGINAL, ...REFUSED.map(body), ...ALLOWED.map(body)])
    if (original === undefined) throw new Error('nothing was described')
    const reasons = rest.map(facts => gate(original, facts))
    expect(REFUSED.filter((_, place) => reasons[place] === undefined)).toEqual([])
    expect(ALLOWED.filter((_, place) => reasons[REFUSED.length + place] !== undefined)).toEqual([])
  },
)

test.skipIf(!existsSync(PYTHON))('what the original does itself a candidate may do as well', () => {
  const facts = named(REFUSED.flatMap(text => [body(text), body(`${text}\n    limit = limit + 0`)]))
  const reasons = REFUSED.map((_, place) => {
    const [one, other] = facts.slice(2 * place, 2 * place + 2)
    return one === undefined || other === undefined ? 'nothing was described' : gate(one, other)
  })
  expect(reasons.filter(it => it !== undefined)).toEqual([])
})

import { expect, test } from 'vitest'
import { openGrammars } from '../../syntax/grammars.ts'
import { functionsOf } from '../../syntax/python/functions.ts'
import { readPython } from '../../syntax/python/read.ts'
import { draftContext } from '../draftContext.ts'
import { LOCAL_TRANSFORMS } from '../localTransforms.ts'

const grammars = await openGrammars()

/** Where a rewriting applies in the last function of a source. */
function sitesOf(transform: string, source: string): readonly string[] {
  const module = readPython(grammars, source)
  const named = functionsOf(module).at(-1)
  const wanted = LOCAL_TRANSFORMS.find(({ name }) => name === transform)
  if (!named || !wanted) throw new Error(`there is no ${transform}`)
  return wanted
    .sites({ function: named.statement, added: [] }, draftContext(module, named.path))
    .map(({ at }) => at)
}

/** Functions that look like ones a rewriting applies to and are not. */
const REFUSED: readonly (readonly [transform: string, why: string, source: string])[] = [
  [
    'hoist-invariants',
    'the loop changes what it depends on',
    'def f(xs: list, t: float):\n    for x in xs:\n        y = t * 2.0 + 1.0\n        t += x\n',
  ],
  [
    'hoist-invariants',
    'it may raise and the loop may not run',
    'import math\ndef f(xs, t):\n    for x in xs:\n        print(math.sqrt(t))\n',
  ],
  [
    'hoist-invariants',
    'it may raise and a test stands before it',
    'import math\ndef f(xs: list[float], t: float):\n    s = 0.0\n    for x in xs:\n        if x > 0:\n            s += math.log(t)\n    return s\n',
  ],
  [
    'hoist-invariants',
    'it has an effect',
    'def f(xs: list):\n    return [next(xs) for x in xs]\ndef g(xs: list, it):\n    s = 0\n    for x in xs:\n        s += next(it)\n    return s\n',
  ],
  [
    'hoist-invariants',
    'something unknown may change the record',
    'def f(xs: list, row, work):\n    s = 0\n    for x in xs:\n        s += row["a"]["b"]\n        work(x)\n    return s\n',
  ],
  [
    'hoist-invariants',
    'every pass needs a list of its own',
    'def f(xs: list, n: int):\n    out = []\n    for x in xs:\n        out.append([0] * n)\n    return out\n',
  ],
  [
    'share-expressions',
    'a name changes between',
    'def f(a: float, b: float):\n    x = a * b + 1.0\n    a = x\n    y = a * b + 1.0\n    return x, y\n',
  ],
  [
    'share-expressions',
    'each call gives another number',
    'import random\ndef f():\n    return random.random() + random.random()\n',
  ],
  [
    'share-expressions',
    'both are lists that may be changed',
    'def f(n):\n    a = [0] * n\n    b = [0] * n\n    a.append(1)\n    return a, b\n',
  ],
  [
    'comprehend',
    'the loop leaves early',
    'def f(xs):\n    out = []\n    for x in xs:\n        if x > 3:\n            break\n        out.append(x)\n    return out\n',
  ],
  [
    'comprehend',
    'an element needs those before it',
    'def f(xs):\n    out = []\n    for x in xs:\n        out.append(x + len(out))\n    return out\n',
  ],
  [
    'comprehend',
    'the loop variable is used after',
    'def f(xs):\n    out = []\n    for x in xs:\n        out.append(x)\n    return out, x\n',
  ],
  [
    'comprehend',
    'the list does not begin empty',
    'def f(xs):\n    out = [0]\n    for x in xs:\n        out.append(x)\n    return out\n',
  ],
  [
    'comprehend',
    'the list is used between',
    'def f(xs):\n    out = []\n    other = out\n    for x in xs:\n        out.append(x)\n    return out, other\n',
  ],
  [
    'sum-loop',
    'what is added are texts',
    'def f(xs):\n    s = ""\n    for x in xs:\n        s += x\n    return s\n',
  ],
  [
    'sum-loop',
    'the sum is read in the loop',
    'def f(xs):\n    s = 0.0\n    for x in xs:\n        s += x * s\n    return s\n',
  ],
  [
    'extreme-loop',
    'ties go to the later one',
    'def f(xs, b: float):\n    best = 0.0\n    for x in xs:\n        if x <= best:\n            best = x\n    return best\n',
  ],
  [
    'search-loop',
    'the answers are no truth values',
    'def f(xs):\n    for x in xs:\n        if x:\n            return x\n    return False\n',
  ],
  [
    'join-pieces',
    'a piece may be no text',
    'def f(xs):\n    s = ""\n    for x in xs:\n        s += x\n    return s\n',
  ],
  [
    'iterate-directly',
    'elements are written',
    'def f(xs: list[float]):\n    for i in range(len(xs)):\n        xs[i] = xs[i] * 2\n',
  ],
  [
    'iterate-directly',
    'the kind of sequence is unknown',
    'def f(xs):\n    s = 0\n    for i in range(len(xs)):\n        s += xs[i]\n    return s\n',
  ],
  [
    'count-in-range',
    'the bound moves',
    'def f(xs: list):\n    i = 0\n    while i < len(xs):\n        xs.append(i) if i < 3 else None\n        i += 1\n',
  ],
  [
    'count-in-range',
    'the number is used after',
    'def f(n: int):\n    i = 0\n    while i < n:\n        print(i)\n        i += 1\n    return i\n',
  ],
  [
    'count-in-range',
    'a pass may skip the count',
    'def f(n: int):\n    i = 0\n    while i < n:\n        if i:\n            i += 1\n            continue\n        i += 1\n',
  ],
  [
    'tail-call-to-loop',
    'something is left to do',
    'def f(n):\n    if n == 0:\n        return 1\n    return n * f(n - 1)\n',
  ],
  [
    'hash-join',
    'the rows change',
    'def f(a: list, b: list):\n    for x in a:\n        for y in b:\n            if y["k"] == x["k"]:\n                y["k"] = 0\n',
  ],
  [
    'hash-join',
    'the inner rows depend on the outer',
    'def f(a: list):\n    s = 0\n    for x in a:\n        for y in x["rows"]:\n            if y["k"] == x["k"]:\n                s += 1\n    return s\n',
  ],
  [
    'hash-join',
    'it looks for less, not equal',
    'def f(a: list, b: list):\n    s = 0\n    for x in a:\n        for y in b:\n            if y["k"] < x["k"]:\n                s += 1\n    return s\n',
  ],
  [
    'look-up-in-set',
    'elements may be unhashable',
    'def f(xs: list[int], known: list):\n    return [x for x in xs if x in known]\ndef g(xs: list, known: list):\n    s = 0\n    for x in xs:\n        s += x in known\n    return s\n',
  ],
  [
    'look-up-in-set',
    'the list grows',
    'def f(xs: list[int], known: list[int]):\n    for x in xs:\n        if x not in known:\n            known.append(x)\n',
  ],
  [
    'remember-seen',
    'the list is changed otherwise',
    'def f(xs: list[int]):\n    seen = []\n    for x in xs:\n        if x not in seen:\n            seen.append(x)\n            seen.pop()\n    return seen\n',
  ],
  ['few-smallest', 'the count may be negative', 'def f(xs, n):\n    return sorted(xs)[:n]\n'],
  [
    'insert-sorted',
    'the list does not begin empty',
    'def f(xs, seen):\n    for x in xs:\n        seen.append(x)\n        seen.sort()\n',
  ],
  [
    'count-with-counter',
    'it adds more than one',
    'def f(xs):\n    c = {}\n    for x in xs:\n        c[x] = c.get(x, 0) + 2\n    return c\n',
  ],
  [
    'remember-calls',
    'the helper prints',
    'def h(x):\n    print(x)\n    return x\ndef f(xs: list[float]):\n    s = 0.0\n    for x in xs:\n        s += h(x) * 2\n    return s\n',
  ],
  [
    'remember-calls',
    'the helper depends on what changes',
    'rate = 1\ndef set_rate(x):\n    global rate\n    rate = x\ndef h(x):\n    return x * rate\ndef f(xs: list[float]):\n    s = 0.0\n    for x in xs:\n        s += h(x) * 2\n    return s\n',
  ],
  ['multiply-by-half', 'the inverse is not exact', 'def f(x: float):\n    return (x + 1.0) / 3\n'],
  [
    'hoist-invariants',
    'an iterator is used up by the first pass',
    'def f(xs: list, a: list, b: list):\n    s = 0\n    for x in xs:\n        for p, q in zip(a, b):\n            s += p * q\n    return s\n',
  ],
  [
    'precompute-elements',
    'it depends on the outer element too',
    'def f(xs: list[float], ys: list[float]):\n    s = 0.0\n    for x in xs:\n        for y in ys:\n            s += x * y\n    return s\n',
  ],
  [
    'precompute-elements',
    'the elements change',
    'def f(xs: list, ys: list):\n    s = 0\n    for x in xs:\n        for y in ys:\n            s += y["a"].lower() + "b"\n            y["a"] = s\n    return s\n',
  ],
  [
    'name-entry',
    'the entry is put in anew',
    'def f(m, k):\n    m[k][0] = 1\n    m[k] = [0, m[k][0]]\n    m[k][0] = 2\n',
  ],
  [
    'hoist-invariants',
    'what it raises is caught in the loop',
    'import math\ndef f(xs: list, t: float):\n    s = 0.0\n    for x in xs:\n        try:\n            s += math.log(t)\n        except ValueError:\n            s = 1.0\n    return s\n',
  ],
  [
    'share-expressions',
    'what it raises is caught in one of the places',
    'import math\ndef f(t: float):\n    try:\n        s = math.log(t)\n    except ValueError:\n        s = 0.0\n    if t > 1.0:\n        s += math.log(t)\n    return s\n',
  ],
  [
    'comprehend',
    'a function made in a pass would keep another name',
    'def f(xs):\n    out = []\n    for x in xs:\n        out.append(lambda: x)\n    return out\n',
  ],
  [
    'remember-seen',
    'the list goes by another name too',
    'def f(xs: list[int]):\n    seen = []\n    other = seen\n    for x in xs:\n        if x not in seen:\n            seen.append(x)\n            other.pop()\n    return seen\n',
  ],
  [
    'remember-calls',
    'each call gives a list of its own',
    'def h(x):\n    return [x]\ndef f(xs: list[float]):\n    out = []\n    for x in xs:\n        out.append(h(x))\n    return out\n',
  ],
  ['compare-directly', 'a key tells which is greater', 'def f(a, b):\n    return max(a, b, key=abs)\n'],
  [
    'write-in-place',
    'it gives what comes one by one',
    'def h(n):\n    yield n\ndef f(n):\n    return list(h(n))\n',
  ],
  ['write-in-place', 'it calls itself', 'def f(n):\n    return f(n - 1) if n else 0\n'],
  [
    'write-in-place',
    'its value is given in a loop',
    'def h(xs):\n    for x in xs:\n        return x\n    return 0\ndef f(xs):\n    y = h(xs)\n    return y\n',
  ],
  [
    'write-in-place',
    'it means another name',
    'rate = 2\ndef h(x):\n    return x * rate\ndef f(x, rate):\n    return h(x) + rate\n',
  ],
  [
    'write-in-place',
    'the call does not fit',
    'def h(x, y):\n    return x * y\ndef f(x):\n    return h(x), h(x, x, x), h(x, z=2), h(*x), h(x, x=1)\n',
  ],
  [
    'carry-last',
    'nothing may be in the list yet',
    'def f(xs):\n    out = []\n    for x in xs:\n        out.append(x + out[-1])\n    return out\n',
  ],
  [
    'carry-last',
    'a pass may put nothing into the list',
    'def f(xs):\n    out = [xs[0]]\n    for i in range(1, len(xs)):\n        if xs[i] > 0:\n            out.append(xs[i] + out[i - 1])\n    return out\n',
  ],
  [
    'carry-last',
    'it is read after the next was put in',
    'def f(xs):\n    out = [xs[0]]\n    for i in range(1, len(xs)):\n        out.append(xs[i])\n        xs[i] = out[i - 1]\n    return out\n',
  ],
  [
    'carry-last',
    'the list is used otherwise',
    'def f(xs):\n    out = [xs[0]]\n    for x in xs:\n        out.append(x + out[-1])\n        out.pop(0)\n    return out\n',
  ],
  [
    'carry-last',
    'the count begins elsewhere',
    'def f(xs):\n    out = [xs[0]]\n    for i in range(2, len(xs)):\n        out.append(xs[i] + out[i - 1])\n    return out\n',
  ],
  [
    'comprehend',
    'a value goes on to the next pass',
    'def f(xs):\n    last = 0.0\n    out = []\n    for x in xs:\n        last = x + last\n        out.append(last)\n    return out\n',
  ],
  [
    'first-round-apart',
    'the first pass may end the loop',
    'def f(xs):\n    s = 0\n    for i in range(len(xs)):\n        if i == 0:\n            break\n        s += xs[i]\n    return s\n',
  ],
  [
    'first-round-apart',
    'the first pass changes how many there are',
    'def f(xs: list):\n    s = 0\n    for i in range(len(xs)):\n        if i == 0:\n            xs.append(1)\n        else:\n            s += xs[i]\n    return s\n',
  ],
  [
    'first-round-apart',
    'the number is used after',
    'def f(xs):\n    s = 0\n    for i in range(len(xs)):\n        if i > 0:\n            s += xs[i]\n    return s + i\n',
  ],
  [
    'format-text',
    'a piece may be no text, or have quotes of its own',
    'def f(xs, s: str):\n    return [x + ": " + x + "\\n" for x in xs], "a" + s + \'"b"\', s + r"\\d" + s, s + ": "\n',
  ],
  [
    'cut-stretches',
    'nothing tells how many numbers there are',
    'def f(n: int):\n    out = []\n    while n > 0:\n        out.append(list(range(n, n + 3)))\n        n -= 1\n    return out\n',
  ],
  [
    'cut-stretches',
    'the numbers go in steps',
    'def f(n: int):\n    return [list(range(i, i + 9, 2)) for i in range(n)]\ndef g(n: int):\n    out = []\n    for i in range(n):\n        out.append(list(range(i, i + 9, 2)))\n    return out\n',
  ],
  [
    'select-by-rank',
    'the sorted list is used otherwise, or not for certain',
    'import numpy as np\ndef f(xs, n):\n    ys = sorted(xs)\n    if n > 2:\n        return ys[n]\n    ys = sorted(xs, reverse=True)\n    a = ys[n]\n    ys = sorted(xs)\n    return ys[n], ys\n',
  ],
  [
    'select-by-rank',
    'another function may see the order',
    'import numpy as np\ndef f(xs, n, work):\n    xs = sorted(xs)\n    y = xs[n]\n    work(y)\n    xs[0] = y\n    return y\n',
  ],
  [
    'list-inside',
    'not all elements are taken',
    'def f(xs):\n    return any(x > 1 for x in xs), next(x for x in xs), list(x for x in xs)\n',
  ],
  [
    'count-apart',
    'each pass counts another entry',
    'def f(xs: list[str]):\n    c = {}\n    for x in xs:\n        c[x] = c.get(x, 0) + 1\n    return c\n',
  ],
  [
    'count-apart',
    'the loop or another name may look at the counts',
    'def f(xs: list[str], k: str):\n    c = {}\n    for x in xs:\n        c[k] = c.get(k, 0) + 1\n        print(len(c))\n    d = {}\n    e = d\n    for x in xs:\n        d[k] = d.get(k, 0) + 1\n        print(e)\n    return c\n',
  ],
  ['compare-directly', 'the values are in a list', 'def f(xs):\n    return max(xs)\n'],
  [
    'compare-directly',
    'both are computed where nothing can be kept',
    'def f(xs, a):\n    return [x for x in xs for y in xs[:max(a + x, a * x)]]\n',
  ],
]

test.each(REFUSED)('%s leaves it where %s', (transform, _why, source) => {
  expect(sitesOf(transform, source)).toEqual([])
})

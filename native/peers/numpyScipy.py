# numpy and scipy on the options of the oracle, one thread: price and eight Greeks by the textbook. Prints millions of options a second.
import sys
import time

import numpy as np
from scipy.special import ndtr


def greeks(S, K, T, v, r, q, w):
    root = np.sqrt(T)
    s = v * root
    d1 = (np.log(S / K) + (r - q) * T) / s + 0.5 * s
    d2 = d1 - s
    carried, discounted = np.exp(-q * T), np.exp(-r * T)
    density = 0.3989422804014327 * np.exp(-0.5 * d1 * d1)
    n1, n2 = ndtr(w * d1), ndtr(w * d2)
    shares, owed = S * carried, K * discounted
    delta, vega = w * carried * n1, shares * density * root
    return (
        w * (shares * n1 - owed * n2),
        delta,
        carried * density / (S * s),
        -shares * density * v / (2 * root) + w * (q * shares * n1 - r * owed * n2),
        vega,
        w * T * owed * n2,
        -carried * density * d2 / v,
        q * delta - carried * density * (2 * (r - q) * T - d2 * s) / (2 * T * s),
        vega * d1 * d2 / v,
    )


count = int(sys.argv[2])
columns = np.fromfile(sys.argv[1], count=7 * count).reshape(7, count)
best = 1e9
for size in (16384, count):
    for _ in range(5):
        since = time.process_time()
        for first in range(0, count, size):
            greeks(*columns[:, first : first + size])
        best = min(best, time.process_time() - since)
print(count / best / 1e6)

"""One PPO update (forward, backward, Adam) of a small network in numpy, and in torch with `torch` as argument.

Reads the batch as JSON from standard input; answers microseconds a step (p50 and p99) and the loss at the first and the
hundredth step, so that it can be seen that the same is computed. Ends with 3 where the library is not installed.
"""
import json
import sys
import time

try:
    import numpy as np

    torch = None
    if sys.argv[1] == 'torch':
        import torch
except ImportError as error:
    sys.stderr.write(str(error))
    sys.exit(3)

given = json.load(sys.stdin)
ROWS, STEPS = given['rows'], given['steps']
SHAPES = [tuple(shape) for _, shape in given['layout']]
RATE, FIRST, SECOND, EPSILON = given['learningRate'], 0.9, 0.999, given['epsilon']
CLIP, VALUE_CLIP, VALUE_WEIGHT, ENTROPY_WEIGHT = 0.2, given['valueClip'], 0.5, 0.01
LONGEST = given['longestGradient']
f = np.float32


def column(name, *shape):
    return np.array(given['batch'][name], f).reshape(shape) if shape else np.array(given['batch'][name], f)


x, masks, actions = column('observations', ROWS, -1), column('masks', ROWS, -1), column('actions', ROWS, -1)
old, old_values = column('oldLogProbabilities'), column('oldValues')
advantages, returns = column('advantages'), column('returns')
start = np.array(given['parameters'], f)


def parts(flat):
    offset, views = 0, []
    for shape in SHAPES:
        size = int(np.prod(shape))
        views.append(flat[offset:offset + size].reshape(shape))
        offset += size
    return views


def answer(times, first, hundredth):
    times = sorted(times[len(times) // 10:])
    print(json.dumps({
        'p50': times[len(times) // 2] * 1e6,
        'p99': times[int(len(times) * 0.99)] * 1e6,
        'first': float(first),
        'hundredth': float(hundredth),
    }))


def with_numpy():
    p = start.copy()
    m, v, g = np.zeros_like(p), np.zeros_like(p), np.empty_like(p)
    w1, b1, w2, b2, wp, bp, wv, bv = parts(p)
    g1, h1g, g2, h2g, gp, hp, gv, hv = parts(g)
    times, first, hundredth = [], 0, 0
    for step in range(1, STEPS + 1):
        begun = time.perf_counter()
        h1 = np.tanh(x @ w1 + b1)
        h2 = np.tanh(h1 @ w2 + b2)
        logits = np.where(masks > 0.5, h2 @ wp + bp, f(-1e9))
        values = (h2 @ wv + bv)[:, 0]
        logits = logits - logits.max(1, keepdims=True)
        log_p = logits - np.log(np.exp(logits).sum(1, keepdims=True))
        p_all = np.exp(log_p)
        ratio = np.exp((log_p * actions).sum(1) - old)
        free, held = ratio * advantages, np.clip(ratio, 1 - CLIP, 1 + CLIP) * advantages
        entropy = -(p_all * log_p).sum(1)
        moved = old_values + np.clip(values - old_values, -VALUE_CLIP, VALUE_CLIP)
        off, off_moved = values - returns, moved - returns
        loss = (-np.minimum(free, held).mean() + VALUE_WEIGHT * 0.5 * np.maximum(off * off, off_moved * off_moved).mean()
                - ENTROPY_WEIGHT * entropy.mean())
        is_free = ((free < held) | ((ratio > 1 - CLIP) & (ratio < 1 + CLIP))).astype(f)
        g_taken = -(advantages * ratio * is_free) / ROWS
        g_logits = g_taken[:, None] * (actions - p_all) + (ENTROPY_WEIGHT / ROWS) * p_all * (log_p + entropy[:, None])
        inside = np.abs(values - old_values) < VALUE_CLIP
        g_values = (VALUE_WEIGHT / ROWS * np.where(inside | (off * off >= off_moved * off_moved), off, 0))[:, None].astype(f)
        gp[:], hp[:] = h2.T @ g_logits, g_logits.sum(0)
        gv[:], hv[:] = h2.T @ g_values, g_values.sum(0)
        g_h2 = (g_logits @ wp.T + g_values @ wv.T) * (1 - h2 * h2)
        g2[:], h2g[:] = h1.T @ g_h2, g_h2.sum(0)
        g_h1 = (g_h2 @ w2.T) * (1 - h1 * h1)
        g1[:], h1g[:] = x.T @ g_h1, g_h1.sum(0)
        length = np.sqrt((g * g).sum())
        if length > LONGEST:
            g *= LONGEST / (length + 1e-6)
        m *= FIRST
        m += (1 - FIRST) * g
        v *= SECOND
        v += (1 - SECOND) * g * g
        p -= RATE / (1 - FIRST ** step) * m / (np.sqrt(v / (1 - SECOND ** step)) + EPSILON)
        times.append(time.perf_counter() - begun)
        if step == 1:
            first = loss
        if step == 100:
            hundredth = loss
    answer(times, first, hundredth)


def with_torch():
    torch.set_num_threads(1)
    weights = [torch.tensor(part.copy(), requires_grad=True) for part in parts(start)]
    data = [torch.tensor(each) for each in (x, masks, actions, old, old_values, advantages, returns)]
    tx, tm, ta, to, tov, tadv, tret = data
    optimiser = torch.optim.Adam(weights, lr=RATE, eps=EPSILON)
    times, first, hundredth = [], 0, 0
    for step in range(1, STEPS + 1):
        begun = time.perf_counter()
        h = torch.tanh(torch.addmm(weights[1], tx, weights[0]))
        h = torch.tanh(torch.addmm(weights[3], h, weights[2]))
        logits = torch.where(tm > 0.5, torch.addmm(weights[5], h, weights[4]), torch.tensor(-1e9))
        values = torch.addmm(weights[7], h, weights[6])[:, 0]
        log_p = torch.log_softmax(logits, 1)
        ratio = torch.exp((log_p * ta).sum(1) - to)
        policy = torch.min(ratio * tadv, torch.clamp(ratio, 1 - CLIP, 1 + CLIP) * tadv).mean()
        moved = tov + torch.clamp(values - tov, -VALUE_CLIP, VALUE_CLIP)
        value = torch.max((values - tret) ** 2, (moved - tret) ** 2).mean() * 0.5
        loss = VALUE_WEIGHT * value - policy + ENTROPY_WEIGHT * (log_p.exp() * log_p).sum(1).mean()
        optimiser.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(weights, LONGEST)
        optimiser.step()
        times.append(time.perf_counter() - begun)
        if step == 1:
            first = loss.item()
        if step == 100:
            hundredth = loss.item()
    answer(times, first, hundredth)


with_torch() if torch else with_numpy()

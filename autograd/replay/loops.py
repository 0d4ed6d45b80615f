"""The source of the loops over weighted sums, which have no rule in the table; see `kernels` for their integers."""

from __future__ import annotations

__all__ = ["ROWS_BACKWARD", "ROWS_FORWARD", "SUMS_BACKWARD", "SUMS_FORWARD"]

# Four sums of equal length at a time: the next product need not wait for the sum before it.
SUMS_FORWARD = """\
bounds, w, x = code[p], code[p + u1], code[p + u2]
r = u0
while r < n:
    a, b = index[bounds + r], index[bounds + r + u1]
    size = b - a
    t0 = ZERO
    four = r + u4 <= n
    for k in range(u4 if four else u0):
        four = four and index[bounds + r + k + u1] - index[bounds + r + k] == size
    if four:
        t1, t2, t3 = ZERO, ZERO, ZERO
        w0, x0 = w + a, x + a
        w1, x1 = w0 + size, x0 + size
        w2, x2 = w1 + size, x1 + size
        w3, x3 = w2 + size, x2 + size
        for k in range(size):
            t0 += v[index[w0 + k]] * v[index[x0 + k]]
            t1 += v[index[w1 + k]] * v[index[x1 + k]]
            t2 += v[index[w2 + k]] * v[index[x2 + k]]
            t3 += v[index[w3 + k]] * v[index[x3 + k]]
        v[o + r] = t0
        v[o + r + u1] = t1
        v[o + r + u2] = t2
        v[o + r + u3] = t3
        r += u4
    else:
        for k in range(a, b):
            t0 += v[index[w + k]] * v[index[x + k]]
        v[o + r] = t0
        r += u1
"""

SUMS_BACKWARD = """\
bounds, w, x = code[p], code[p + u1], code[p + u2]
for r in range(n):
    up = g[o + r]
    for k in range(index[bounds + r], index[bounds + r + u1]):
        a, b = index[w + k], index[x + k]
        g[a] += v[b] * up
        g[b] += v[a] * up
"""

# Eight pairs at a time: the sum so far is read and written once for eight products, in the order of the pairs.
_PAIRS = "; ".join(f"w{i}, b{i} = v[index[k + u{i}]], index[x + k + u{i}] + s" for i in range(8))
_PRODUCTS = " + ".join(f"w{i} * v[b{i} + e]" for i in range(8))
ROWS_FORWARD = f"""\
length, before, along = code[p], code[p + u1], code[p + u2]
pairs = before + along + code[p + u3]
for s in range(u0, length, u512):
    m = min(u512, length - s)
    for r in range(n):
        q, w, x = o + r * length + s, code[p + u4] + r * pairs, code[p + u5] + r * pairs
        total = ZERO
        for k in range(before):
            total += v[index[w + k]] * v[index[x + k]]
        for e in range(m):
            v[q + e] = total
        k, end = w + before, w + before + along
        x -= w
        while k + u8 <= end:
            {_PAIRS}
            for e in range(m):
                v[q + e] = v[q + e] + {_PRODUCTS}
            k += u8
        while k < end:
            w0, b0 = v[index[k]], index[x + k] + s
            for e in range(m):
                v[q + e] += w0 * v[b0 + e]
            k += u1
        while k < w + pairs:
            total = v[index[k]] * v[index[x + k]]
            for e in range(m):
                v[q + e] += total
            k += u1
"""

# Four rows at a time where they have the same values. `plus` adds in any order, which is allowed here only: it is what
# lets a sum over the samples become vector instructions.
ROWS_BACKWARD = """\
length, before, along = code[p], code[p + u1], code[p + u2]
pairs, shared = before + along + code[p + u3], code[p + u6]
for s in range(u0, length, u512):
    m = min(u512, length - s)
    r = n
    while r > u0 and along < pairs:
        r -= u1
        q, w, x = o + r * length + s, code[p + u4] + r * pairs, code[p + u5] + r * pairs
        s0 = ZERO
        for e in range(m):
            s0 = plus(s0, g[q + e])
        for k in range(pairs):
            if k < before or k >= before + along:
                a, b = index[w + k], index[x + k]
                g[a] += v[b] * s0
                g[b] += v[a] * s0
    r = n
    while r > u0:
        four = shared and r & u3 == u0
        r -= u4 if four else u1
        q, w, x = o + r * length + s, code[p + u4] + r * pairs + before, code[p + u5] + r * pairs + before
        if four:
            q1, w1 = q + length, w + pairs
            q2, w2 = q1 + length, w1 + pairs
            q3, w3 = q2 + length, w2 + pairs
            for k in range(along):
                b, a0, a1, a2, a3 = index[x + k] + s, index[w + k], index[w1 + k], index[w2 + k], index[w3 + k]
                v0, v1, v2, v3 = v[a0], v[a1], v[a2], v[a3]
                s0, s1, s2, s3 = ZERO, ZERO, ZERO, ZERO
                for e in range(m):
                    value, g0, g1, g2, g3 = v[b + e], g[q + e], g[q1 + e], g[q2 + e], g[q3 + e]
                    s0 = plus(s0, g0 * value)
                    s1 = plus(s1, g1 * value)
                    s2 = plus(s2, g2 * value)
                    s3 = plus(s3, g3 * value)
                    g[b + e] = g[b + e] + g3 * v3 + g2 * v2 + g1 * v1 + g0 * v0
                g[a3] += s3
                g[a2] += s2
                g[a1] += s1
                g[a0] += s0
        else:
            for k in range(along):
                b, a0 = index[x + k] + s, index[w + k]
                v0, s0 = v[a0], ZERO
                for e in range(m):
                    g0 = g[q + e]
                    s0 = plus(s0, g0 * v[b + e])
                    g[b + e] += g0 * v0
                g[a0] += s0
"""

"""The source of the loops over weighted sums, which have no rule in the table; see `kernels` for their integers.

SUMS finds its arguments in a0, a1, a2: the places in `index` of the bounds, the weights, the values. ROWS finds there
the place of the weights of the row it starts with, how far behind it that of the values is, and the place in `code` of
its other arguments, which `compiled` lists.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

__all__ = ["SUMS_BACKWARD", "SUMS_FORWARD", "rows_backward", "rows_forward"]

# Four sums of equal length at a time: the next product need not wait for the sum before it.
SUMS_FORWARD = """\
r = u0
while r < n:
    a = index[a0 + r]; b = index[a0 + r + u1]
    size = b - a
    t0 = ZERO
    four = r + u4 <= n
    for k in range(u4 if four else u0):
        four = four and index[a0 + r + k + u1] - index[a0 + r + k] == size
    if four:
        t1 = ZERO; t2 = ZERO; t3 = ZERO
        x0 = a2 + a; x1 = x0 + size; x2 = x1 + size; x3 = x2 + size
        w0 = a1 + a; w1 = w0 + size; w2 = w1 + size; w3 = w2 + size
        for k in range(size):
            t0 += v[index[w0 + k]] * v[index[x0 + k]]
            t1 += v[index[w1 + k]] * v[index[x1 + k]]
            t2 += v[index[w2 + k]] * v[index[x2 + k]]
            t3 += v[index[w3 + k]] * v[index[x3 + k]]
        b = o + r
        v[b] = t0; v[b + u1] = t1; v[b + u2] = t2; v[b + u3] = t3
        r += u4
    else:
        for k in range(a, b):
            t0 += v[index[a1 + k]] * v[index[a2 + k]]
        v[o + r] = t0
        r += u1
"""

SUMS_BACKWARD = """\
for r in range(n):
    up = g[o + r]
    for k in range(index[a0 + r], index[a0 + r + u1]):
        a = index[a1 + k]; b = index[a2 + k]
        g[a] += v[b] * up
        g[b] += v[a] * up
"""


def rows_forward(parts: Collection[str]) -> str:
    """The loop over the rows of ROWS, with those of its parts that are needed: "pairs", "pair", "after"."""
    return _chosen(_FORWARD, parts)


def rows_backward(parts: Collection[str]) -> str:
    """The loop that sends their gradients back, from the last row: "same", "row", "rows"."""
    return _chosen(_BACKWARD, parts)


def _chosen(texts: Mapping[str, str], parts: Collection[str]) -> str:
    return "".join(text for part, text in texts.items() if part in parts or part.startswith("always"))


# Four pairs at a time: the sum so far is read and written once for four products, in the order of the pairs.
_PAIRS = "; ".join(f"w{i} = v[index[k + u{i}]]; b{i} = index[x + u{i}] + s" for i in range(4)).replace(" + u0]", "]")
_PRODUCTS = " + ".join(f"w{i} * v[b{i} + e]" for i in range(4))
_FORWARD = {
    "always first": """\
length = code[a2]; m = code[a2 + u1]; s = code[a2 + u2]
before = code[a2 + u3]; along = code[a2 + u4]; pairs = code[a2 + u5]
for _ in range(n):
    total = ZERO
    for k in range(a0, a0 + before):
        total += v[index[k]] * v[index[a1 + k]]
    for e in range(m):
        v[o + e] = total
    k = a0 + before; end = k + along
""",
    "pairs": f"""\
    while k + u4 <= end:
        x = a1 + k
        {_PAIRS}
        for e in range(m):
            v[o + e] = v[o + e] + {_PRODUCTS}
        k += u4
""",
    "pair": """\
    while k < end:
        w0 = v[index[k]]; b0 = index[a1 + k] + s
        for e in range(m):
            v[o + e] += w0 * v[b0 + e]
        k += u1
""",
    "after": """\
    while k < a0 + pairs:
        total = v[index[k]] * v[index[a1 + k]]
        for e in range(m):
            v[o + e] += total
        k += u1
""",
    "always last": """\
    o += length; a0 += pairs
""",
}

# `plus` adds in any order, which is allowed here only: it is what makes a sum over the samples vector instructions.
_BACKWARD = {
    "always first": """\
length = code[a2]; m = code[a2 + u1]; s = code[a2 + u2]
before = code[a2 + u3]; along = code[a2 + u4]; pairs = code[a2 + u5]; fours = code[a2 + u6]
""",
    "same": """\
w = a0; q = o
for _ in range(n):
    s0 = ZERO
    for e in range(m):
        s0 = plus(s0, g[q + e])
    k = w
    while k < w + pairs:
        if along and k == w + before:
            k += along
            continue
        a = index[k]; b = index[a1 + k]
        g[a] += v[b] * s0
        g[b] += v[a] * s0
        k += u1
    q -= length; w -= pairs
""",
    "row": """\
for _ in range(n - fours - fours - fours - fours):
    for k in range(a0 + before, a0 + before + along):
        a = index[k]; b = index[a1 + k] + s
        v0 = v[a]
        s0 = ZERO
        for e in range(m):
            g0 = g[o + e]
            s0 = plus(s0, g0 * v[b + e])
            g[b + e] += g0 * v0
        g[a] += s0
    o -= length; a0 -= pairs
""",
    # Four rows that have the same values.
    "rows": """\
for _ in range(fours):
    q1 = o - length; q2 = q1 - length; q3 = q2 - length
    for k in range(a0 + before, a0 + before + along):
        b = index[a1 + k] + s
        a = index[k]; w = k - pairs
        aa = index[w]; w -= pairs
        ab = index[w]; w -= pairs
        ac = index[w]
        v0 = v[a]; v1 = v[aa]; v2 = v[ab]; v3 = v[ac]
        s0 = ZERO; s1 = ZERO; s2 = ZERO; s3 = ZERO
        for e in range(m):
            x0 = v[b + e]
            g0 = g[o + e]; g1 = g[q1 + e]; g2 = g[q2 + e]; g3 = g[q3 + e]
            s0 = plus(s0, g0 * x0); s1 = plus(s1, g1 * x0); s2 = plus(s2, g2 * x0); s3 = plus(s3, g3 * x0)
            g[b + e] = g[b + e] + g0 * v0 + g1 * v1 + g2 * v2 + g3 * v3
        g[a] += s0; g[aa] += s1; g[ab] += s2; g[ac] += s3
    o = q3 - length; a0 -= pairs + pairs + pairs + pairs
""",
}

/* A scalar graph as arrays, run by a loop with a switch: forward, backward, update.

   REAL is float or double. Node i is a leaf if i < leaves; otherwise gate i - leaves computed it. */

#include <stdint.h>
#include <string.h>
#include <tgmath.h>

typedef REAL real;

enum { ADD, MUL, RELU, TANH, EXP, LOG };  /* as in Tape.names */

typedef struct {
    long leaves, gates, wanted;
    const uint8_t *gate;
    const uint32_t *a, *b;
    const uint32_t *updated;  /* leaves that are trained */
    real *value, *slope;      /* of every node; values of leaves are set */
    real rate;                /* 0 where nothing is trained */
    long root;
} Tape;

double run(Tape *tape) {
    const long leaves = tape->leaves;
    const uint32_t *restrict a = tape->a, *restrict b = tape->b;
    real *restrict v = tape->value, *restrict g = tape->slope;
    for (long i = 0; i < tape->gates; i++) {
        real x = v[a[i]], out = 0;
        switch (tape->gate[i]) {
            case ADD: out = x + v[b[i]]; break;
            case MUL: out = x * v[b[i]]; break;
            case RELU: out = x > 0 ? x : 0; break;
            case TANH: out = tanh(x); break;
            case EXP: out = exp(x); break;
            case LOG: out = log(x); break;
        }
        v[leaves + i] = out;
    }
    memset(g, 0, sizeof(real) * (leaves + tape->gates));
    g[tape->root] = 1;
    for (long i = tape->gates - 1; i >= 0; i--) {
        const real up = g[leaves + i], out = v[leaves + i];
        const uint32_t p = a[i];
        switch (tape->gate[i]) {
            case ADD:
                g[p] += up;
                g[b[i]] += up;
                break;
            case MUL: {
                const real x = v[p], y = v[b[i]];
                g[p] += y * up;
                g[b[i]] += x * up;
                break;
            }
            case RELU: g[p] += out > 0 ? up : 0; break;
            case TANH: g[p] += (1 - out * out) * up; break;
            case EXP: g[p] += out * up; break;
            case LOG: g[p] += up / v[p]; break;
        }
    }
    if (tape->rate != 0)
        for (long i = 0; i < tape->wanted; i++) v[tape->updated[i]] -= tape->rate * g[tape->updated[i]];
    return v[tape->root];
}

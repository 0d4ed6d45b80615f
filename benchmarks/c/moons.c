/* The moons step by hand: 2-16-16-1, hinge loss and weight decay, forward, backward and update.

   REAL is float or double. `by_sample` is plain C: the points one after another, units innermost, for the compiler to
   vectorise. `by_block` is what an expert makes of it: points innermost, as many as fill a vector of 64 bytes. */

#include <string.h>

typedef REAL real;

enum { H = 16, BLOCK = 64 / sizeof(real) };

typedef struct {
    real w1[H][2], w2[H][H], w3[H], b1[H], b2[H], b3;
} Network;

typedef struct {
    Network net;
    long count, blocks;   /* points; blocks of points, the last filled up with points of weight 0 */
    const real *x0, *x1;  /* coordinates */
    const real *y;        /* labels, 1 or -1 */
    const real *share;    /* 1 / count, or 0 for a point that only fills up */
    real decay, rate;
} Problem;

static real penalty(const Network *net) {
    const real *p = (const real *)net;
    real total = 0;
    for (size_t i = 0; i < sizeof(Network) / sizeof(real); i++) total += p[i] * p[i];
    return total;
}

static void update(Network *net, const Network *slope, real decay, real rate) {
    real *p = (real *)net;
    const real *g = (const real *)slope;
    for (size_t i = 0; i < sizeof(Network) / sizeof(real); i++) p[i] -= rate * (g[i] + 2 * decay * p[i]);
}

double by_sample(Problem *q) {
    Network *net = &q->net, slope;
    real t1[2][H], t2[H][H];  /* weights with outputs innermost, for the way forward */
    real s1[2][H], s2[H][H];  /* their slopes */
    real loss = 0;
    memset(&slope, 0, sizeof slope);
    memset(s1, 0, sizeof s1);
    memset(s2, 0, sizeof s2);
    for (int j = 0; j < H; j++) {
        for (int k = 0; k < 2; k++) t1[k][j] = net->w1[j][k];
        for (int k = 0; k < H; k++) t2[k][j] = net->w2[j][k];
    }
    for (long s = 0; s < q->count; s++) {
        real h1[H], h2[H], g1[H], g2[H], score = net->b3;
        real x0 = q->x0[s], x1 = q->x1[s], y = q->y[s], share = q->share[s];
        for (int j = 0; j < H; j++) {
            real sum = net->b1[j] + t1[0][j] * x0 + t1[1][j] * x1;
            h1[j] = sum > 0 ? sum : 0;
        }
        for (int j = 0; j < H; j++) h2[j] = net->b2[j];
        for (int k = 0; k < H; k++)
            for (int j = 0; j < H; j++) h2[j] += t2[k][j] * h1[k];
        for (int j = 0; j < H; j++) h2[j] = h2[j] > 0 ? h2[j] : 0;
        for (int j = 0; j < H; j++) score += net->w3[j] * h2[j];
        real margin = 1 - y * score;
        real g = margin > 0 ? -y * share : 0;
        loss += (margin > 0 ? margin : 0) * share;
        slope.b3 += g;
        for (int j = 0; j < H; j++) {
            slope.w3[j] += g * h2[j];
            g2[j] = h2[j] > 0 ? g * net->w3[j] : 0;
            slope.b2[j] += g2[j];
            g1[j] = 0;
        }
        for (int k = 0; k < H; k++)
            for (int j = 0; j < H; j++) s2[k][j] += g2[j] * h1[k];
        for (int j = 0; j < H; j++)
            for (int k = 0; k < H; k++) g1[k] += g2[j] * net->w2[j][k];
        for (int j = 0; j < H; j++) {
            g1[j] = h1[j] > 0 ? g1[j] : 0;
            slope.b1[j] += g1[j];
            s1[0][j] += g1[j] * x0;
            s1[1][j] += g1[j] * x1;
        }
    }
    for (int j = 0; j < H; j++) {
        for (int k = 0; k < 2; k++) slope.w1[j][k] = s1[k][j];
        for (int k = 0; k < H; k++) slope.w2[j][k] = s2[k][j];
    }
    loss += q->decay * penalty(net);
    update(net, &slope, q->decay, q->rate);
    return loss;
}

typedef real lanes __attribute__((vector_size(64)));

static inline lanes positive(lanes x, lanes condition) {  /* x where condition > 0, otherwise 0 */
    __typeof__(condition > 0) bits;
    memcpy(&bits, &x, sizeof bits);
    bits &= condition > 0;
    memcpy(&x, &bits, sizeof bits);
    return x;
}

static real sum(lanes x) {
    real total = 0;
    for (int s = 0; s < BLOCK; s++) total += x[s];
    return total;
}

double by_block(Problem *q) {
    Network *net = &q->net, slope;
    const lanes none = {0};
    lanes loss = none, b3 = none, w3[H], b2[H], b1[H], w2[H][H], w1[H][2];
    memset(w3, 0, sizeof w3);
    memset(b2, 0, sizeof b2);
    memset(b1, 0, sizeof b1);
    memset(w2, 0, sizeof w2);
    memset(w1, 0, sizeof w1);
    for (long block = 0; block < q->blocks; block++) {
        lanes x0, x1, y, share, h1[H], h2[H], g1[H], g2[H];
        memcpy(&x0, q->x0 + block * BLOCK, sizeof x0);
        memcpy(&x1, q->x1 + block * BLOCK, sizeof x1);
        memcpy(&y, q->y + block * BLOCK, sizeof y);
        memcpy(&share, q->share + block * BLOCK, sizeof share);
        lanes score = none + net->b3;
        for (int j = 0; j < H; j++) {
            lanes total = net->b1[j] + net->w1[j][0] * x0 + net->w1[j][1] * x1;
            h1[j] = positive(total, total);
        }
        for (int j = 0; j < H; j++) {
            lanes total = none + net->b2[j];
            for (int k = 0; k < H; k++) total += net->w2[j][k] * h1[k];
            h2[j] = positive(total, total);
            score += net->w3[j] * h2[j];
        }
        lanes margin = 1 - y * score, g = positive(-y * share, margin);
        loss += positive(margin, margin) * share;
        b3 += g;
        for (int j = 0; j < H; j++) {
            w3[j] += g * h2[j];
            g2[j] = positive(g * net->w3[j], h2[j]);
            b2[j] += g2[j];
            g1[j] = none;
        }
        for (int j = 0; j < H; j++)
            for (int k = 0; k < H; k++) {
                g1[k] += g2[j] * net->w2[j][k];
                w2[j][k] += g2[j] * h1[k];
            }
        for (int k = 0; k < H; k++) {
            lanes up = positive(g1[k], h1[k]);
            b1[k] += up;
            w1[k][0] += up * x0;
            w1[k][1] += up * x1;
        }
    }
    slope.b3 = sum(b3);
    for (int j = 0; j < H; j++) {
        slope.w3[j] = sum(w3[j]);
        slope.b2[j] = sum(b2[j]);
        slope.b1[j] = sum(b1[j]);
        for (int k = 0; k < 2; k++) slope.w1[j][k] = sum(w1[j][k]);
        for (int k = 0; k < H; k++) slope.w2[j][k] = sum(w2[j][k]);
    }
    double total = sum(loss) + q->decay * penalty(net);
    update(net, &slope, q->decay, q->rate);
    return total;
}

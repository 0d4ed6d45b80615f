// Real functions where JavaScript's own differ from Python's (see ieee.py): they answer as IEEE 754 and C do.

/** x to the y, as C's pow; JavaScript alone answers NaN for 1 to the NaN and for ±1 to the ±Infinity. */
export function ieeePow(x, y) {
  return x === 1 || (x === -1 && Math.abs(y) === Infinity) ? 1 : Math.pow(x, y);
}

/** Remainder with the sign of the divisor, as Python's %; NaN for a zero divisor. */
export function ieeeMod(x, y) {
  const r = x % y;
  if (r === 0) return y < 0 ? -0 : 0;
  return r < 0 !== y < 0 ? r + y : r;
}

/** Floor of x / y, as Python's //; as x / y for a zero divisor. */
export function ieeeFloordiv(x, y) {
  if (y === 0) return x / y;
  const r = x % y;
  const q = (x - r) / y - (r !== 0 && r < 0 !== y < 0 ? 1 : 0);
  // A zero has the sign of the quotient.
  if (q === 0) return 0 * (x / y);
  const whole = Math.floor(q);
  return q - whole > 0.5 ? whole + 1 : whole;
}

/** Error function: the series of Abramowitz and Stegun 7.1.6 below 2, one minus the fraction of 7.1.14 above. */
export function ieeeErf(x) {
  const z = Math.abs(x);
  if (z < 2) {
    let term = x, sum = x;
    for (let n = 1; Math.abs(term) > 1e-17 * Math.abs(sum); n++) sum += term *= (2 * x * x) / (2 * n + 1);
    return (2 / Math.sqrt(Math.PI)) * Math.exp(-x * x) * sum;
  }
  let fraction = z;
  for (let n = 60; n; n--) fraction = z + n / 2 / fraction;
  return x === x ? Math.sign(x) * (1 - Math.exp(-z * z) / Math.sqrt(Math.PI) / fraction) : x;
}

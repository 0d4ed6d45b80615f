// The functions of Math in use here, by their own names.

export const { abs, hypot, max, min, round, sign } = Math;

export const clamp = (x, low, high) => min(max(x, low), high);

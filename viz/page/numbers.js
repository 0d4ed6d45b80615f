// Numbers as people see and type them, exactly as the engine's own text has them (autograd/text.py).

/** The significant digits of a finite number but zero, its exponent, and whether it is negative. */
function decimalParts(x, text) {
  const [mantissa, exponent] = text.split("e");
  return { negative: x < 0, digits: mantissa.replace(/[-.]/g, ""), exponent: Number(exponent) };
}

/** A number rounded to some significant digits, an exact half to the even digit, as Python does and JavaScript does not. */
function roundedParts(x, digits) {
  const parts = decimalParts(x, x.toExponential(digits - 1));
  // A double that lies halfway has few digits: if 60 of them show nothing but zeros after a 5, there is nothing else.
  const exact = decimalParts(x, x.toExponential(60));
  const last = Number(parts.digits[digits - 1]);
  if (/^50*$/.test(exact.digits.slice(digits)) && last % 2 && parts.exponent === exact.exponent) {
    parts.digits = parts.digits.slice(0, -1) + (last - 1);
  }
  return parts;
}

/** Digits and exponent written out, with an exponent of two digits below 1e-4 and from `10 ** limit` on. */
function writtenNumber({ negative, digits, exponent }, limit, point) {
  const sign = negative ? "-" : "";
  const kept = digits.replace(/0+$/, "") || "0";
  if (exponent < -4 || exponent >= limit) {
    const size = String(Math.abs(exponent)).padStart(2, "0");
    return `${sign}${kept[0]}${kept.length > 1 ? "." + kept.slice(1) : ""}e${exponent < 0 ? "-" : "+"}${size}`;
  }
  if (exponent < 0) return `${sign}0.${"0".repeat(-exponent - 1)}${kept}`;
  const whole = kept.slice(0, exponent + 1).padEnd(exponent + 1, "0");
  return sign + whole + (kept.length > exponent + 1 ? "." + kept.slice(exponent + 1) : point);
}

/** What is written for a number without digits of its own: zeros, infinities and nan; null for all others. */
function specialNumber(x, point) {
  if (x !== x) return "nan";
  if (x === 0) return (Object.is(x, -0) ? "-0" : "0") + point;
  return Math.abs(x) === Infinity ? (x < 0 ? "-inf" : "inf") : null;
}

/** A number for reading: `digits` significant digits, no trailing zeros, a real minus sign, no sign of zero; empty for null. An array brings its text. */
export function formatNumber(x, digits = 4) {
  if (x == null || x.t) return x?.t ?? "";
  if (x === 0) return "0";
  const text = specialNumber(x, "") ?? writtenNumber(roundedParts(x, digits), digits, "");
  return text.replaceAll("-", "−");
}

/** The number to full precision, as Python writes a float: the shortest text that reads back as the same number. */
export function exactNumber(x) {
  return x?.x ?? specialNumber(x, ".0") ?? writtenNumber(decimalParts(x, x.toExponential()), 16, ".0");
}

/** The number as `formatNumber` has it, in brackets where it is negative: a factor or a term of a longer line. */
export function signed(x) {
  const shown = formatNumber(x);
  return shown.startsWith("−") ? `(${shown})` : shown;
}

/** The number a person typed, as Python's `float` reads it, with a real minus sign too; null for anything else. */
export function parseNumber(text) {
  const plain = text.trim().replaceAll("−", "-").toLowerCase();
  const special = /^([+-]?)(inf|infinity|nan)$/.exec(plain);
  if (special) return special[2] === "nan" ? NaN : special[1] === "-" ? -Infinity : Infinity;
  const whole = /^[+-]?(\d+(_\d+)*\.?(\d+(_\d+)*)?|\.\d+(_\d+)*)(e[+-]?\d+(_\d+)*)?$/;
  return whole.test(plain) ? Number(plain.replaceAll("_", "")) : null;
}

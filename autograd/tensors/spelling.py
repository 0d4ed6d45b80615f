"""How a trace of tensors spells what operations compute and what they send back, in Unicode and LaTeX.

Names are put in last, by one `str.translate`, so that nothing in a name is ever read as part of a formula.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import numpy as np

from ..formula import Blanks, Formula
from ..gate import Gate
from ..latex import escape_latex
from ..operation import Operation
from ..steps import is_loose
from ..text import format_number, shorten

__all__ = ["Spelling"]

_FIRST = 0xF0000
"""Where the private characters begin that stand for operands."""
_FORMS = {
    "matmul": "{0} @ {1}", "transpose": "{0}ᵀ", "linear": "{0} · {1}ᵀ + {2}", "alias": "{0}", "sum": "Σ {0}",
    "sum_to": "Σ {0}", "getitem": "{0}[index]", "outer": "{0} ⊗ {1}", "sum_of_squares": "Σ {0}²",
}  # fmt: skip
"""Operations that have a notation of their own; all others are written as functions."""
_LONGEST = 40
"""Characters of an operation's options that a formula shows."""
_BLANK = re.compile(r"\{(\d+)\}")
_OUT = re.compile(r"\bout\b")
_SUBSCRIPTS = str.maketrans("0123456789,", "₀₁₂₃₄₅₆₇₈₉,")
_LATEX = {
    "·": r" \cdot ", "⊙": r" \odot ", "⊗": r" \otimes ", "Σ": r"\sum ", "ᵀ": r"^{\top}", "−": "-", "@": " ",
    "×": r" \times ", "²": "^2", "…": r"\ldots ", "≤": r"\le ", "≥": r"\ge ", "√": r"\sqrt ", "⌊": r"\lfloor ",
    "⌋": r"\rfloor ", "ᵢ": "_i", "∂": r"\partial ", "π": r"\pi ", "∇": r"\nabla ", "<": "<", ">": ">", "|": "|",
    "'": r"\text{'}",
}  # fmt: skip
_TOKEN = re.compile(r"[A-Za-z_][\w ]*\w|[A-Za-z_]|.", re.DOTALL)


class Spelling:
    """One application of an operation, with its operands as they are shown.

    Args:
        rule: What was applied.
        gate: The gate it is, where it is element-wise.
        labels: What the operands are called.
        latex: The same in LaTeX.
        numbers: For the operands that are plain numbers, which take part as such: their numbers; else None.
        result: What the result is called, and the same in LaTeX.
    """

    def __init__(
        self, rule: Operation, gate: Gate | None, labels: Sequence[str], latex: Sequence[str],
        numbers: Sequence[float | None], result: tuple[str, str] = ("out", r"\text{out}"),
    ) -> None:  # fmt: skip
        self.rule = rule
        self.gate = gate
        self.marks = [chr(_FIRST + i) for i in range(len(labels))]
        self._out = chr(_FIRST + len(labels))
        self._plain = {_FIRST + i: label for i, label in enumerate([*labels, result[0]])}
        self._unicode = {i: f"({label})" if label.startswith("−") else label for i, label in self._plain.items()}
        self._latex = {_FIRST + i: label for i, label in enumerate([*latex, result[1]])}
        if gate is not None:
            operands = [m if x is None else x for m, x in zip(self.marks, numbers, strict=True)]
            self.blanks = Blanks(operands, self.marks)

    def expression(self, options: dict[str, Any], *, single: bool = False) -> Formula:
        """What is computed; `single` where there are no arrays, of whose products the elements must be told."""
        if self.gate is not None:
            found = self.blanks.expression(self.gate)
            if single:
                return self._named(found.unicode, found.latex)
            return self._named(_element_wise(found.unicode), _element_wise_latex(found.latex))
        count = len(self.marks)
        form = _FORMS.get(self.rule.name)
        wanted = 0 if form is None else 1 + max(int(n) for n in _BLANK.findall(form))
        if form is None or (wanted != count and not (self.rule.name == "linear" and count == 2)):
            return self._spelled(f"{self.rule.name}({self._listed()}{_told(options)})", self._plain)
        if wanted != count:
            form = form.removesuffix(" + {2}")
        if self.rule.name == "getitem":
            form = f"{{0}}[{_index(options.get('index'))}]"
        axis = options.get("axis")
        if axis is not None and form.startswith("Σ"):
            form = f"Σ{_axes(axis)}{form[1:]}"
        return self._spelled(_BLANK.sub(lambda found: self.marks[int(found[1])], form))

    def locals(self, values: Sequence[float] = ()) -> list[Formula]:
        """The local derivative in each operand of an element-wise gate, of one number each where `values` are given."""
        if self.gate is None:
            return [Formula("", "") for _ in self.marks]
        found = self.blanks.derivatives(self.gate, values)
        if values:
            return [self._named(f.unicode, f.latex)._replace(because=f.because.translate(self._unicode)) for f in found]
        return [self._named(_element_wise(f.unicode), _element_wise_latex(f.latex)) for f in found]

    def pullbacks(self, summed: Sequence[Sequence[int]]) -> list[Formula]:
        """What travels back to each operand.

        Args:
            summed: For each operand, the axes of the result over which its gradient is summed in the end.
        """
        return [self._pullback(slot, axes) for slot, axes in enumerate(summed)]

    def _pullback(self, slot: int, axes: Sequence[int]) -> Formula:
        if self.gate is None:
            says = self.rule.says
            place = 0 if self.rule.variadic else slot
            text = says[place] if place < len(says) else f"the pullback of {self.rule.name}"
            marks = [self.marks[slot]] if self.rule.variadic else self.marks
            text = _BLANK.sub(lambda found: (marks[int(found[1]) :] or [found[0]])[0], text)
            text = _OUT.sub(self._out, text)
            if axes and not text.startswith("Σ"):
                text = f"Σ{_axes(axes)} {_bracketed(text)}"
            return self._spelled(text)
        local = self.blanks.derivatives(self.gate)[slot]
        text, latex = _times(_element_wise(local.unicode), _element_wise_latex(local.latex))
        if axes:
            text = f"Σ{_axes(axes)} {_bracketed(text)}"
            latex = rf"\sum_{{{','.join(map(str, axes))}}} {_bracketed(latex)}"
        return self._named(text, latex)

    def _listed(self) -> str:
        marks = self.marks
        return ", ".join(marks if len(marks) <= 6 else [*marks[:2], "…", marks[-1]])

    def _spelled(self, text: str, names: dict[int, str] | None = None) -> Formula:
        latex = "".join(_token(found[0]) for found in _TOKEN.finditer(text))
        return self._named(text, re.sub(" +", " ", latex).strip(), names)

    def _named(self, unicode: str, latex: str, names: dict[int, str] | None = None) -> Formula:
        return Formula(unicode.translate(self._unicode if names is None else names), latex.translate(self._latex))


def _token(token: str) -> str:
    if token in _LATEX:
        return _LATEX[token]
    if "₀" <= token <= "₉":
        return f"_{{{ord(token) - ord('₀')}}}"
    if token[0].isascii() and (token[0].isalpha() or token[0] == "_"):
        return rf"\text{{{escape_latex(token)}}}"
    return escape_latex(token) if token.isascii() else token


def _element_wise(formula: str) -> str:
    """Products of arrays are element by element; one with a number stays what it is."""
    return re.sub(r"(?<![0-9])·(?![0-9]|\(−[0-9.e+−]+\))", " ⊙ ", formula)


def _element_wise_latex(formula: str) -> str:
    return re.sub(
        r"(.?) \\cdot (?![0-9]|\\left\(-[0-9.]+\\right\))",
        lambda found: found[0] if found[1].isdigit() else rf"{found[1]} \odot ",
        formula,
    )


def _times(local: str, latex: str) -> tuple[str, str]:
    """The local derivative times what arrives."""
    upstream = r"\text{upstream}"
    if local == "1":
        return "upstream", upstream
    if local == "−1":
        return "−upstream", f"-{upstream}"
    if local == "0":
        return "0", "0"
    factor, latex_factor = (f"({local})", rf"\left({latex}\right)") if is_loose(local) else (local, latex)
    if re.fullmatch(r"[−(]*[0-9.e+−]+\)*", local):
        return f"{factor}·upstream", rf"{latex_factor} \cdot {upstream}"
    return f"{factor} ⊙ upstream", rf"{latex_factor} \odot {upstream}"


def _bracketed(text: str) -> str:
    return text if re.fullmatch(r"−?(upstream|\\text\{upstream\})", text) else f"({text})"


def _axes(axes: Any) -> str:
    numbers = (axes,) if isinstance(axes, (int, np.integer)) else tuple(axes)
    if any(n < 0 or n > 9 for n in numbers):
        return ""
    return ",".join(str(int(n)) for n in numbers).translate(_SUBSCRIPTS)


def _told(options: dict[str, Any]) -> str:
    """The options of an operation as they would be typed."""
    told = [f"{name}={_option(value)}" for name, value in options.items() if value is not None and value is not False]
    return shorten("".join(f", {text}" for text in told), _LONGEST)


def _option(value: Any) -> str:
    if isinstance(value, np.ndarray):
        return f"array of shape {value.shape}" if value.size > 4 else str(value.tolist())
    if isinstance(value, np.dtype):
        return value.name
    if isinstance(value, tuple):
        return f"({', '.join(map(_option, value))}{',' if len(value) == 1 else ''})"
    return format_number(value) if isinstance(value, float) else repr(value)


def _index(index: Any) -> str:
    """An index as it would be typed."""
    parts = index if isinstance(index, tuple) else (index,)
    return shorten(", ".join(map(_part, parts)), _LONGEST)


def _part(part: Any) -> str:
    if isinstance(part, slice):
        ends = ["" if x is None else str(x) for x in (part.start, part.stop, part.step)]
        return ":".join(ends if ends[2] else ends[:2])
    if part is Ellipsis:
        return "…"
    if isinstance(part, (np.ndarray, list)):
        array = np.asarray(part)
        what = "mask" if array.dtype == bool else "index"
        return str(array.tolist()) if array.size <= 4 else f"{what} of shape {array.shape}"
    return str(part)

"""A gate's rule as every back end reads it: its operands are x0, x1, ..., and only what is wanted is spelled."""

from __future__ import annotations

from ..gate import GATES, Gate
from ..source import Language, Speller

__all__ = ["names_of", "spell_slopes", "spell_value"]


def names_of(gate: Gate) -> dict[str, str]:
    """What the source calls the gate's inputs, by the names the rule gives them."""
    return {symbol.args[0]: f"x{k}" for k, symbol in enumerate(gate.symbols)}


def spell_value(gate: Gate, language: Language) -> tuple[Speller, str]:
    """What computes the gate's value: statements, in the speller, and the expression behind them."""
    # The gate's own entry comes with it: it may have been taken out of the table since the graph was made.
    speller = Speller([gate.value_symbol], {**GATES, gate.name: gate}, names_of(gate), language)
    return speller, speller.number(speller.results[0])


def spell_slopes(gate: Gate, wants: str, out: str, language: Language) -> tuple[Speller, list[int]]:
    """A speller of the gate's local derivatives, and the operands they are for.

    Args:
        gate: The gate.
        wants: For each operand whether its derivative is wanted: "1" or "0".
        out: What the source calls the gate's value.
        language: What to spell in.
    """
    wanted = [k for k, want in enumerate(wants) if want == "1"]
    derivatives = [gate.local_symbols[k] for k in wanted]
    return Speller(derivatives, {**GATES, gate.name: gate}, {**names_of(gate), "out": out}, language), wanted

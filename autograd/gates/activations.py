"""Further activation functions that are worth a gate of their own."""

from __future__ import annotations

from ..gate import Gate
from .choices import abs

softsign = Gate(
    "softsign", unicode="softsign({0})", latex=r"\operatorname{softsign}\left({0}\right)",
    value=lambda x: x / (1 + abs(x)),
    local=lambda x, out: (1 / (1 + abs(x)) / (1 + abs(x)),),
    definition=lambda x: x / (1 + abs(x)),
    metaphor="softsign squashes slowly",
    doc="""x / (1 + |x|): like tanh, but its tails approach -1 and 1 as 1/|x| does. Slope 1 at 0.
    At infinity the value is nan, as in PyTorch.

    Sources: Bergstra, Desjardins, Lamblin and Bengio, 2009; Turian, Bergstra and Bengio, 2009.

    >>> import autograd
    >>> autograd.softsign(autograd.Value(-3.0)).data, autograd.softsign(autograd.Value(-3.0)).local
    (-0.75, (0.0625,))
    """,
)  # fmt: skip

"""A progress bar, where one is wanted."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from ..errors import MissingExtraError

__all__ = ["bar"]


@contextmanager
def bar(wanted: bool, total: int | None, unit: str) -> Iterator[Callable[[dict[str, Any]], None]]:
    """A function to be called after each step with what was measured.

    Raises:
        MissingExtraError: a bar is wanted and tqdm is not installed.
    """
    if not wanted:
        yield lambda _: None
        return
    try:
        from tqdm.auto import tqdm
    except ImportError:
        raise MissingExtraError(
            "progress=True shows a bar of tqdm: pip install 'backglow[progress]' brings it"
        ) from None
    with tqdm(total=total, unit=unit) as shown:

        def step(record: dict[str, Any]) -> None:
            shown.set_postfix({k: f"{v:.4g}" for k, v in record.items() if k != "epoch"}, refresh=False)
            shown.update()

        yield step

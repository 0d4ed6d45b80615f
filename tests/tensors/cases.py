"""All cases, from the files that list them."""

from __future__ import annotations

from . import (
    cases_core,
    cases_images,
    cases_indexing,
    cases_losses,
    cases_normalization,
    cases_products,
    cases_reductions,
    cases_shapes,
    cases_softmax,
)
from .harness import Case

CASES: tuple[Case, ...] = (
    *cases_core.CASES,
    *cases_images.CASES,
    *cases_indexing.CASES,
    *cases_losses.CASES,
    *cases_normalization.CASES,
    *cases_products.CASES,
    *cases_reductions.CASES,
    *cases_shapes.CASES,
    *cases_softmax.CASES,
)

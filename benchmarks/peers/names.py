"""Which contenders there are: the module that has each, and how to make it."""

from __future__ import annotations

from typing import Any

__all__ = ["PEERS"]

PEERS: dict[str, tuple[str, dict[str, Any]]] = {
    "PyTorch plain": ("with_torch", {"how": "plain"}),
    "PyTorch nn+optim": ("with_torch", {"how": "nn+optim"}),
    "PyTorch best effort": ("with_torch", {"how": "best effort"}),
    "PyTorch scalars": ("with_torch", {"how": "scalars"}),
    "JAX jit": ("with_jax", {}),
    "JAX jit float32": ("with_jax", {"dtype": "float32"}),
    "CasADi SX": ("with_casadi", {"kind": "SX"}),
    "CasADi MX": ("with_casadi", {"kind": "MX"}),
    "HIPS autograd": ("with_hips", {}),
    "numpy": ("with_numpy", {}),
    "numpy float32": ("with_numpy", {"dtype": "float32"}),
    "numpy by levels": ("with_numpy", {"levels": True}),
    "C by sample": ("with_c", {"how": "by_sample"}),
    "C by block": ("with_c", {"how": "by_block"}),
    "C by sample float32": ("with_c", {"how": "by_sample", "dtype": "float32"}),
    "C by block float32": ("with_c", {"how": "by_block", "dtype": "float32"}),
    "C switch, creation order": ("with_c", {"how": "creation"}),
    "C switch, by levels": ("with_c", {"how": "levels"}),
    "C switch, by levels float32": ("with_c", {"how": "levels", "dtype": "float32"}),
}

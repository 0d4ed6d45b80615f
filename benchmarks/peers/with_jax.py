"""JAX: the whole step, loss to updated parameters, as one compiled function."""

from __future__ import annotations

import os

os.environ.setdefault("XLA_FLAGS", "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1")
os.environ.setdefault("JAX_PLATFORMS", "cpu")

import jax
import jax.numpy as jnp
import numpy as np
from jax.flatten_util import ravel_pytree
from problem import DECAY, Contender, Unable, read_moons


def make(workload: str, folder: str, dtype: str = "float64") -> Contender:
    """The batch as arrays; a scalar graph of this size takes minutes to compile, so only moons."""
    if workload != "moons":
        raise Unable
    jax.config.update("jax_enable_x64", dtype == "float64")
    problem = read_moons(folder)
    x, y = jnp.array(problem.points, dtype), jnp.array(problem.labels, dtype)[:, None]
    pairs = zip(problem.weights, problem.biases, strict=True)
    # One array of all parameters: JAX then has less to look at before each call, which is most of its time here.
    flat, parts = ravel_pytree([jnp.array(part, dtype) for pair in pairs for part in pair])
    state = {"parameters": flat, "rate": None, "array": None}

    def loss(flat: jax.Array, x: jax.Array, y: jax.Array) -> jax.Array:
        w1, b1, w2, b2, w3, b3 = parts(flat)
        h = jax.nn.relu(x @ w1.T + b1)
        h = jax.nn.relu(h @ w2.T + b2)
        score = h @ w3.T + b3
        return jax.nn.relu(1 - y * score).mean() + DECAY * (flat @ flat)

    @jax.jit
    def update(flat: jax.Array, x: jax.Array, y: jax.Array, rate: jax.Array) -> tuple[jax.Array, jax.Array]:
        value, slope = jax.value_and_grad(loss)(flat, x, y)
        return value, flat - rate * slope

    def step(rate: float) -> jax.Array:
        if rate != state["rate"]:
            state["rate"], state["array"] = rate, jnp.asarray(rate, dtype)
        value, state["parameters"] = update(state["parameters"], x, y, state["array"])
        return jax.block_until_ready(value)

    return step, lambda: np.asarray(state["parameters"])

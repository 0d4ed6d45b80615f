"""Calls of modules as groups, at next to no cost: only a call's results are marked, and nothing is switched on.

`group()` marks every node, which puts every operation on the general way. A module that is called while training must
not do that. Its results remember the call and what it was called with; `trace` finds out what lies between.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeVar

from .graph import Info, group_of, info_of
from .modes import ACTIVE, Group, state
from .tensors import Tensor
from .value import Value

__all__ = ["call_in_group", "mark_call", "mark_calls", "values_in"]

Result = TypeVar("Result")

_NUMBERS = frozenset({Value, float, int})


def call_in_group(
    function: Callable[..., Result], name: str, kind: str, arguments: tuple[Any, ...], options: dict[str, Any]
) -> Result:
    """Call a function and put what it computes into a group of that name. Groups of calls nest.

    Args:
        function: What to call. Its results may be Values, and lists, tuples and dicts of them.
        name: What to call the group.
        kind: What it is, e.g. "layer" or "module".
        arguments: What to call the function with. Values in here, in lists, tuples or dicts too, are outside the group.
        options: The same, by name.

    Returns:
        What the function returns.

    >>> from autograd import trace
    >>> record = trace(call_in_group(lambda x: (x * 2).exp(), "double", "module", (Value(1.0),), {}))
    >>> [(node.label, node.group) for node in record.nodes], record.groups[0].name
    ([('v1', None), ('2', 0), ('v2', 0), ('v3', 0)], 'double')
    """
    around = state.group
    group = Group(name, kind, around)
    if len(arguments) == 1 and not options:
        group.given = given = arguments[0]
        # A row of numbers is kept as it is; anything else may hold Values further in.
        plain = (type(given) is list or type(given) is tuple) and given and type(given[0]) in _NUMBERS
        group.inputs = (given,) if type(given) is Tensor else tuple(given if plain else values_in(given))
    else:
        group.inputs = tuple(values_in((arguments, options)))
    state.group = group
    try:
        result = function(*arguments, **options)
    finally:
        state.group = around
        group.given = None
    if not _all_marked(result):
        results: list[Any] = [result] if type(result) is Tensor else values_in(result)
        for value in results:
            info = info_of(value)
            if value._depth and (info is None or info.group is None) and not _among(value, group.inputs):
                _mark(value, group)
    return result


def _all_marked(result: Any) -> bool:
    """Whether modules inside have marked all results, as they have where one module only calls others."""
    if type(result) is Value:
        return type(result._info) is tuple
    if type(result) is not list:
        return False
    for value in result:  # noqa: SIM110, since this runs for every call of a layer and all() takes twice as long
        if type(value) is not Value or type(value._info) is not tuple:
            return False
    return True


def mark_call(result: Any, module: Any, given: Sequence[Any]) -> None:
    """Put into a group what a module computed from `given` to come to `result`.

    The quicker way, for a module that calls none that have groups and returns a Value it has just computed; a leaf or
    anything else is left alone.

    Args:
        result: What it returns.
        module: An object with a `name` (its class's, where empty) and a `kind`.
        given: What it was called with; the Values in here are outside the group.

    >>> import nn
    >>> from autograd import trace
    >>> x = Value(2.0)
    >>> y = x * x + 1
    >>> mark_call(y, nn.Module(), [x])
    >>> [node.group for node in trace(y).nodes]
    [None, 0, 0, 0]
    """
    if type(result) is not Value or not result._depth:
        return
    around = state.group
    inputs: Any = around.inputs if around is not None and around.given is given else tuple(given)
    if result._info is None:
        result._info = (module, around, inputs)
        return
    info = info_of(result)
    assert info is not None
    if info.group is around and not _among(result, inputs):
        info.group = group_of(module, around, inputs)
        if ACTIVE and around is not None:
            _move(result, around, info.group)


def mark_calls(results: Sequence[Any], modules: Sequence[Any], given: Sequence[Any]) -> None:
    """`mark_call` of each result with its module, all of which were called with the same `given`."""
    around = state.group
    inputs: Any = around.inputs if around is not None and around.given is given else tuple(given)
    for result, module in zip(results, modules, strict=True):
        if type(result) is Value and result._depth and result._info is None:
            result._info = (module, around, inputs)
        else:
            mark_call(result, module, given)


def _mark(value: Value, group: Group) -> None:
    info = info_of(value)
    if info is None:
        value._info = Info(group=group)
    else:
        info.group = group


def _move(result: Value, around: Group, group: Group) -> None:
    """Nodes between the inputs and the result that are marked as of the group around belong to this one."""
    inputs = {id(value) for value in group.inputs or ()}
    stack = [result]
    while stack:
        for parent in stack.pop().parents:
            info = info_of(parent)
            if parent._depth and info is not None and info.group is around and id(parent) not in inputs:
                info.group = group
                stack.append(parent)


def _among(value: Value, values: Iterable[Any]) -> bool:
    return any(value is other for other in values)


def values_in(data: Any) -> list[Any]:
    """The Values and Tensors in nested lists, tuples, dicts and arrays of objects, each container looked into once."""
    found: list[Any] = []
    seen: set[int] = set()
    stack = [data]
    while stack:
        item = stack.pop()
        if isinstance(item, (Value, Tensor)):
            found.append(item)
            continue
        if getattr(getattr(item, "dtype", None), "kind", "") == "O" and hasattr(item, "ravel"):
            item = item.ravel().tolist()
        if isinstance(item, dict):
            item = list(item.values())
        if isinstance(item, (list, tuple)) and id(item) not in seen:
            seen.add(id(item))
            stack.extend(reversed(item))
    return found

"""Loops over characters that are compiled on first use and kept beside the source."""

from collections.abc import Callable
from typing import Any, TypeVar, cast

from numba import njit

Function = TypeVar("Function", bound=Callable[..., Any])


def compiled(function: Function) -> Function:
    """The same function in machine code, free of the interpreter's lock so that threads run beside each other."""
    return cast(Function, njit(cache=True, nogil=True)(function))

"""Values that nobody changes, cheap to make."""

from dataclasses import dataclass
from typing import TypeVar, dataclass_transform

T = TypeVar("T")


@dataclass_transform(frozen_default=True)
def record(kind: type[T]) -> type[T]:
    """A dataclass that the type checker holds to be frozen.

    At run time it is not: a frozen one sets each field through ``object.__setattr__``, so that it takes two and a half
    times the instructions to make, and each answer makes several, of many fields.
    """
    return dataclass(slots=True, unsafe_hash=True)(kind)

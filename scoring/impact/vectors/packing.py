"""A vector of whole numbers as bytes, in as few as hold it: bits for what is met or not, else the smallest
integers. Compressing what is left takes longer than reading it."""

import struct
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from scoring.definition import MICRO

Array = NDArray[Any]
# What the values are, by what they are multiplied, how many there are.
HEAD = struct.Struct("<2sxxIQ")
BITS = b"b1"


@dataclass(frozen=True)
class Vector:
    """Values are `small` times `scale`."""

    small: Array
    scale: int

    def values(self, piece: slice = slice(None)) -> Array:
        """As int64; `piece` says which."""
        return np.multiply(self.small[piece], np.int64(self.scale), dtype=np.int64)

    @cached_property
    def positive(self) -> int:
        """How many are not 0; none of an answer is below it."""
        return int(np.count_nonzero(self.small))

    def taken(self, places: Array) -> "Vector":
        return Vector(self.small[places], self.scale)


def shrunk(values: Array) -> Vector:
    """The vector in the smallest integers; whole millions are kept as ones."""
    values = values.astype(np.int64)
    scale = MICRO if values.size and not (values % MICRO).any() else 1
    scaled = values // scale if scale > 1 else values
    return Vector(smallest(scaled), scale)


def smallest(values: Array) -> Array:
    """The same values in the smallest type that holds them."""
    if not values.size:
        return values.astype(np.uint8)
    low, high = int(values.min()), int(values.max())
    signed = "i" if low < 0 else "u"
    held = (np.iinfo(f"{signed}{size}") for size in (1, 2, 4, 8))
    return values.astype(next(one.dtype for one in held if one.min <= low and high <= one.max))


def pack(vector: Vector) -> bytes:
    small = vector.small
    if small.dtype == np.uint8 and small.size and small.max() <= 1:
        return HEAD.pack(BITS, vector.scale, small.size) + np.packbits(small).tobytes()
    kind = small.dtype.str[1:].encode()
    return (
        HEAD.pack(kind, vector.scale, small.size)
        + small.astype(small.dtype.newbyteorder("<")).tobytes()
    )


def unpack(data: bytes) -> Vector:
    """What `pack` wrote."""
    kind, scale, size = HEAD.unpack_from(data)
    if kind == BITS:
        packed = np.frombuffer(data, np.uint8, offset=HEAD.size)
        return Vector(np.unpackbits(packed, count=size), scale)
    return Vector(np.frombuffer(data, f"<{kind.decode()}", count=size, offset=HEAD.size), scale)

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
BITS, FEW = b"b1", b"fw"
# Of few values what they are, and what all the others are.
REST = struct.Struct("<2sq")


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
    """Bits, or where most values are the same only the others with where they stand, or all of them."""
    small = vector.small
    if small.dtype == np.uint8 and small.size and small.max() <= 1:
        return HEAD.pack(BITS, vector.scale, small.size) + np.packbits(small).tobytes()
    rest = _rest(small)
    others = small != rest
    if small.itemsize > 1 and np.count_nonzero(others) < small.size // 2:
        head = HEAD.pack(FEW, vector.scale, small.size) + REST.pack(_kind(small), int(rest))
        return head + np.packbits(others).tobytes() + _bytes(small[others])
    return HEAD.pack(_kind(small), vector.scale, small.size) + _bytes(small)


def _rest(small: Array) -> Any:
    """What most values are, if most are nothing or what the first is."""
    first = small[0] if small.size else 0
    return first if np.count_nonzero(small == first) > np.count_nonzero(small == 0) else 0


def _kind(small: Array) -> bytes:
    return small.dtype.str[1:].encode()


def _bytes(small: Array) -> bytes:
    return small.astype(small.dtype.newbyteorder("<")).tobytes()


def unpack(data: bytes) -> Vector:
    """What `pack` wrote."""
    kind, scale, size = HEAD.unpack_from(data)
    if kind == BITS:
        return Vector(np.unpackbits(_bits(data, HEAD.size), count=size), scale)
    if kind == FEW:
        return Vector(_few(data, size), scale)
    return Vector(np.frombuffer(data, f"<{kind.decode()}", count=size, offset=HEAD.size), scale)


def _few(data: bytes, size: int) -> Array:
    kind, rest = REST.unpack_from(data, HEAD.size)
    begin = HEAD.size + REST.size
    end = begin + -(-size // 8)
    others = np.unpackbits(_bits(data, begin)[: end - begin], count=size).astype(bool)
    made = np.full(size, rest, f"<{kind.decode()}")
    made[others] = np.frombuffer(data, made.dtype, offset=end)
    return made


def _bits(data: bytes, begin: int) -> Array:
    return np.frombuffer(data, np.uint8, offset=begin)

"""Draws that are the same in every process, whatever happened before: a hash, no generator with a state."""

from hashlib import blake2b


def draw(*seed_parts: int | str) -> float:
    """Draw a number in [0, 1), evenly spread over different `seed_parts`."""
    # ascii() of a tuple keeps ("a", "b") and ("ab",), 1 and "1" apart, and takes any text.
    digest = blake2b(ascii(seed_parts).encode("ascii"), digest_size=8).digest()
    return (int.from_bytes(digest, "big") >> 11) * 2.0**-53

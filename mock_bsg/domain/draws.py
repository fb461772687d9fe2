"""Draws that are the same in every process, whatever happened before: a hash, no generator with a state."""

from hashlib import blake2b


def draw(*seed_parts: int | str) -> float:
    """Draw a number in [0, 1), evenly spread over different `seed_parts`."""
    # ascii() of a tuple keeps ("a", "b") and ("ab",), 1 and "1" apart, and takes any text.
    digest = blake2b(ascii(seed_parts).encode("ascii"), digest_size=8).digest()
    return (int.from_bytes(digest, "big") >> 11) * 2.0**-53


def draw_uuid(*seed_parts: int | str) -> str:
    """Draw a UUID of version 4, as a text."""
    drawn = blake2b(ascii(seed_parts).encode("ascii"), digest_size=16).hexdigest()
    variant = "89ab"[int(drawn[16], 16) % 4]
    return f"{drawn[:8]}-{drawn[8:12]}-4{drawn[13:16]}-{variant}{drawn[17:20]}-{drawn[20:]}"

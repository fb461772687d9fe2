"""Worlds that last: accounts put down as data, and made again of it in another process."""

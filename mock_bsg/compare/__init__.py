"""Asks the real BSG what the sandbox only assumes: the command `mock-bsg compare`. No other command loads it."""

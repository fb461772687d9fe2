"""Asks the real BSG what the sandbox only assumes: the command `mock-bsg compare`.

Other commands load nothing of it but flags.py.
"""

"""Measures the sandbox side by side with bare aiohttp: `python -m bench`."""

"""BSG itself, simulated: knows no HTTP, no aiohttp and no YAML."""

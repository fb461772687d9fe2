"""The engine of scenarios: which rule decides, and why; knows no YAML and no HTTP."""

"""Scenarios: YAML to rules; knows no HTTP."""

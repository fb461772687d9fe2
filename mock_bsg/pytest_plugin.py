"""The pytest plugin: fixture, marker, and what was sent in the report of a failing test."""

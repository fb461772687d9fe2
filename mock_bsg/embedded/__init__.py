"""The sandbox inside a test's own process: a server in a thread, and what a test asks of it."""

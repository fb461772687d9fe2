"""Delivery reports on their way to the receivers of a callback_url, and the time at which each is due."""

"""Accounts that several servers share, in Redis or Valkey."""

"""The control API under /_mock, and the page."""

from mock_bsg.control.routes import add_routes

__all__ = ["add_routes"]

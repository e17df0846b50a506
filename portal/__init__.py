"""A live quiz for lectures."""

__version__ = "0.1.0"

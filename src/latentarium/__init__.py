"""Watch a neural network shape its space, live."""

__version__ = "0.1.0"

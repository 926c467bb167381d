"""Watch a neural network shape its space, live."""

from importlib.metadata import version

__version__ = version("latentarium")

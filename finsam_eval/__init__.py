"""Does samordnad rehabilitering work, and can it be proved."""

__version__ = "0.1.0"

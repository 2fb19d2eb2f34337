"""joinedup: the working system of an integrated health and social care partnership."""

__version__ = "0.1.0"

"""What may stand against joining two records or undoing it."""


class NotPossibleError(Exception):
    """Two records can't be joined, or not be undone, as asked. The message says why and what to do."""

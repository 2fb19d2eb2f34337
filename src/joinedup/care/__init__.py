"""The operational system: one Django app a folder. Every write is an action, every read a query."""

"""Joining two people who are one, and undoing it: moves whatever in any app hangs on a person. Keeps nothing itself."""

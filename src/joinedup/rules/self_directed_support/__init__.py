"""The ways of directing one's own support: who may have which, what must be offered, what a budget must cover."""

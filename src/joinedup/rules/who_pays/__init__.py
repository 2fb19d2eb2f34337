"""Who pays for care: what the NHS pays for in full or in part, what a council does, and who recommends and decides."""

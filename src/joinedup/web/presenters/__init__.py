"""From what the queries of `care` return to what the components draw: pure functions, no database."""

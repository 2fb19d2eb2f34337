"""How many people live where councils and health bodies overlap, counted from the lookups that were loaded."""

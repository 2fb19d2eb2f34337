"""The people who have a record: who they are, their numbers, their carers, and under which ids partners know them."""

"""What somebody pays for care: a means test, in a care home and at home."""

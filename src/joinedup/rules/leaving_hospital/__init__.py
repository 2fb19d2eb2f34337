"""When somebody who is ready to leave hospital is delayed, and how that is counted."""

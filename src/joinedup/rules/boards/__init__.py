"""What each kind of board must be, and what is amiss with one."""

"""What leaves the record by itself: exports that a system asked for, and notices to systems that subscribed.

Work is kept in the database and done by `joinedup work`; a killed worker goes on where it stopped.
"""

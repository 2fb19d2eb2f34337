"""Speed and memory, each figure beside its limit and beside what the bare machine does in the same run.

`just bench`, or `python -m benchmarks NAME` for one. Bounded in time, on the loopback address only.
"""

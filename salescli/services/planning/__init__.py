"""The day: its plan, its checks, and the page before a visit."""

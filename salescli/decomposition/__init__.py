"""Target decomposition: pure functions over integers, without session, clock or output."""

"""Letters: what they say and how they are written, and the transports that carry them."""

"""What is seen of the market: insights, competitors, its size."""

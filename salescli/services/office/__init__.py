"""The salesperson and the working calendar."""

"""What officials see: the board, its people, and the live stream that keeps it fresh."""

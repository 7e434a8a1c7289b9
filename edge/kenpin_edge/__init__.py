"""Kenpin at the line: pictures of cameras are kept on this PC until the platform has them."""

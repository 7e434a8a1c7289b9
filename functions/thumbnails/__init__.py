"""Make thumbnails."""

"""Signs anchors."""

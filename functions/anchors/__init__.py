"""Sign anchors."""

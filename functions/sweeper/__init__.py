"""Catch up on streams whose doorbell was lost."""

"""Pictures: from the bytes of a file to pixels, in one place for everybody."""

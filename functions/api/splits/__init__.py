"""The HTTP resource of splits by groups or time, and of the groups of images."""

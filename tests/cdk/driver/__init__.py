"""A driver in the place of AWS between the parts of a deployed core stack: it calls the real handlers as deployed."""

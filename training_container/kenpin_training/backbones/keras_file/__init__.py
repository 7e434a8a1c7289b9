"""Networks that a project registered: a Keras file, and the layers whose maps are used."""

"""What the product does with decisions: execute commands, react to facts."""

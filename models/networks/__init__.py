"""The networks, plain features, and the weights that they begin with."""

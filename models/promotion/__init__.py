"""Which model becomes champion: the gate that it has to pass, and why there may be none."""

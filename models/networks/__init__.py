"""Networks, hand-crafted features, and pretrained weights."""

"""What a trained network says of pictures, and how sure it is."""

"""Plain networks, tensors in and tensors out."""

"""How samples compare with images."""

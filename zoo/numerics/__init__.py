"""Numbers: stable functions, compilation, divergences, means of terms."""

"""Whether codes have the factors of variation apart."""

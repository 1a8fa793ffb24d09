"""How likely images are: importance sampling, AIS, bounds taken apart."""

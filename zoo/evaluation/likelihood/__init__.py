"""Evaluators of log p(x): importance sampling, annealed importance sampling, bounds taken apart."""

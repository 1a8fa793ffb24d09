"""Disentanglement: evaluators of codes where the factors of variation are known."""

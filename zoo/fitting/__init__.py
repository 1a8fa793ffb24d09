"""Priors fitted to a trained model's codes."""

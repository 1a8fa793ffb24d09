"""Evaluators of samples."""

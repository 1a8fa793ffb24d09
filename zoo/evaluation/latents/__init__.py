"""Evaluators of codes."""

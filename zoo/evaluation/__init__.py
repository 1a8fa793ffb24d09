"""Evaluators: log p(x), codes, samples and factors, one a file, each with what `zoo judge` makes of it."""

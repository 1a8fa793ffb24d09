"""A run's life: settings, training, evaluation, judgements, export, samples, pictures, and its card."""

"""A sigmoid belief network of two bits, whose bounds and their gradients are known exactly, by enumeration."""

import itertools

import keras
import numpy as np
from keras import ops

import zoo

SHAPE = (2, 2, 1)
#: All codes, `[4, 2]`.
CODES = np.array(list(itertools.product([0.0, 1.0], repeat=2)))


class BinaryLatents:
    """The model with random weights, an image, and the truth about them.

    Args:
        objective: the VAE's, or None for its own.
    """

    def __init__(self, objective=None):
        rng = np.random.default_rng(1)
        vae = zoo.build("sigmoid_belief_network", image_shape=SHAPE, latent_dim=2)
        self.vae = vae if objective is None else vae.replace(objective=objective)
        self.parts = [*self.vae.prior.weights, *self.vae.posterior.weights, *self.vae.likelihood.weights]
        self.shapes = [tuple(w.shape) for w in self.parts]
        self.weights = rng.normal(size=sum(map(np.prod, self.shapes)))
        self.assign()
        self.x = np.array([1.0, 0.0, 0.0, 1.0]).reshape(1, *SHAPE).astype("float32")

    def assign(self):
        ends = np.cumsum([int(np.prod(shape)) for shape in self.shapes])[:-1]
        for weight, value, shape in zip(self.parts, np.split(self.weights, ends), self.shapes, strict=True):
            weight.assign(value.reshape(shape))

    def densities(self, weights):
        """log p(x, z) and log q(z|x) of all four codes, float64 `[4]`."""
        ends = np.cumsum([int(np.prod(shape)) for shape in self.shapes])[:-1]
        values = np.split(weights, ends)
        prior, V, d, W, c = (v.reshape(s) for v, s in zip(values, self.shapes, strict=True))
        x = self.x.reshape(-1).astype("float64")
        log_joint = _log_bernoulli(CODES, prior) + _log_bernoulli(x, CODES @ W + c)
        return log_joint, _log_bernoulli(CODES, x @ V + d)

    @property
    def log_px(self):
        """Exact, in nats."""
        return float(np.logaddexp.reduce(self.densities(self.weights)[0]))

    def bound(self, k, weights=None):
        """E[log 1/k sum_i p(x, z_i) / q(z_i|x)] over all 4^k draws."""
        log_joint, log_q = self.densities(self.weights if weights is None else weights)
        draws = np.array(list(itertools.product(range(4), repeat=k)))
        log_weight = (log_joint - log_q)[draws]
        value = np.logaddexp.reduce(log_weight, axis=1) - np.log(k)
        return float(np.sum(np.exp(log_q[draws].sum(axis=1)) * value))

    def gradient(self, k):
        """That bound's gradient by all weights, by central differences in float64."""
        steps = 1e-5 * np.eye(len(self.weights))
        return np.array([(self.bound(k, self.weights + h) - self.bound(k, self.weights - h)) / 2e-5 for h in steps])

    def steps(self, count=12, copies=4000):
        """The gradients that training takes, of so many copies of the image at once, `[count, weights]`.

        They are what a step of gradient ascent adds to the weights: so on either backend.
        """
        vae, found = self.vae, []
        vae.compile(keras.optimizers.SGD(1.0))
        before = vae.get_weights()
        for seed in range(count):
            vae.set_weights(before)
            vae.seed_generator.state.assign(ops.convert_to_tensor([seed, 0], vae.seed_generator.state.dtype))
            vae.train_on_batch(np.repeat(self.x, copies, axis=0))
            found.append(np.concatenate([ops.convert_to_numpy(w).ravel() for w in self.parts]) - self.weights)
        vae.set_weights(before)
        return np.array(found)

    def check_steps(self, k=1, most=0.02):
        """Holds the gradients that training takes against that of the bound with k samples, weight by weight."""
        found, expected = self.steps(), self.gradient(k)
        error = found.std(axis=0, ddof=1) / np.sqrt(len(found)) + 1e-5
        assert (np.abs(found.mean(axis=0) - expected) < 4.5 * error).all()
        assert error.max() < most
        assert np.linalg.norm(expected) > 0.1

    @property
    def of_decoder(self):
        """Which of the weights are the prior's or the decoder's, bool `[weights]`."""
        sizes = [int(np.prod(shape)) for shape in self.shapes]
        return np.repeat([True, False, False, True, True], sizes)


def _log_bernoulli(x, logits):
    return np.sum(x * logits - np.logaddexp(0, logits), axis=-1)

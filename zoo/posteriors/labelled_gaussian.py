"""The Gaussian posterior of a code whose image has a label, which may be missing."""

import math

import keras
from keras import ops

from zoo.distributions.chain import Chain
from zoo.distributions.diagonal_normal import diagonal_normal
from zoo.distributions.label import Label
from zoo.networks.fold import fold
from zoo.networks.shapes import check_sizes
from zoo.observed import image_of, label_of
from zoo.part import build_once
from zoo.posteriors.posterior import Posterior
from zoo.support import Support


class LabelledGaussian(Posterior):
    """q(y, z|x) = q(y|x) N(z; loc(x, y), diag(scale(x, y)^2)), over vectors [one_hot(y), z].

        [loc, raw] = W relu(U encoder(x) + V one_hot(y) + b) + c,   scale = softplus(raw) + 1e-4
        q(y|x) = softmax(A classifier(x) + a), or 1/K without a classifier

    A label that is known isn't guessed, and costs nothing: E[p(x, y, z) / q(z|x, y)] = p(x, y). Where it is missing,
    E[p(x, y, z) / q(y, z|x)] = p(x).

    Args:
        encoder: a network, `[B, ...]` to `[B, features]`.
        latent_dim: the size D of z.
        labels: how many there are, K.
        units: the width of the layer in which image and label meet.
        classifier: a network, `[B, ...]` to `[B, features]`; None for q(y|x) = 1/K.

    Returns (of a call on x: images, or a dict of `image` and `label`, int32 `[B]` or `[..., B]`, -1 for a missing one):
        A `Chain` with the label's batch shape and event shape `[K + D]`. At its centre is a missing label's most
        probable value: by q(y|x), or without a classifier by log p(x, y, z) at each label's mean code.

    Raises:
        InputError: a size that isn't a positive integer.

    Example:
        >>> from zoo.networks.mlp import mlp_encoder
        >>> posterior = LabelledGaussian(mlp_encoder((8, 8, 1)), latent_dim=2, labels=10)
        >>> posterior.build((None, 8, 8, 1))
        >>> x = {"image": ops.zeros([3, 8, 8, 1]), "label": ops.convert_to_tensor([7, 0, -1])}
        >>> bool(posterior(x).first.probabilities()[0][7] == 1)
        True

    References:
        Kingma et al. 2014, "Semi-Supervised Learning with Deep Generative Models", equation 4, and with q(y|x) = 1/K
        Sohn et al. 2015, "Learning Structured Output Representation using Deep Conditional Generative Models".
    """

    support = Support.LABEL_AND_REALS
    takes_labels = True

    def __init__(self, encoder, latent_dim, labels, units=200, classifier=None, **kwargs):
        super().__init__(**kwargs)
        (self.code_dim,), (self.labels,) = check_sizes("latent_dim", (latent_dim,)), check_sizes("labels", (labels,))
        self.latent_dim = labels + latent_dim
        self.encoder, self.classifier = encoder, classifier
        self.by_image = keras.layers.Dense(*check_sizes("units", (units,)), name="by_image")
        self.by_label = keras.layers.Dense(units, use_bias=False, name="by_label")
        self.head = keras.layers.Dense(2 * latent_dim, name="loc_and_scale")
        self.logits = None if classifier is None else keras.layers.Dense(labels, name="logits")

    @property
    def reparameterized(self):
        """A drawn label passes no gradient. Without a classifier there is none to pass: q(y|x) is fixed at 1/K."""
        return self.classifier is None

    @property
    def classifies(self):
        return self.classifier is not None

    def build(self, input_shape):
        for network in filter(None, (self.encoder, self.classifier)):
            build_once(network, input_shape)
        self.by_image.build(self.encoder.compute_output_shape(input_shape))
        self.by_label.build((None, self.labels))
        self.head.build((None, self.by_image.units))
        if self.logits is not None:
            self.logits.build(self.classifier.compute_output_shape(input_shape))
        self.built = True

    def label(self, x, training=None):
        """q(y|x), a `zoo.distributions.label.Label`: a point where the label is known."""
        return Label(self._label_logits(image_of(x), training), label_of(x))

    def _label_logits(self, image, training):
        if self.classifier is None:
            # Not `zeros` of a computed shape, for LiteRT as in `fold`: zeros, made of a pixel of each image.
            pixel = ops.reshape(image, (-1, math.prod(image.shape[1:])))[:, :1]
            return ops.minimum(ops.abs(ops.cast(pixel, "float32")), 0.0) + ops.zeros((1, self.labels))
        return ops.cast(self.logits(self.classifier(image, training=training)), "float32")

    def statistics(self, x, training=None):
        image = image_of(x)
        features = self.by_image(self.encoder(image, training=training))
        known = () if label_of(x) is None else (label_of(x),)
        return features, self._label_logits(image, training), *known

    def given(self, statistics, log_joint=None):
        features, logits, *known = statistics

        def code(y):
            # All labels and images are one batch, as in a decoder.
            return diagonal_normal(fold(self.head, ops.relu(features + fold(self.by_label, y))))

        def scores():
            # Without a classifier all logits are 0.
            y = ops.eye(self.labels)[:, None] + logits
            return ops.transpose(log_joint(ops.concatenate([y, code(y).mean()], axis=-1)))

        guess = None if log_joint is None or self.classifier is not None else scores
        return Chain(Label(logits, *known, scores=guess), code, self.labels)

"""The VQ-VAE: an autoencoder with codes of whole numbers, and a density of these."""

import math
from typing import ClassVar

from keras import ops

from zoo.errors import InputError
from zoo.functional import functional
from zoo.generator import Generator
from zoo.numerics.mean_terms import MeanTerms
from zoo.numerics.surrogate import with_gradient_of
from zoo.part import build_once


class VQVAE(Generator):
    """x -> quantizer -> z, whole numbers, and e, the vectors that they stand for -> p(x|z); and p(z).

        loss = -log p(x|z) + the quantizer's loss,     e with the gradient of h: straight through

    A step makes -log p(sg(z)) small as well: the prior learns the codes as they come, and they don't move towards it
    (sg is a constant), so that one fit trains all. Its value isn't part of the loss: which epoch is best is told by the
    autoencoder alone, as where the prior is trained afterwards. By both it would be one whose codes still say little.
    In nats per image are reported `loss`, `log_likelihood`, `log_prior`, and as they are `quantization`, |h - e|^2, and
    of a codebook `dead_codes`, the share of vectors that were out of use and began again.

    For 8-bit likelihoods there is `bits_per_dim`, of

        -log p(z) - log p(x|z)  >=  -log sum_z' p(z') p(x|z') = -log p(x),     z = encode(x),

    an upper bound from one code. It is no importance-weighted bound and grows no tighter: nothing else of p(x) is
    known, so that the model has no density here (`abilities`). `decode` takes the nearest code of other numbers.

    Args:
        quantizer: of `zoo.quantizers`, with the encoder in it.
        likelihood: p(x|z), whose decoder is a `zoo.networks.code_decoder.CodeDecoder` of the quantizer.
        prior: p(z), of the quantizer's codes, `zoo.priors.autoregressive_codes.AutoregressiveCodes`.

    Raises:
        InputError: the decoder isn't of the quantizer's codes, or the prior is of others.

    Example:
        >>> import numpy as np, zoo
        >>> model = zoo.build("vq_vae", image_shape=(8, 8, 1), size=4, filters=(4,))
        >>> model.compile("adam")
        >>> sorted(model.fit(np.zeros([10, 8, 8, 1]), verbose=0).history)
        ['dead_codes', 'log_likelihood', 'log_prior', 'loss', 'quantization']
        >>> tuple(model.sample(n=3, seed=7).shape)
        (3, 8, 8, 1)

    References:
        van den Oord et al. 2017, "Neural Discrete Representation Learning", equation 3.
    """

    PARTS: ClassVar = {"encode": "quantizer", "decode": "likelihood"}

    def __init__(self, quantizer, likelihood, prior, **kwargs):
        super().__init__(**kwargs)
        if getattr(likelihood.decoder, "quantizer", None) is not quantizer:
            raise InputError("likelihood has a decoder of other codes: give it a CodeDecoder of this quantizer.")
        self.quantizer, self.likelihood, self.prior = quantizer, likelihood, prior
        names = ["log_likelihood", "log_prior", "quantization"]
        self.terms = MeanTerms(
            names + ["bits_per_dim"] * likelihood.eight_bit + ["dead_codes"] * quantizer.has_dead,
        )

    def build(self, input_shape):
        self._image_shape = tuple(input_shape[1:])
        build_once(self.quantizer, input_shape)
        build_once(self.likelihood, (None, self.latent_dim))
        build_once(self.prior)
        wanted, found = (self.quantizer.grid, self.quantizer.classes), (self.prior.grid, self.prior.values)
        if wanted != found:
            raise InputError(f"prior is of (grid, classes) {found}, but quantizer has {wanted}: give both the same.")
        self.built = True

    @property
    def abilities(self):
        return super().abilities._replace(has_loss_per_image=True, quantizes=True)

    def loss_and_terms(self, x, training=False):
        x = ops.cast(x, "float32")
        found = self.quantizer(x, training=training)
        output = self.likelihood.decoder.of_vectors(found.vectors, training)
        log_likelihood = self.likelihood.distribution(output).log_prob(x)
        log_prior = self.prior(training=training).log_prob(ops.stop_gradient(found.codes))
        loss, terms = found.loss - log_likelihood, [log_likelihood, log_prior, found.error]
        if self.likelihood.eight_bit:
            terms.append(-(log_likelihood + log_prior) / (math.prod(self.image_shape) * math.log(2)))
        if found.dead is not None:
            terms.append(found.dead * ops.ones_like(log_prior))
        return with_gradient_of(loss - log_prior, loss), *terms

    def loss_per_image(self, x, training=False):
        """The loss: float32 `[B]`. It is no bound: the quantizer's loss is in it, and log p(z) isn't."""
        return self.loss_and_terms(x, training)[0]

    @functional
    def encode(self, x, training=None):
        """The codes of each image: whole numbers as float32, `[B, D]`; `training` as of `zoo.vae.VAE.encode`."""
        return self.quantizer.codes(self._images(x), training)

    def signatures(self, num_samples=50):
        """As of `Generator`.

        Where two vectors are as near, another may be taken by another machine's arithmetic, and of codes drawn one by
        one another draw changes all that follow: not every image has to agree (`zoo.signature.Signature`).
        """
        found = super().signatures(num_samples)
        shares = {"sample": 0.5, "sample_pixels": 0.5, "encode": 0.95, "reconstruct": 0.95}
        return found | {name: found[name]._replace(possible=None, share=share) for name, share in shares.items()}

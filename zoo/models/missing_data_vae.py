"""Mattei & Frellsen's MIWAE, and not-MIWAE: images, or vectors, of which pixels are missing, NaN.

The bound is of log p of what is seen, with k samples. `complete(x, seed, num_samples)` makes the rest: there, too, z is
chosen by importance weights. The name MIWAE is taken by `zoo.objectives.miwae`, Rainforth et al.'s.

Mattei and Frellsen 2019, "MIWAE: Deep Generative Modelling and Imputation of Incomplete Data Sets"; Ipsen, Mattei and
Frellsen 2021, "not-MIWAE: Deep Generative Modelling with Missing not at Random Data".
"""

from zoo.errors import InputError
from zoo.likelihoods.bernoulli import Bernoulli
from zoo.likelihoods.observed import Observed
from zoo.likelihoods.self_masked import SelfMasked
from zoo.networks.mlp import mlp_decoder, mlp_encoder
from zoo.networks.with_mask import WithMask
from zoo.numerics.counts import check_count
from zoo.objectives.iwae import iwae
from zoo.part import given
from zoo.posteriors.gaussian import Gaussian
from zoo.priors.standard_normal import StandardNormal
from zoo.vae import VAE

GROUP = "missing pixels"


def build(
    image_shape,
    latent_dim=50,
    k=None,
    units=(200, 200),
    at_random=True,
    sign=None,
    likelihood=Bernoulli,
    objective=iwae,
):
    """An encoder that sees 0 for what is missing, and the mask; p(z) = N(0, I); p(x|z) of what is seen; L_k.

    Args:
        image_shape: (height, width, channels), or (D,) for vectors.
        latent_dim: the size of z.
        k: the number of samples in the bound; None for the objective's own, 5.
        units: the width of each hidden layer.
        at_random: whether what is missing says nothing of its own value. Else each pixel is missing with a probability
            that is learned with the rest (`zoo.likelihoods.self_masked`), and the likelihood is Bernoulli or Gaussian.
        sign: where it isn't at random, 1 where larger values are missing more often, -1 where smaller ones are; None
            to learn it.
        likelihood: of pixels that are independent, a class of `zoo/likelihoods`.
        objective: what training maximizes, a function of `zoo/objectives`.

    Example:
        >>> import numpy as np
        >>> model = build((8, 8, 1), latent_dim=2)
        >>> x = np.where(np.arange(8)[:, None] < 4, np.nan, np.zeros([3, 8, 8, 1], "float32"))
        >>> bool(np.isnan(model.complete(x, seed=7, num_samples=10)).any())
        False
    """
    if k is not None:
        check_count("k", k)
    if at_random and sign is not None:
        raise InputError(f"sign is {sign}, but is for at_random=False: give both, or leave it out.")
    *sides, channels = image_shape
    seen = likelihood(mlp_decoder(image_shape, latent_dim, units, parameters=likelihood.parameters))
    return VAE(
        prior=StandardNormal(latent_dim),
        posterior=Gaussian(WithMask(mlp_encoder((*sides, 2 * channels), units)), latent_dim),
        likelihood=Observed(seen) if at_random else SelfMasked(seen, sign),
        objective=given(objective, num_samples=k),
        name="missing_data_vae",
    )

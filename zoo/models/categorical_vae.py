"""A VAE of categorical variables: 30 of 10 classes, trained by VIMCO.

Jang et al. 2017, "Categorical Reparameterization with Gumbel-Softmax"; Mnih and Rezende 2016, "Variational Inference
for Monte Carlo Objectives", for the objective.
"""

from functools import partial

from zoo.likelihoods.bernoulli import Bernoulli
from zoo.networks.mlp import mlp_decoder, mlp_encoder
from zoo.networks.shapes import check_sizes
from zoo.objectives.nvil import NVIL
from zoo.objectives.vimco import vimco
from zoo.posteriors.categorical import Categorical as CategoricalPosterior
from zoo.priors.categorical import Categorical as CategoricalPrior
from zoo.vae import VAE

GROUP = "discrete codes"


def build(image_shape, categoricals=30, classes=10, units=(200,), k=5, baseline_units=(100,)):
    """p(z) = prod_n Cat(z_n), q(z|x) = prod_n Cat(z_n; softmax(l_n(x))); a code is N one-hots of K classes.

    Args:
        image_shape: (height, width, channels).
        categoricals: how many categorical variables z has, N.
        classes: how many classes each of them has, K.
        units: the width of each hidden layer.
        k: the number of samples in the bound: one for NVIL, more for VIMCO, whose samples are each other's baselines.
        baseline_units: the width of each hidden layer of NVIL's learned baseline.

    Example:
        >>> build((8, 8, 1), categoricals=2, classes=3).latent_dim
        6
    """
    (k,) = check_sizes("k", (k,))
    prior = CategoricalPrior(categoricals, classes)
    return VAE(
        prior=prior,
        posterior=CategoricalPosterior(mlp_encoder(image_shape, units), categoricals, classes),
        likelihood=Bernoulli(mlp_decoder(image_shape, prior.latent_dim, units)),
        objective=NVIL(baseline_units) if k == 1 else partial(vimco, num_samples=k),
        name="categorical_vae",
    )

"""One small instance of every part, for the contract of all (`tests/test_parts.py`): a new part has a line here."""

from functools import partial

import keras
import numpy as np

from zoo.likelihoods.bernoulli import Bernoulli
from zoo.likelihoods.discretized_logistic import DiscretizedLogistic
from zoo.likelihoods.gaussian import Gaussian as GaussianLikelihood
from zoo.likelihoods.pixel_cnn import PixelCNN
from zoo.networks.mlp import mlp_decoder, mlp_encoder
from zoo.networks.top_down import TopDown as Path
from zoo.networks.top_down_resnet import TopDownResNet
from zoo.objectives.beta_elbo import beta_elbo
from zoo.objectives.elbo import elbo
from zoo.objectives.free_bits import free_bits
from zoo.objectives.iwae import iwae
from zoo.objectives.labelled_elbo import labelled_elbo
from zoo.objectives.nvil import NVIL
from zoo.objectives.vimco import vimco
from zoo.posteriors.auxiliary import Auxiliary
from zoo.posteriors.bernoulli import Bernoulli as BernoulliPosterior
from zoo.posteriors.gaussian import Gaussian as GaussianPosterior
from zoo.posteriors.hamiltonian import Hamiltonian
from zoo.posteriors.hierarchical import Hierarchical as HierarchicalPosterior
from zoo.posteriors.iaf import IAF
from zoo.posteriors.labelled_gaussian import LabelledGaussian
from zoo.posteriors.top_down import TopDown as TopDownPosterior
from zoo.posteriors.top_down_iaf import TopDownIAF
from zoo.priors.autoregressive_flow import AutoregressiveFlow
from zoo.priors.bernoulli import Bernoulli as BernoulliPrior
from zoo.priors.exemplar import Exemplar
from zoo.priors.flow import Flow
from zoo.priors.full_mixture import FullMixture
from zoo.priors.hierarchical import Hierarchical as HierarchicalPrior
from zoo.priors.labelled import Labelled
from zoo.priors.laplace import Laplace
from zoo.priors.mixture import Mixture
from zoo.priors.spline_flow import SplineFlow
from zoo.priors.standard_normal import StandardNormal
from zoo.priors.student_t import StudentT
from zoo.priors.top_down import TopDown as TopDownPrior
from zoo.priors.vamp import Vamp


def _full_mixture():
    prior = FullMixture(2, components=2)
    prior.build()
    covariances = np.array([[[0.5, 0.3], [0.3, 0.6]], [[1.0, -0.2], [-0.2, 0.4]]])
    prior.assign(np.array([0.3, 0.7]), np.array([[1.0, -1.0], [-0.5, 0.5]]), covariances)
    return prior


def _path():
    path = Path(sizes=(1, 1), width=4)
    for layer in (path.of_h[-1], path.of_z[-1], path.out[-1]):
        # The last step is for a decoder that has the path, too.
        layer.trainable = False
    return path


def _top_down_iaf():
    """A level of two places, the left and the right half of an image of 4x4 pixels."""
    path = TopDownResNet((1, 2), levels=(1,), maps=1, filters=4)
    for layer in (path.of_h[-1], path.of_hidden[-1], path.of_z[-1]):
        layer.trainable = False
    encoder = keras.Sequential([keras.Input((4, 4, 1)), keras.layers.Conv2D(4, (4, 2), (4, 2), activation="elu")])
    return TopDownIAF(encoder, path, units=(4,), context_dim=4)


def _decoder(shape, parameters=1):
    return mlp_decoder(shape, latent_dim=2, units=(8,), parameters=parameters)


#: By the stem of its file: a function of nothing to a prior over two dimensions, or over a label and one.
PRIORS = {
    "autoregressive_flow": lambda: AutoregressiveFlow(2, steps=2, units=(8,)),
    "bernoulli": lambda: BernoulliPrior(2),
    "exemplar": lambda: Exemplar(GaussianPosterior(mlp_encoder((4, 4, 1), (8,)), 2), (4, 4, 1), components=3),
    "flow": lambda: Flow(2, steps=2, units=(8,)),
    "full_mixture": _full_mixture,
    "hierarchical": lambda: HierarchicalPrior(StandardNormal(1), mlp_encoder((1,), (4,)), 1),
    "labelled": lambda: Labelled(StandardNormal(1), labels=3),
    "laplace": lambda: Laplace(2),
    "mixture": lambda: Mixture(2, components=3),
    "spline_flow": lambda: SplineFlow(2, steps=2, units=(8,), bins=4),
    "standard_normal": lambda: StandardNormal(2),
    "student_t": lambda: StudentT(2, df=8.0, train_df=True),
    "top_down": lambda: TopDownPrior(_path()),
    "vamp": lambda: Vamp(GaussianPosterior(mlp_encoder((4, 4, 1), (8,)), 2), (4, 4, 1), components=3),
}
#: A function of an encoder to a posterior over two dimensions, or over a label and one.
POSTERIORS = {
    "auxiliary": lambda encoder: Auxiliary(encoder, 2, auxiliary_dim=2, units=8),
    "bernoulli": lambda encoder: BernoulliPosterior(encoder, 2),
    "gaussian": lambda encoder: GaussianPosterior(encoder, 2),
    "hamiltonian": lambda encoder: Hamiltonian(GaussianPosterior(encoder, 2), steps=1, units=8),
    "hierarchical": lambda encoder: HierarchicalPosterior(GaussianPosterior(encoder, 1), mlp_encoder((1,), (4,)), 1),
    "iaf": lambda encoder: IAF(encoder, 2, steps=2, units=(8,), context_dim=4),
    "labelled_gaussian": lambda encoder: LabelledGaussian(encoder, 1, labels=3, units=8),
    "top_down": lambda encoder: TopDownPosterior(encoder, _path()),
    "top_down_iaf": lambda encoder: _top_down_iaf(),
}
#: A function of an image's shape to a likelihood, with a decoder of two dimensions.
LIKELIHOODS = {
    "bernoulli": lambda shape: Bernoulli(_decoder(shape)),
    "discretized_logistic": lambda shape: DiscretizedLogistic(_decoder(shape, 2)),
    "gaussian": lambda shape: GaussianLikelihood(_decoder(shape, 2), scale=None, range=None),
    "pixel_cnn": lambda shape: PixelCNN(_decoder(shape, PixelCNN.parameters), filters=4, blocks=1, size=3, first=3),
}
#: What a VAE takes as its objective.
OBJECTIVES = {
    "beta_elbo": partial(beta_elbo, beta=2.0),
    "elbo": elbo,
    "free_bits": partial(free_bits, nats=0.1),
    "iwae": partial(iwae, num_samples=5),
    "nvil": NVIL(units=(8,)),
    "vimco": partial(vimco, num_samples=3),
    "labelled_elbo": labelled_elbo,
}
#: Those that are log p(x) itself where q is the exact posterior.
TIGHT = {"elbo", "iwae", "labelled_elbo"}
#: Those whose gradient is an estimate, and not their value's: their own tests hold it against enumeration.
ESTIMATED_GRADIENT = {"nvil", "vimco"}

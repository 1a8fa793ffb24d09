"""One small instance of every part, for the contract of all (`tests/test_parts.py`): a new part has a line here."""

from functools import partial

import keras
import numpy as np

from zoo.likelihoods.bernoulli import Bernoulli
from zoo.likelihoods.beta import Beta
from zoo.likelihoods.categorical import Categorical
from zoo.likelihoods.classes import Classes
from zoo.likelihoods.columns import Columns
from zoo.likelihoods.continuous_bernoulli import ContinuousBernoulli
from zoo.likelihoods.discretized_logistic import DiscretizedLogistic
from zoo.likelihoods.discretized_logistic_mixture import DiscretizedLogisticMixture
from zoo.likelihoods.gaussian import Gaussian as GaussianLikelihood
from zoo.likelihoods.laplace import Laplace as LaplaceLikelihood
from zoo.likelihoods.negative_binomial import NegativeBinomial
from zoo.likelihoods.observed import Observed
from zoo.likelihoods.one_hot import OneHot
from zoo.likelihoods.pixel_cnn import PixelCNN
from zoo.likelihoods.self_masked import SelfMasked
from zoo.likelihoods.student_t import StudentT as StudentTLikelihood
from zoo.likelihoods.views import Views
from zoo.likelihoods.zero_inflated import ZeroInflated
from zoo.networks.mlp import mlp_decoder, mlp_encoder
from zoo.networks.top_down import TopDown as Path
from zoo.networks.top_down_resnet import TopDownResNet
from zoo.objectives.beta_elbo import beta_elbo
from zoo.objectives.beta_tc_elbo import beta_tc_elbo
from zoo.objectives.black_box import black_box
from zoo.objectives.capacity import Capacity
from zoo.objectives.ciwae import ciwae
from zoo.objectives.classified_elbo import classified_elbo
from zoo.objectives.clustered_elbo import clustered_elbo
from zoo.objectives.dip import dip
from zoo.objectives.disarm import disarm
from zoo.objectives.dreg import dreg
from zoo.objectives.elbo import elbo
from zoo.objectives.elbo_of_views import elbo_of_views
from zoo.objectives.f_divergence_elbo import FDivergenceELBO
from zoo.objectives.factor_elbo import FactorELBO
from zoo.objectives.free_bits import free_bits
from zoo.objectives.gumbel_softmax import gumbel_softmax
from zoo.objectives.hmc import HMC
from zoo.objectives.info import info
from zoo.objectives.iwae import iwae
from zoo.objectives.labelled_elbo import labelled_elbo
from zoo.objectives.miselbo import miselbo
from zoo.objectives.miwae import miwae
from zoo.objectives.muprop import muprop
from zoo.objectives.nvil import NVIL
from zoo.objectives.piwae import piwae
from zoo.objectives.rebar import REBAR
from zoo.objectives.relax import RELAX
from zoo.objectives.renyi import renyi
from zoo.objectives.score_function import score_function
from zoo.objectives.siwae import siwae
from zoo.objectives.step_elbo import step_elbo
from zoo.objectives.sticking_the_landing import sticking_the_landing
from zoo.objectives.straight_through import straight_through
from zoo.objectives.vimco import vimco
from zoo.objectives.wake_sleep import wake_sleep
from zoo.posteriors.auxiliary import Auxiliary
from zoo.posteriors.bernoulli import Bernoulli as BernoulliPosterior
from zoo.posteriors.boosted import Boosted
from zoo.posteriors.categorical import Categorical as CategoricalPosterior
from zoo.posteriors.full_covariance import FullCovariance
from zoo.posteriors.gaussian import Gaussian as GaussianPosterior
from zoo.posteriors.hamiltonian import Hamiltonian
from zoo.posteriors.hierarchical import Hierarchical as HierarchicalPosterior
from zoo.posteriors.householder import Householder
from zoo.posteriors.householder_sylvester import HouseholderSylvester
from zoo.posteriors.iaf import IAF
from zoo.posteriors.iterative import Iterative
from zoo.posteriors.labelled_gaussian import LabelledGaussian
from zoo.posteriors.maf import MAF
from zoo.posteriors.mixture import Mixture as MixturePosterior
from zoo.posteriors.mixture_of_experts import MixtureOfExperts
from zoo.posteriors.mixture_of_products import MixtureOfProducts
from zoo.posteriors.neural_autoregressive import NeuralAutoregressive
from zoo.posteriors.nice import NICE
from zoo.posteriors.orthogonal_sylvester import OrthogonalSylvester
from zoo.posteriors.piecewise_constant import PiecewiseConstant as PiecewiseConstantPosterior
from zoo.posteriors.planar import Planar
from zoo.posteriors.product_of_experts import ProductOfExperts
from zoo.posteriors.radial import Radial
from zoo.posteriors.realnvp import RealNVP
from zoo.posteriors.semi_amortized import SemiAmortized
from zoo.posteriors.top_down import TopDown as TopDownPosterior
from zoo.posteriors.top_down_iaf import TopDownIAF
from zoo.posteriors.triangular_sylvester import TriangularSylvester
from zoo.posteriors.von_mises_fisher import VonMisesFisher
from zoo.posteriors.wrapped_normal import WrappedNormal
from zoo.priors.autoregressive_codes import AutoregressiveCodes
from zoo.priors.autoregressive_flow import AutoregressiveFlow
from zoo.priors.bernoulli import Bernoulli as BernoulliPrior
from zoo.priors.categorical import Categorical as CategoricalPrior
from zoo.priors.clustered import Clustered
from zoo.priors.exemplar import Exemplar
from zoo.priors.flow import Flow
from zoo.priors.full_mixture import FullMixture
from zoo.priors.hierarchical import Hierarchical as HierarchicalPrior
from zoo.priors.hyperspherical import Hyperspherical
from zoo.priors.labelled import Labelled
from zoo.priors.laplace import Laplace
from zoo.priors.mixture import Mixture
from zoo.priors.piecewise_constant import PiecewiseConstant as PiecewiseConstantPrior
from zoo.priors.poincare import Poincare
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


def _boosted(encoder):
    return Boosted(GaussianPosterior(mlp_encoder(encoder.input_shape[1:], (8,)), 2), GaussianPosterior(encoder, 2))


def _mixture(encoder):
    encoders = encoder, mlp_encoder(encoder.input_shape[1:], (8,))
    return MixturePosterior([GaussianPosterior(each, 2) for each in encoders])


def _of_halves(kind, encoder):
    """One with an expert for the left half of the encoder's images, and one for the right."""
    height, width, channels = encoder.input_shape[1:]
    sizes = (width // 2, width - width // 2)
    return kind([mlp_encoder((height, size, channels), (8,)) for size in sizes], 2, sizes)


def _views(shape):
    """Halves of pixels of one kind."""
    sizes = (shape[1] // 2, shape[1] - shape[1] // 2)
    return Views([Bernoulli(_decoder((shape[0], size, shape[2]))) for size in sizes], sizes)


def _decoder(shape, parameters=1):
    return mlp_decoder(shape, latent_dim=2, units=(8,), parameters=parameters)


#: By the stem of its file: a function of nothing to a prior over two dimensions, or a label and one, or two one-hots.
PRIORS = {
    "autoregressive_codes": lambda: AutoregressiveCodes((2, 2, 1), classes=3, filters=4, blocks=1),
    "autoregressive_flow": lambda: AutoregressiveFlow(2, steps=2, units=(8,)),
    "bernoulli": lambda: BernoulliPrior(2),
    "categorical": lambda: CategoricalPrior(2, 3),
    "clustered": lambda: Clustered(1, 1, clusters=3, units=8),
    "exemplar": lambda: Exemplar(GaussianPosterior(mlp_encoder((4, 4, 1), (8,)), 2), (4, 4, 1), components=3),
    "flow": lambda: Flow(2, steps=2, units=(8,)),
    "full_mixture": _full_mixture,
    "hierarchical": lambda: HierarchicalPrior(StandardNormal(1), mlp_encoder((1,), (4,)), 1),
    "hyperspherical": lambda: Hyperspherical(2),
    "labelled": lambda: Labelled(StandardNormal(1), labels=3),
    "laplace": lambda: Laplace(2),
    "mixture": lambda: Mixture(2, components=3),
    "piecewise_constant": lambda: PiecewiseConstantPrior(2, pieces=4),
    "poincare": lambda: Poincare(2, curvature=1.2),
    "spline_flow": lambda: SplineFlow(2, steps=2, units=(8,), bins=4),
    "standard_normal": lambda: StandardNormal(2),
    "student_t": lambda: StudentT(2, df=8.0, train_df=True),
    "top_down": lambda: TopDownPrior(_path()),
    "vamp": lambda: Vamp(GaussianPosterior(mlp_encoder((4, 4, 1), (8,)), 2), (4, 4, 1), components=3),
}
#: A function of an encoder to a posterior over what the priors are over.
POSTERIORS = {
    "auxiliary": lambda encoder: Auxiliary(encoder, 2, auxiliary_dim=2, units=8),
    "bernoulli": lambda encoder: BernoulliPosterior(encoder, 2),
    "boosted": _boosted,
    "full_covariance": lambda encoder: FullCovariance(encoder, 2),
    "categorical": lambda encoder: CategoricalPosterior(encoder, 2, 3),
    "gaussian": lambda encoder: GaussianPosterior(encoder, 2),
    "hamiltonian": lambda encoder: Hamiltonian(GaussianPosterior(encoder, 2), steps=1, units=8),
    "hierarchical": lambda encoder: HierarchicalPosterior(GaussianPosterior(encoder, 1), mlp_encoder((1,), (4,)), 1),
    "householder": lambda encoder: Householder(encoder, 2, steps=2),
    "householder_sylvester": lambda encoder: HouseholderSylvester(encoder, 2, steps=2, reflections=1),
    "iaf": lambda encoder: IAF(encoder, 2, steps=2, units=(8,), context_dim=4),
    "iterative": lambda encoder: Iterative(GaussianPosterior(encoder, 2), steps=2, units=8),
    "labelled_gaussian": lambda encoder: LabelledGaussian(encoder, 1, labels=3, units=8),
    "mixture": _mixture,
    "mixture_of_experts": lambda encoder: _of_halves(MixtureOfExperts, encoder),
    "mixture_of_products": lambda encoder: _of_halves(MixtureOfProducts, encoder),
    "semi_amortized": lambda encoder: SemiAmortized(GaussianPosterior(encoder, 2), steps=2),
    "maf": lambda encoder: MAF(encoder, 2, steps=2, units=(8,), context_dim=4),
    "neural_autoregressive": lambda encoder: NeuralAutoregressive(encoder, 2, 2, (8,), sigmoids=3, context_dim=4),
    "nice": lambda encoder: NICE(encoder, 2, steps=2, units=(8,), context_dim=4),
    "orthogonal_sylvester": lambda encoder: OrthogonalSylvester(encoder, 2, steps=2, columns=1),
    "planar": lambda encoder: Planar(encoder, 2, steps=2),
    "product_of_experts": lambda encoder: _of_halves(ProductOfExperts, encoder),
    "radial": lambda encoder: Radial(encoder, 2, steps=2),
    "realnvp": lambda encoder: RealNVP(encoder, 2, steps=2, units=(8,), context_dim=4),
    "top_down": lambda encoder: TopDownPosterior(encoder, _path()),
    "top_down_iaf": lambda encoder: _top_down_iaf(),
    "triangular_sylvester": lambda encoder: TriangularSylvester(encoder, 2, steps=2),
    "piecewise_constant": lambda encoder: PiecewiseConstantPosterior(encoder, 2, pieces=4),
    "von_mises_fisher": lambda encoder: VonMisesFisher(encoder, 2),
    "wrapped_normal": lambda encoder: WrappedNormal(encoder, 2, curvature=1.2),
}
#: A function of an image's shape to a likelihood, with a decoder of two dimensions.
LIKELIHOODS = {
    "bernoulli": lambda shape: Bernoulli(_decoder(shape)),
    "beta": lambda shape: Beta(_decoder(shape, 2)),
    "categorical": lambda shape: Categorical(_decoder(shape, 256)),
    "classes": lambda shape: Classes(_decoder(shape, 3), classes=3),
    "columns": lambda shape: Columns(_decoder(shape, 2), [GaussianLikelihood(None, scale=None, range=None)]),
    "continuous_bernoulli": lambda shape: ContinuousBernoulli(_decoder(shape)),
    "discretized_logistic": lambda shape: DiscretizedLogistic(_decoder(shape, 2)),
    "discretized_logistic_mixture": lambda shape: DiscretizedLogisticMixture(_decoder(shape, 12), components=3),
    "gaussian": lambda shape: GaussianLikelihood(_decoder(shape, 2), scale=None, range=None),
    "laplace": lambda shape: LaplaceLikelihood(_decoder(shape, 2), scale=None, range=None),
    "negative_binomial": lambda shape: NegativeBinomial(_decoder(shape, 2)),
    "observed": lambda shape: Observed(Bernoulli(_decoder(shape))),
    "one_hot": lambda shape: OneHot(_decoder(shape)),
    "pixel_cnn": lambda shape: PixelCNN(_decoder(shape, PixelCNN.parameters), filters=4, blocks=1, size=3, first=3),
    "self_masked": lambda shape: SelfMasked(GaussianLikelihood(_decoder(shape, 2), scale=None, range=None)),
    "student_t": lambda shape: StudentTLikelihood(_decoder(shape, 2), scale=None, df=8.0, min_scale=0.01, range=None),
    "views": _views,
    "zero_inflated": lambda shape: ZeroInflated(_decoder(shape, 3)),
}
#: What a VAE takes as its objective.
OBJECTIVES = {
    "beta_elbo": partial(beta_elbo, beta=2.0),
    "beta_tc_elbo": partial(beta_tc_elbo, beta=3.0, images=100),
    "black_box": partial(black_box, num_samples=3),
    "capacity": Capacity(nats=2.0, steps=1, gamma=3.0),
    "ciwae": partial(ciwae, beta=0.3),
    "classified_elbo": partial(classified_elbo, weight=5.0),
    "clustered_elbo": clustered_elbo,
    "dip": partial(dip, off_diagonal=2.0),
    "disarm": disarm,
    "dreg": dreg,
    "elbo": elbo,
    "elbo_of_views": elbo_of_views,
    "f_divergence_elbo": FDivergenceELBO(weight=300.0, filters=(4,)),
    "factor_elbo": FactorELBO(latent_dim=2, gamma=3.0, units=(8,)),
    "free_bits": partial(free_bits, nats=0.1),
    "gumbel_softmax": gumbel_softmax,
    "hmc": HMC(steps=2, leapfrog_steps=2),
    "info": partial(info, alpha=0.3, weight=5.0),
    "iwae": partial(iwae, num_samples=5),
    "labelled_elbo": labelled_elbo,
    "miselbo": partial(miselbo, num_samples=2),
    "miwae": partial(miwae, groups=3, num_samples=2),
    "muprop": muprop,
    "nvil": NVIL(units=(8,)),
    "piwae": partial(piwae, groups=3, num_samples=2),
    "rebar": REBAR(),
    "relax": RELAX(latent_dim=2, units=(8,)),
    "renyi": partial(renyi, alpha=0.5),
    "score_function": score_function,
    "siwae": partial(siwae, num_samples=2),
    "step_elbo": step_elbo,
    "sticking_the_landing": partial(sticking_the_landing, num_samples=3),
    "straight_through": straight_through,
    "vimco": partial(vimco, num_samples=3),
    "wake_sleep": wake_sleep,
}
#: Those that are log p(x) itself where q is the exact posterior.
TIGHT = {
    "ciwae",
    "classified_elbo",
    "clustered_elbo",
    "dreg",
    "elbo",
    "elbo_of_views",
    "hmc",
    "iwae",
    "labelled_elbo",
    "miselbo",
    "miwae",
    "piwae",
    "renyi",
    "siwae",
    "step_elbo",
    "sticking_the_landing",
    "wake_sleep",
}
#: Those whose gradient is an estimate, or of several aims, and not their value's: their own tests hold it to the truth.
ESTIMATED_GRADIENT = {
    "black_box",
    "disarm",
    "dreg",
    "f_divergence_elbo",
    "factor_elbo",
    "gumbel_softmax",
    "hmc",
    "muprop",
    "nvil",
    "piwae",
    "rebar",
    "relax",
    "score_function",
    "sticking_the_landing",
    "straight_through",
    "vimco",
    "wake_sleep",
}

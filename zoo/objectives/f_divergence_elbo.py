"""The ELBO less an f-divergence of the model's images from the data, as a critic finds it."""

import keras
from keras import ops

from zoo.networks.conv import conv_encoder
from zoo.networks.frozen import frozen
from zoo.networks.shapes import check_sizes
from zoo.numerics.counts import check_count, check_positive
from zoo.numerics.f_divergence import f_divergence, jensen_shannon
from zoo.numerics.surrogate import with_gradient_of
from zoo.objectives.bound import Bound
from zoo.objectives.objective import Objective
from zoo.observed import image_of
from zoo.part import build_once
from zoo.random import draw, mean_image, stream

#: How far from 0 the critic's output comes: e^20 is a number.
MOST = 20.0


class FDivergenceELBO(Objective):
    """ELBO - weight D_f(data || model), the divergence being a critic's estimate: no bound on log p(x).

        D_f = sup_T E_data[T(x)] - E_p(z)[f*(T(y(z)))]

    The ELBO is for images wherever the data are, and pays little for blurred ones between them; a critic that tells
    samples from data makes those dear. y(z) is the mean image of a code of the prior. The critic is a network of the
    objective's: its gradient makes the difference large, and moves nothing else; the decoder's makes it small, and
    doesn't move the critic. The estimate is below the divergence for any critic, but for chance.

    Args:
        divergence: a function of `zoo.numerics.f_divergence`.
        weight: what the divergence counts for.
        filters: the feature maps of each convolution of the critic.
        num_samples: draws of z for each image in the ELBO, S.

    Returns (of a call on a model, images and `training`):
        The objective, `[B]`, in nats (its last term is the batch's, the same for all), and the `LogDensities`.

    Raises:
        InputError: a size or a number that isn't positive.

    Example:
        >>> import zoo
        >>> vae = zoo.build("vae", image_shape=(8, 8, 1), latent_dim=3, objective=FDivergenceELBO(filters=(4,)))
        >>> tuple(vae.objective(vae, ops.zeros([5, 8, 8, 1]))[0].shape)
        (5,)

    References:
        Nowozin et al. 2016, "f-GAN: Training Generative Neural Samplers using Variational Divergence Minimization".
    """

    bound = Bound.NONE

    def __init__(self, divergence=jensen_shannon, weight=50.0, filters=(32, 64), num_samples=1, **kwargs):
        super().__init__(**kwargs)
        check_count("num_samples", num_samples)
        check_positive("weight", weight)
        self.divergence, self.weight, self.num_samples = divergence, weight, num_samples
        self.filters = check_sizes("filters", filters)

    def build(self, input_shape):
        shape = tuple(input_shape[1:])
        network = conv_encoder(shape, self.filters, activation="leaky_relu")
        self.critic = keras.Sequential([network, keras.layers.Dense(1)], name="critic")
        self.critic.build((None, *shape))
        self.built = True

    def call(self, vae, x, training=False):
        densities = vae.log_densities(x, self.num_samples, training=training)
        real = ops.cast(image_of(x), "float32")
        # A model that it isn't of hasn't built it.
        build_once(self, real.shape)
        key = densities.key
        z = draw(vae.prior(), stream(key, "codes that a critic judges"), (ops.shape(real)[0],))
        made = mean_image(vae.likelihood(z, training=training), stream(key, "pixels that a critic judges"))
        elbo = densities.log_likelihood - densities.kl_weight * densities.kl
        value = elbo - self.weight * self._apart(frozen(self.critic), real, made)
        if not training:
            return value, densities
        learned = self._apart(self.critic, real, ops.stop_gradient(made))
        return with_gradient_of(value + learned, value), densities

    def _apart(self, critic, real, made):
        return f_divergence(_output(critic, real), _output(critic, made), self.divergence)


def _output(critic, images):
    return MOST * ops.tanh(ops.cast(critic(images), "float32")[:, 0] / MOST)

"""A prior made by autoregressive steps."""

from zoo.bijectors.masked_autoregressive import MaskedAutoregressive
from zoo.networks.made import MADE
from zoo.priors.bent import Bent
from zoo.probability import tfb


class AutoregressiveFlow(Bent):
    """N(0, I), bent by steps that scale and shift each dimension as those before it say.

        u_0 ~ N(0, I);  in step t, from the first dimension to the last,
        u_t,d = u_(t-1),d * exp(s_d) + m_d,   [m, r] = MADE_t(u_t),  s = 2 tanh(r / 2),
        where m_d and r_d depend on u_t,1 .. u_t,d-1
        z = loc + scale * u_T
        log p(z) = log N(u_0; 0, I) - sum_t sum_d s_t,d - sum_d log scale_d

    It is the reverse of an inverse autoregressive flow, and as a prior as rich as that is as a posterior. The density,
    which is all that training takes, is one pass of each network. Drawing takes D passes of each, which are unrolled:
    D T passes are in what is exported. The order of the dimensions is reversed between the steps. The networks' last
    layers start at 0: the flow starts as N(0, I), if its steps aren't given other weights.

    Args:
        latent_dim: the size D of z.
        steps: how many, T.
        units: the width of each hidden layer of each step's MADE.

    Returns (of a call):
        `tfd.TransformedDistribution` with event shape `[D]`, no batch shape.

    Raises:
        InputError: a size that isn't a positive integer.

    Example:
        >>> prior = AutoregressiveFlow(latent_dim=2)
        >>> round(float(prior().log_prob([0.0, 0.0])), 4)
        -1.8379

    References:
        Chen et al. 2017, "Variational Lossy Autoencoder", section 3.2; Papamakarios et al. 2017, "Masked Autoregressive
        Flow for Density Estimation", section 3, for the flow.
    """

    def __init__(self, latent_dim, steps=4, units=(320,), **kwargs):
        super().__init__(latent_dim, steps, **kwargs)
        self.made = [MADE(units, outputs=2, output_scale=0.0, name=f"made_{step}") for step in range(self.steps)]

    def build_networks(self):
        for made in self.made:
            made.build((None, self.latent_dim))

    def bend(self):
        chain, order = [], list(reversed(range(self.latent_dim)))
        for made in self.made:
            if chain:
                chain.append(tfb.Permute(order))
            chain.append(MaskedAutoregressive(made))
        return chain

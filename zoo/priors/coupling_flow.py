"""The base of priors made by couplings."""

import abc

from zoo.bijectors.coupled import Coupled
from zoo.networks.coupling import Coupling, partings
from zoo.priors.bent import Bent


class CouplingFlow(Bent):
    """N(0, I), bent by steps that each move one part of the dimensions as the other part says.

        u_0 ~ N(0, I);  in step t, the dimensions a stay and the others b become
        u_t[b] = f(u_(t-1)[b]; network_t(u_(t-1)[a]))

    How the steps part the dimensions is said in `zoo.networks.coupling`. The networks' last layers start at 0. Drawing
    and the density are both a single pass.

    Args:
        latent_dim: the size D of z, 2 at least.
        steps: how many couplings, T.
        units: the width of each hidden layer of each step's network.
        numbers: how many f takes for each dimension.

    Raises:
        InputError: a size that isn't a positive integer, or a single dimension, which has no other to go by.

    Example:
        >>> from zoo.priors.flow import Flow
        >>> len(Flow(latent_dim=4, steps=3).couplings)
        3
    """

    def __init__(self, latent_dim, steps, units, numbers, **kwargs):
        super().__init__(latent_dim, steps, **kwargs)
        self.orders = partings(self.latent_dim, self.steps)
        self.couplings = [
            Coupling(numbers * (self.latent_dim - stay), units, name=f"coupling_{step}")
            for step, (_, stay) in enumerate(self.orders)
        ]

    def build_networks(self):
        for (_, stay), coupling in zip(self.orders, self.couplings, strict=True):
            coupling.build((None, stay))

    def bend(self):
        steps = zip(self.orders, self.couplings, strict=True)
        return [Coupled(*order, lambda a, coupling=coupling: self.move(coupling(a))) for order, coupling in steps]

    @abc.abstractmethod
    def move(self, numbers):
        """f, a bijector.

        Args:
            numbers: float32 `[..., numbers * D']` for D' dimensions.
        """

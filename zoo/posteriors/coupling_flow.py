"""The base of posteriors made by couplings."""

from abc import abstractmethod

from zoo.bijectors.coupled import Coupled
from zoo.networks.coupling import Coupling, partings
from zoo.networks.shapes import check_sizes
from zoo.posteriors.conditioned_flow import ConditionedFlow


class CouplingFlow(ConditionedFlow):
    """A diagonal Gaussian, bent by couplings that see a context h(x) of the encoder's.

        z_0 ~ N(loc(x), diag(scale(x)^2));  in step t, the dimensions a stay and the others b become
        z_t[b] = f(z_(t-1)[b]; network_t(z_(t-1)[a], h(x)))

    How the steps part the dimensions is said in `zoo.networks.coupling`. The networks' last layers start at 0. Drawing
    and the density are both a single pass. A subclass says how many numbers f takes for each dimension (`numbers`), and
    what it makes of them (`move`).

    Args:
        encoder: a network, `[B, ...]` to `[B, features]`.
        latent_dim: the size D of z, 2 at least.
        steps: how many couplings, T.
        units: the width of each hidden layer of each step's network.
        context_dim: the size of h(x).

    Raises:
        InputError: a size that isn't a positive integer, or a single dimension, which has no other to go by.

    Example:
        >>> from zoo.posteriors.realnvp import RealNVP
        >>> issubclass(RealNVP, CouplingFlow), RealNVP.numbers
        (True, 2)
    """

    #: How many numbers a dimension is moved by.
    numbers = 1

    def __init__(self, encoder, latent_dim, steps=4, units=(64,), context_dim=64, **kwargs):
        (latent_dim,), (steps,) = check_sizes("latent_dim", (latent_dim,)), check_sizes("steps", (steps,))
        orders = partings(latent_dim, steps)
        networks = [
            Coupling(self.numbers * (latent_dim - stay), units, name=f"coupling_{step}")
            for step, (_, stay) in enumerate(orders)
        ]
        super().__init__(encoder, latent_dim, networks, [stay for _, stay in orders], context_dim, **kwargs)
        self.orders = orders

    def step(self, network, number):
        return [Coupled(*self.orders[number], lambda a: self.move(network(a)))]

    @abstractmethod
    def move(self, numbers):
        """f, a bijector.

        Args:
            numbers: float32 `[..., numbers * D']` for D' dimensions.
        """

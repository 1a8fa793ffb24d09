"""One step of Hamiltonian Monte Carlo."""

from keras import ops

from zoo.probability import stateless_seed, tfp

#: The acceptance at which HMC goes furthest for its gradients (Neal 2011, section 4.4).
ACCEPTANCE = 0.65
#: How much of what the acceptance is off goes into the logarithm of the step size.
GAIN = 0.2


def hmc_step(log_density, z, step_size, leapfrog_steps, key):
    """Moves each chain so that the density stays as it is: a momentum, leapfrog steps, and a choice of where to be.

        v ~ N(0, I),   (z', v') = leapfrog^L(z, v),   z' with probability min(1, exp(H(z, v) - H(z', v'))), else z

    Args:
        log_density: a function of z, `[..., B, D]`, to `[..., B]`, up to a constant, in nats.
        z: where the chains are, `[K, B, D]`.
        step_size: of each image, `[B]`.
        leapfrog_steps: L.
        key: int32 `[2]`.

    Returns:
        Where they are now, `[K, B, D]`, and the share of each image's chains that moved, `[B]`.

    Example:
        >>> from zoo.random import key
        >>> normal = lambda z: -ops.sum(z**2, axis=-1) / 2
        >>> z, share = hmc_step(normal, ops.zeros([5, 3, 2]), ops.full([3], 0.1), 4, key(7))
        >>> tuple(z.shape), tuple(share.shape)
        ((5, 3, 2), (3,))

    References:
        Neal 2011, "MCMC Using Hamiltonian Dynamics", section 3.2.
    """
    kernel = tfp.mcmc.HamiltonianMonteCarlo(
        log_density, step_size=ops.convert_to_tensor(step_size)[:, None], num_leapfrog_steps=leapfrog_steps
    )
    z, results = kernel.one_step(z, kernel.bootstrap_results(z), seed=stateless_seed(key))
    return z, ops.mean(ops.cast(results.is_accepted, "float32"), axis=0)

"""f-divergences of two sets of draws, as a critic finds them.

    D_f(P || Q) = E_Q[f(p/q)] >= E_P[T] - E_Q[f*(T)],   for any T, with the convex conjugate f* of f

The critic's output v is any number, and each divergence has its own T = g(v), which lies where f* is finite. A function
of this file gives T and f*(T) of v. At the best v, which is said of each, both sides are the same.
"""

import math

import keras
from keras import ops


def f_divergence(v_of_p, v_of_q, divergence):
    """E_P[T] - E_Q[f*(T)], of a critic's outputs at draws: a lower bound on D_f(P || Q), but for chance.

    Args:
        v_of_p: the critic's outputs at draws of P, any shape.
        v_of_q: those at draws of Q, any shape.
        divergence: a function of this file, `jensen_shannon` say, or another that gives T and f*(T).

    Returns:
        float32, a scalar, in nats.

    Example:
        >>> round(float(f_divergence(ops.zeros([3]), ops.zeros([5]), jensen_shannon)), 6)
        0.0

    References:
        Nguyen et al. 2010, "Estimating Divergence Functionals and the Likelihood Ratio by Convex Risk Minimization";
        Nowozin et al. 2016, "f-GAN: Training Generative Neural Samplers using Variational Divergence Minimization".
    """
    return ops.mean(divergence(v_of_p)[0]) - ops.mean(divergence(v_of_q)[1])


@keras.saving.register_keras_serializable(__name__)
def kl(v):
    """KL(P || Q), which likelihood makes small: Q has to be wherever P is. Best v = 1 + log p/q."""
    return v, ops.exp(v - 1)


@keras.saving.register_keras_serializable(__name__)
def reverse_kl(v):
    """KL(Q || P): Q has to be nowhere but where P is. Best v = log p/q."""
    return -ops.exp(-v), v - 1


@keras.saving.register_keras_serializable(__name__)
def pearson(v):
    """Pearson's chi squared, E_Q (p/q - 1)^2. Best v = 2 (p/q - 1)."""
    return v, v * v / 4 + v


@keras.saving.register_keras_serializable(__name__)
def squared_hellinger(v):
    """Twice the squared Hellinger distance, E_Q (sqrt(p/q) - 1)^2, at most 2. Best v = 1/2 log p/q."""
    return 1 - ops.exp(-v), ops.exp(v) - 1


@keras.saving.register_keras_serializable(__name__)
def jensen_shannon(v):
    """Twice the Jensen-Shannon divergence, KL(P || M) + KL(Q || M), M = (P + Q) / 2. Best v = log p/q."""
    return math.log(2) - ops.softplus(-v), ops.softplus(v) - math.log(2)

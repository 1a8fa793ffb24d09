"""The loss of a batch, wherever it lies: on one device, or dealt out to the replicas of a `tf.distribute` strategy."""

from keras import ops

from zoo.numerics.replicas import all_sum, replica_context


def batch_loss(losses, penalties=()):
    """The mean of the images' losses, and the penalties: 1/B sum_i loss_i + sum_j penalty_j.

    Under a strategy this is called on each of R replicas, with B_r of the B images, and Keras does two things with the
    results l_r. It sums their gradients, and reports sum_r B_r R l_r / B. The gradient is right where
    l_r = 1/B sum_i loss_i, the report where l_r = 1/(R B_r) sum_i loss_i, and they are the same where all B_r are. So
    the value is the latter's, and the gradient the former's: both are what one device would have. A replica may have no
    image of the last batch.

    Args:
        losses: float `[B_r]`, one for each image here.
        penalties: scalars, the same on all replicas: what regularizers add.

    Returns:
        float32 scalar.

    Example:
        >>> float(batch_loss(ops.convert_to_tensor([1.0, 3.0]), [ops.convert_to_tensor(0.5)]))
        2.5
    """
    total, count = ops.sum(losses), ops.cast(ops.shape(losses)[0], "float32")
    added = sum((ops.sum(ops.cast(penalty, "float32")) for penalty in penalties), start=0.0)
    context = replica_context()
    if context is None:
        return total / count + added
    replicas = context.num_replicas_in_sync
    share = total / all_sum(count)
    reported = ops.divide_no_nan(total, count) / replicas
    return share + ops.stop_gradient(reported - share) + added / replicas

"""Sums over the replicas of a `tf.distribute` strategy; with one device they are what is given."""

import keras


def replica_context():
    """TensorFlow's context of the replica that runs this code; None where there is one device.

    Example:
        >>> replica_context() is None
        True
    """
    if keras.backend.backend() != "tensorflow":
        return None
    import tensorflow as tf

    context = tf.distribute.get_replica_context()
    return None if context is None or context.num_replicas_in_sync == 1 else context


def all_sum(x):
    """The sum of a tensor over all replicas, the same on each.

    Example:
        >>> float(all_sum(keras.ops.ones([])))
        1.0
    """
    context = replica_context()
    return x if context is None else context.all_reduce("SUM", x)


def of_first(x):
    """The first replica's tensor, on each: what is chosen of one's own batch, and must be the same everywhere.

    Example:
        >>> float(of_first(keras.ops.ones([])))
        1.0
    """
    context = replica_context()
    if context is None:
        return x
    first = keras.ops.cast(context.replica_id_in_sync_group == 0, x.dtype)
    return context.all_reduce("SUM", x * first)

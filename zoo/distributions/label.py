"""A label as a one-hot vector; what is known of it isn't drawn."""

from keras import ops

from zoo.numerics.divergence import kl_per_dimension
from zoo.random import categorical, center, draw


class Label:
    """Cat(y; softmax(l)) over one-hot vectors. Where y is known it is a point: its draws are y, and log p(y) = 0.

    Args:
        logits: l, float `[..., K]`.
        known: int32 `[...]`, with axes in front of those of the logits perhaps; anything but 0 .. K - 1 stands for a
            label that is missing. None where all are.
        scores: a function without arguments, to float `[..., K]`: the label at the centre is the one with the highest.
            None for the most probable label.

    Example:
        >>> label = Label(ops.zeros([2, 4]), known=ops.convert_to_tensor([3, -1]))
        >>> [round(float(p), 4) for p in label.log_prob(ops.one_hot(ops.convert_to_tensor([3, 3]), 4))]
        [0.0, -1.3863]
    """

    def __init__(self, logits, known=None, scores=None):
        self.logits, self.scores, self.classes = ops.cast(logits, "float32"), scores, logits.shape[-1]
        self.known = known
        if known is not None:
            self.known = ops.cast(known, "int32")
            self.logits = ops.broadcast_to(self.logits, (*ops.shape(self.known), self.classes))
            self._is_known = ops.logical_and(self.known >= 0, self.known < self.classes)[..., None]
            self._one_hot = ops.one_hot(self.known, self.classes, dtype="float32")

    def _unless_known(self, found):
        """The known labels as one-hot vectors, and elsewhere what was found, `[..., K]`."""
        return found if self.known is None else ops.where(self._is_known, self._one_hot, found)

    def probabilities(self):
        """The probability of each label, `[..., K]`."""
        return self._unless_known(ops.softmax(self.logits))

    def known_logits(self):
        """Logits of the same probabilities, `[..., K]`: what a known label isn't is at -1e9, which is finite."""
        if self.known is None:
            return self.logits
        return ops.where(self._is_known, (self._one_hot - 1) * 1e9, self.logits)

    def log_prob(self, y):
        """log p(y), `[...]`, in nats, at one-hot vectors `[..., K]`."""
        log_p = ops.sum(y * ops.log_softmax(self.logits), axis=-1)
        if self.known is None:
            return log_p
        other = ops.sum(y * self._one_hot, axis=-1) < 0.5
        return ops.where(self._is_known[..., 0], ops.where(other, -float("inf"), 0.0), log_p)

    def negative_entropies(self):
        """p(y) log p(y) of each label, `[..., K]`, in nats: their sum is the entropy's opposite."""
        log_p = ops.log_softmax(self.logits)
        terms = ops.exp(log_p) * log_p
        return terms if self.known is None else ops.where(self._is_known, 0.0, terms)


@draw.register(Label)
def _(label, key, shape=()):
    y = ops.one_hot(categorical(key, label.logits, shape), label.classes, dtype="float32")
    return label._unless_known(y)


@center.register(Label)
def _(label):
    scores = label.logits if label.scores is None else label.scores()
    highest = ops.cast(scores >= ops.max(scores, axis=-1, keepdims=True), "float32")
    # The first of several: argmax has no builtin in TFLite.
    first = ops.cast(ops.cumsum(highest, axis=-1) < 1.5, "float32")
    return label._unless_known(highest * first)


@kl_per_dimension.register(Label)
def _(q, p, z=None):
    """q(y) (log q(y) - log p(y)) of each label, whose sum is the KL."""
    if not isinstance(p, Label) or p.known is not None:
        return None
    return q.negative_entropies() - q.probabilities() * ops.log_softmax(p.logits)

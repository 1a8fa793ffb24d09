"""Classifiers of images: the networks in whose features samples are judged, and images compared."""

from pathlib import Path
from typing import Any, NamedTuple

import keras
from keras import ops

from zoo.errors import InputError
from zoo.files.foreign import check_file, reading
from zoo.files.saving import read_json
from zoo.files.sha256 import sha256
from zoo.files.shipped import FOLDER


class Classifier(NamedTuple):
    """A network whose features samples are judged in. `classifier` and `inception` make one."""

    name: str  #: what figures made with it are to be named after
    network: Any  #: a Keras model, images to features `[B, D]` and class logits `[B, K]`
    image_shape: tuple  #: (height, width, channels) that it takes; None for a size that may be any
    prepare: Any = ops.convert_to_tensor  #: a function that makes images in [0, 1] the network's input
    is_inception: bool = False  #: whether figures are FID and the Inception Score


def classifier(name):
    """The classifier that was trained on a data set by `scripts/train_classifier.py`.

    What is computed from it is no FID and no Inception Score, and can't be compared with any: it is the Frechet
    distance on features of that classifier.

    Args:
        name: the data set's.

    Raises:
        InputError: there is no such classifier, or its file isn't its card's.

    Example:
        >>> classifier("digits").image_shape
        (8, 8, 1)
    """
    folder = FOLDER / "classifiers"
    names = sorted(path.stem for path in folder.glob("*.keras"))
    if name not in names:
        raise InputError(
            f"there is no classifier {name!r}. There are {', '.join(names)}: give one of these (--classifier) for "
            "images of the same size and kind. scripts/train_classifier.py, in the repository, trains one."
        )
    path = folder / f"{name}.keras"
    if read_json(path.with_suffix(".json")).get("sha256") != sha256(path):
        raise InputError(f"{path} isn't the file that was trained: its SHA-256 isn't its card's. Restore it.")
    model = keras.saving.load_model(path, compile=False, safe_mode=True)
    last = model.layers[-1]
    network = keras.Model(model.inputs, [last.input, last.output])
    return Classifier(f"the {name} classifier", network, model.input_shape[1:])


def inception(weights):
    """Inception-v3 with a user's weights: what is computed from it is FID and the Inception Score.

    Nothing is downloaded. Images are enlarged to 299x299, grey ones become three equal channels, and pixels go from
    -1 to 1. The features are the 2048 averages of the last convolution's maps. Published scores use weights of 2015
    that aren't Keras's: figures agree with them about as well as those of different implementations do.

    Args:
        weights: the path of `inception_v3_weights_tf_dim_ordering_tf_kernels.h5`, which Keras publishes.

    Raises:
        InputError: there is no such file, or it holds other weights.

    Example:
        >>> inception("nowhere.h5")
        Traceback (most recent call last):
        zoo.errors.InputError: weights is nowhere.h5, but there is no such file...

    References:
        Szegedy et al. 2016, "Rethinking the Inception Architecture for Computer Vision"; Heusel et al. 2017, "GANs
        Trained by a Two Time-Scale Update Rule Converge to a Local Nash Equilibrium", section 1.
    """
    wanted = "inception_v3_weights_tf_dim_ordering_tf_kernels.h5, the one with the classes"
    if not Path(weights).exists():
        raise InputError(f"weights is {weights}, but there is no such file. Give Keras's {wanted}.")
    check_file(weights)
    model = keras.applications.InceptionV3(weights=None, classifier_activation=None)
    with reading(weights, f"a file of Inception-v3's weights, {wanted}"):
        model.load_weights(weights)
    last = model.layers[-1]
    network = keras.Model(model.inputs, [last.input, last.output])
    return Classifier("Inception-v3", network, (None, None, None), for_inception, is_inception=True)


@keras.saving.register_keras_serializable(__name__)
def for_inception(x):
    """Images as Inception-v3 takes them: 299x299, three channels, from -1 to 1.

    Args:
        x: images in [0, 1], `[B, height, width, channels]`, grey ones or in colour.

    Raises:
        InputError: they have neither 1 nor 3 channels.
    """
    if x.shape[-1] not in (1, 3):
        raise InputError(f"images have {x.shape[-1]} channels, but Inception-v3 takes grey ones and those of 3.")
    x = ops.repeat(x, 3, axis=-1) if x.shape[-1] == 1 else x
    return 2 * ops.image.resize(x, (299, 299), interpolation="bilinear", data_format="channels_last") - 1

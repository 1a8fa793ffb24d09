"""One of every Keras layer, with what it is given: what a user's own network may be made of."""

import inspect

import keras

FLAT, SEQUENCE, IMAGE, SEQUENCE_OF_IMAGES = (None, 4), (None, 6, 4), (None, 8, 8, 3), (None, 3, 8, 8, 3)
VOLUME, ROWS = (None, 6, 6, 6, 3), (None, 3, 6, 4)
#: Abstract ones, and those that run another framework's or a Python function's code: no plain layers.
NOT_PLAIN = {"FlaxLayer", "InputLayer", "InputSpec", "JaxLayer", "Lambda", "Layer", "Pipeline", "RNN", "TFSMLayer"}
NOT_PLAIN |= {"TorchModuleWrapper", "Wrapper"}
#: They work on labels or on NumPy alone, and are in no graph.
NOT_IN_A_GRAPH = {"MaxNumBoundingBoxes"}
#: Arguments of those that need some. The first part of a name is enough: Conv2D has Conv2DTranspose's too.
ARGUMENTS = {
    "Activation": {"activation": "relu"},
    "AveragePooling": {"pool_size": 2},
    "MaxPooling": {"pool_size": 2},
    "AdaptiveAveragePooling": {"output_size": 2},
    "AdaptiveMaxPooling": {"output_size": 2},
    "AlphaDropout": {"rate": 0.5},
    "CategoryEncoding": {"num_tokens": 5},
    "CenterCrop": {"height": 4, "width": 4},
    "Conv": {"filters": 2, "kernel_size": 3},
    "Dense": {"units": 3},
    "DepthwiseConv": {"kernel_size": 3},
    "Discretization": {"bin_boundaries": [0.0, 1.0]},
    "Dot": {"axes": 1},
    "Dropout": {"rate": 0.5},
    "EinsumDense": {"equation": "ab,bc->ac", "output_shape": 3},
    "Embedding": {"input_dim": 5, "output_dim": 3},
    "GRU": {"units": 3},
    "GaussianDropout": {"rate": 0.5},
    "GaussianNoise": {"stddev": 0.5},
    "GroupNormalization": {"groups": 1},
    "GroupQueryAttention": {"head_dim": 2, "num_query_heads": 2, "num_key_value_heads": 1},
    "HashedCrossing": {"num_bins": 5},
    "Hashing": {"num_bins": 5},
    "IntegerLookup": {"vocabulary": [1, 2, 3]},
    "LSTM": {"units": 3},
    "MelSpectrogram": {
        "fft_length": 8,
        "sequence_stride": 4,
        "num_mel_bins": 4,
        "sampling_rate": 8000,
        "max_freq": 4000,
    },
    "MultiHeadAttention": {"num_heads": 2, "key_dim": 2},
    "Normalization": {"mean": 0.5, "variance": 2.0},
    "Permute": {"dims": (2, 1)},
    "RandomBrightness": {"factor": 0.5},
    "RandomColorDegeneration": {"factor": 0.5},
    "RandomContrast": {"factor": 0.5},
    "RandomCrop": {"height": 4, "width": 4},
    "RandomHue": {"factor": 0.5},
    "RandomPosterization": {"factor": 4},
    "RandomRotation": {"factor": 0.5},
    "RandomSaturation": {"factor": 0.5},
    "RandomSharpness": {"factor": 0.5},
    "RandomTranslation": {"height_factor": 0.5, "width_factor": 0.5},
    "RandomZoom": {"height_factor": 0.5},
    "RepeatVector": {"n": 2},
    "Rescaling": {"scale": 2.0},
    "Reshape": {"target_shape": (2, 2)},
    "Resizing": {"height": 4, "width": 4},
    "ReversibleEmbedding": {"input_dim": 5, "output_dim": 3},
    "STFTSpectrogram": {"frame_length": 4, "frame_step": 2, "fft_length": 4},
    "SeparableConv": {"filters": 2, "kernel_size": 3},
    "SimpleRNN": {"units": 3},
    "SpatialDropout": {"rate": 0.5},
    "StringLookup": {"vocabulary": ["a", "b"]},
    "TextVectorization": {"vocabulary": ["a", "b"], "output_sequence_length": 4},
}
STRING, INTEGER = "string", "int64"


def layers():
    """The layers of `keras.layers`, by name, each with its inputs: (layer, list of (shape, dtype))."""
    found = {}
    for name, kind in sorted(vars(keras.layers).items()):
        if inspect.isclass(kind) and kind.__name__ == name and name not in NOT_PLAIN | NOT_IN_A_GRAPH:
            found[name] = _make(name, kind), _inputs(name)
    return found


def _make(name, kind):
    special = {
        "Bidirectional": lambda: kind(keras.layers.LSTM(3)),
        "Normalization": lambda: kind(mean=0.5, variance=2.0),
        "SpectralNormalization": lambda: kind(keras.layers.Dense(3)),
        "StackedRNNCells": lambda: keras.layers.RNN(kind([keras.layers.GRUCell(3), keras.layers.LSTMCell(3)])),
        "TimeDistributed": lambda: kind(keras.layers.Dense(3)),
    }
    if name in special:
        return special[name]()
    key = max((key for key in ARGUMENTS if name.startswith(key)), key=len, default=None)
    layer = kind(**ARGUMENTS.get(key, {}))
    return keras.layers.RNN(layer) if name in ("GRUCell", "LSTMCell", "SimpleRNNCell") else layer


def _inputs(name):
    if name in ("Add", "Average", "Concatenate", "Dot", "Maximum", "Minimum", "Multiply", "Subtract"):
        return [(FLAT, "float32")] * 2
    if name in ("AdditiveAttention", "Attention", "GroupQueryAttention", "MultiHeadAttention"):
        return [(SEQUENCE, "float32")] * 2
    if name in ("StringLookup", "TextVectorization"):
        return [((None, 1), STRING)]
    if name == "HashedCrossing":
        return [((None, 1), INTEGER)] * 2
    if name in ("CategoryEncoding", "Embedding", "Hashing", "IntegerLookup", "ReversibleEmbedding"):
        return [((None, 4), INTEGER)]
    if name == "MelSpectrogram":
        return [((None, 32), "float32")]
    if name == "STFTSpectrogram":
        return [((None, 32, 1), "float32")]
    if name.startswith("ConvLSTM"):
        return [({"1": ROWS, "2": SEQUENCE_OF_IMAGES, "3": (None, 2, 6, 6, 6, 3)}[name[8]], "float32")]
    if name.endswith("3D") or "3DTranspose" in name:
        return [(VOLUME, "float32")]
    sequences = (
        "GRU",
        "LSTM",
        "SimpleRNN",
        "Masking",
        "Bidirectional",
        "TimeDistributed",
        "StackedRNNCells",
        "Permute",
    )
    if name.endswith("1D") or "1DTranspose" in name or name.startswith(sequences):
        return [(SEQUENCE, "float32")]
    images = ("2D", "2DTranspose", "GroupNormalization", "BatchNormalization", "CenterCrop", "Resizing", "Random")
    images += ("AugMix", "AutoContrast", "CutMix", "MixUp", "RandAugment", "Solarization", "Equalization", "Contrast")
    if any(part in name for part in images):
        return [(IMAGE, "float32")]
    return [(FLAT, "float32")]

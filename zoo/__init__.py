"""zoo: autoencoders and variational autoencoders on Keras 3 and TensorFlow Probability.

    import zoo
    vae = zoo.build("conv_vae", image_shape=(28, 28, 1), latent_dim=16)
    vae.compile("adam")
    vae.fit(images, epochs=10)
    vae.sample(n=16, seed=7)

`names()` lists the models, `build` makes one, `load` brings back one that was saved or a run folder's.
"""

import importlib

import wrapt

__version__ = "0.1.0"
__all__ = ["build", "load", "names"]


def __getattr__(name):
    # TensorFlow takes seconds to import: only what needs it does, and the command line's help doesn't.
    if name in __all__:
        return getattr(importlib.import_module("zoo.catalogue"), name)
    raise AttributeError(f"module 'zoo' has no attribute {name!r}")


def __dir__():
    return sorted([*globals(), *__all__])


# After `import zoo`, keras.saving.load_model knows zoo's classes: as soon as there is a Keras, they are registered with
# it. Every one of them is a `zoo.part.Composed`, so that module has to be whole first.
@wrapt.when_imported("keras")
def _import_part(keras):
    importlib.import_module("zoo.part")


@wrapt.when_imported("zoo.part")
def _import_classes(part):
    importlib.import_module("zoo.catalogue").import_classes()

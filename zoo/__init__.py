"""zoo: autoencoders and variational autoencoders on Keras 3 and TensorFlow Probability.

    import zoo
    vae = zoo.build("conv_vae", image_shape=(28, 28, 1), latent_dim=16)
    vae.compile("adam")
    vae.fit(images, epochs=10)
    vae.sample(n=16, seed=7)

`names()` lists the models, `build` makes one, `load` brings back one that was saved, or trained for you. `refine` finds
the best codes of your own images, where the encoder guesses. Data and parts are there by name: `zoo.data.mnist()`,
`zoo.priors.Mixture`, `zoo.objectives.iwae`.
"""

import importlib

import wrapt

__version__ = "0.1.0"
#: What is here, and the module that has it.
_HERE = {
    "build": "zoo.catalogue",
    "load": "zoo.loading",
    "names": "zoo.catalogue",
    "refine": "zoo.evaluation.likelihood.refine",
}
__all__ = sorted(_HERE)
#: The folders that show what their files define: `zoo.priors.Mixture`, `zoo.data.mnist()`.
FACES = (
    "bijectors",
    "corruptions",
    "data",
    "distributions",
    "likelihoods",
    "objectives",
    "optimizers",
    "penalties",
    "posteriors",
    "priors",
    "quantizers",
)


def __getattr__(name):
    # TensorFlow takes seconds to import: only what needs it does, and the command line's help doesn't.
    if name in __all__:
        return getattr(importlib.import_module(_HERE[name]), name)
    if name in FACES:
        return importlib.import_module(f"zoo.{name}")
    raise AttributeError(f"module 'zoo' has no attribute {name!r}")


def __dir__():
    return sorted([*globals(), *__all__, *FACES])


class _Unimported:
    """Stands for a class of models in Keras's register until the class itself has been imported."""

    def __init__(self, module, name):
        self._module, self._name = module, name

    def from_config(self, config):
        return getattr(importlib.import_module(self._module), self._name).from_config(config)


@wrapt.when_imported("keras")
def _register_models(keras):
    """After `import zoo`, `keras.saving.load_model` knows zoo's models; what is in one, its `from_config` imports."""
    for module, name in (
        ("zoo.vae", "VAE"),
        ("zoo.autoencoder", "Autoencoder"),
        ("zoo.two_stage", "TwoStage"),
        ("zoo.vq_vae", "VQVAE"),
        ("zoo.adversarial_vb", "AdversarialVB"),
        ("zoo.vae_gan", "VAEGAN"),
        ("zoo.functional", "Method"),
    ):
        keras.saving.get_custom_objects().setdefault(f"{module}>{name}", _Unimported(module, name))

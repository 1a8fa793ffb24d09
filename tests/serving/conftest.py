import numpy as np
import pytest

import zoo


@pytest.fixture(scope="session")
def saved(tmp_path_factory):
    """A small model, and a folder with its SavedModel as version 1, warm-up requests included, and its signature."""
    from zoo.export.compare import cases
    from zoo.export.saved_model import write_saved_model
    from zoo.export.signatures import signatures
    from zoo.export.vouching import vouch
    from zoo.export.warm_up import write_warm_up

    folder = tmp_path_factory.mktemp("saved") / "small"
    model = zoo.build("vae", image_shape=(8, 8, 1), latent_dim=2, units=(8,))
    asked = signatures(model, 5)
    write_saved_model(folder / "1", asked)
    write_warm_up(folder / "1", "small", cases(asked, np.zeros([2, 8, 8, 1], "float32")))
    vouch(folder / "1")
    return model, folder

"""Times pythae on the networks of `bench_training.py`; run by it, in a Python that has pythae.

    python -m venv peer && peer/bin/pip install torch==2.13.0 pythae==0.1.2
    peer/bin/python scripts/peer_pythae.py IMAGES.npy vae|iaf|iwae|nll [REPEATS]

Prints one JSON line: the images (or, for nll, image-samples) per second of each repeat after one that doesn't count.
"""

import contextlib
import io
import json
import logging
import sys
import tempfile
import time

import numpy as np
import torch
from pythae.data.datasets import BaseDataset
from pythae.models import IWAE, VAE, VAE_IAF, IWAEConfig, VAE_IAF_Config, VAEConfig
from pythae.models.base.base_utils import ModelOutput
from pythae.models.nn import BaseDecoder, BaseEncoder
from pythae.trainers import BaseTrainer, BaseTrainerConfig
from torch import nn

LATENT, BATCH = 32, 128
NLL_IMAGES, NLL_SAMPLES = 20, 1000


class Encoder(BaseEncoder):
    """28x28 to 14x14 (32 maps) to 7x7 (64), then a dense layer each for the mean and the log variance."""

    def __init__(self):
        super().__init__()
        self.latent_dim = LATENT
        self.convolutions = nn.Sequential(
            nn.Conv2d(1, 32, 3, stride=2, padding=1), nn.ReLU(), nn.Conv2d(32, 64, 3, stride=2, padding=1), nn.ReLU()
        )
        self.mean, self.log_variance = nn.Linear(3136, LATENT), nn.Linear(3136, LATENT)

    def forward(self, x):
        h = self.convolutions(x).flatten(1)
        return ModelOutput(embedding=self.mean(h), log_covariance=self.log_variance(h))


class Decoder(BaseDecoder):
    """A dense layer to 7x7 (64 maps), then transposed convolutions to 14x14 (32) and 28x28 (1)."""

    def __init__(self):
        super().__init__()
        self.dense = nn.Linear(LATENT, 3136)
        self.convolutions = nn.Sequential(
            nn.ConvTranspose2d(64, 32, 3, stride=2, padding=1, output_padding=1),
            nn.ReLU(),
            nn.ConvTranspose2d(32, 1, 3, stride=2, padding=1, output_padding=1),
            nn.Sigmoid(),
        )

    def forward(self, z):
        h = torch.relu(self.dense(z)).reshape(-1, 64, 7, 7)
        return ModelOutput(reconstruction=self.convolutions(h))


def build(kind):
    shared = {"input_dim": (1, 28, 28), "latent_dim": LATENT, "reconstruction_loss": "bce"}
    if kind == "iaf":
        return VAE_IAF(
            VAE_IAF_Config(**shared, n_made_blocks=2, n_hidden_in_made=1, hidden_size=128), Encoder(), Decoder()
        )
    if kind == "iwae":
        return IWAE(IWAEConfig(**shared, number_samples=5), Encoder(), Decoder())
    return VAE(VAEConfig(**shared), Encoder(), Decoder())


def workload(kind, images, folder):
    """A function to time, and how many images (or image-samples) it works through."""
    model = build(kind)
    if kind == "nll":
        x = images[:NLL_IMAGES]
        return lambda: model.get_nll(x, n_samples=NLL_SAMPLES, batch_size=NLL_SAMPLES), NLL_IMAGES * NLL_SAMPLES
    config = BaseTrainerConfig(output_dir=folder, learning_rate=1e-3, per_device_train_batch_size=BATCH, num_epochs=1)
    data = BaseDataset(images, torch.zeros(len(images)))
    trainer = BaseTrainer(model=model, train_dataset=data, training_config=config)
    trainer.prepare_training()
    return lambda: trainer.train_step(1), len(images)


def main(path, kind, repeats=3):
    logging.disable(logging.CRITICAL)
    torch.set_num_threads(2)
    images = torch.tensor(np.moveaxis(np.load(path), -1, 1))
    rates = []
    with tempfile.TemporaryDirectory() as folder, contextlib.redirect_stderr(io.StringIO()):
        work, count = workload(kind, images, folder)
        for _ in range(int(repeats) + 1):
            start = time.perf_counter()
            work()
            rates.append(count / (time.perf_counter() - start))
    print(json.dumps(rates[1:]))


if __name__ == "__main__":
    main(*sys.argv[1:])

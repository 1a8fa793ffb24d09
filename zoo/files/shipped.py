"""The folder that comes with the library besides its code: trained models, and classifiers to judge samples by."""

from pathlib import Path

_HERE = Path(__file__).parent.parent
#: In an installed package it lies in it; in a clone of the repository, beside it. Links are followed.
FOLDER = (_HERE / "saved_models" if (_HERE / "saved_models").is_dir() else _HERE.parent / "saved_models").resolve()

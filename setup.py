"""What pyproject.toml can't say: the pretrained models, beside the package in the repository, go into it."""

from setuptools import find_packages, setup

setup(
    packages=[*find_packages(include=["zoo", "zoo.*"]), "zoo.saved_models"],
    package_dir={"zoo.saved_models": "saved_models"},
    package_data={"zoo.saved_models": ["*/*"], "zoo.export": ["page/*"]},
)

"""`zoo train`."""

import resource

import numpy as np

from tests.cli.command_line import TRAIN, contents, process, refused, zoo


def test_train_says_where_everything_is(workplace):
    folder, outputs = workplace
    for name in ("model.keras", "samples.png", "reconstructions.png", "curves.png", "latents.png"):
        assert name in outputs["train"].stdout
        assert (folder / "runs/vae-digits" / name).stat().st_size > 0


def test_the_same_command_goes_on_to_more_epochs(tmp_path):
    zoo(*TRAIN, cwd=tmp_path)
    assert "trained already, for 2 epochs" in zoo(*TRAIN, cwd=tmp_path).stdout
    zoo("evaluate", "runs/vae-digits", "--samples", "4", cwd=tmp_path)
    done = zoo(*TRAIN, "--epochs", "3", cwd=tmp_path)
    assert "Going on with runs/vae-digits after epoch 2" in done.stdout
    assert "3 (1 now)" in done.stdout
    assert "evaluation.json is of the model before" in done.stdout


def test_a_run_that_never_finished_an_epoch_is_no_obstacle(tmp_path):
    done = zoo(*TRAIN, "--learning-rate", "1e30", cwd=tmp_path, check=False)
    assert done.returncode == 1
    zoo(*TRAIN, cwd=tmp_path)


def test_data_that_do_not_fit_the_likelihood_are_refused(tmp_path):
    np.save(tmp_path / "real.npy", np.random.default_rng(0).normal(size=(20, 8, 8, 1)))
    assert "discretized logistic" in refused(
        "train", "conv_vae", "--data", "real.npy", "--set", "likelihood=discretized_logistic", cwd=tmp_path
    )
    assert "Bernoulli likelihood takes pixels in [0, 1]" in refused("train", "vae", "--data", "real.npy", cwd=tmp_path)


def test_a_folder_that_can_not_be_written_is_said_so(tmp_path):
    (tmp_path / "file").touch()
    assert "can't write to" in refused(*TRAIN, "--out", "file/run", cwd=tmp_path)


def test_a_full_disk_leaves_the_last_epoch(tmp_path):
    """A limit on file sizes stands in for the disk: the model of 100 kB no longer fits, the rest does."""
    zoo(*TRAIN, cwd=tmp_path)
    before = contents(tmp_path)

    def full():
        import signal

        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))

    longer = [*TRAIN, "--epochs", "3"]
    done = process(*longer, cwd=tmp_path, check=False, preexec_fn=full)
    assert done.returncode == 2, done.stderr
    assert len(done.stderr.strip().splitlines()) == 1, done.stderr
    assert (tmp_path / "runs/vae-digits/model.keras").read_bytes() == before[tmp_path / "runs/vae-digits/model.keras"]
    assert "3 (1 now)" in zoo(*longer, cwd=tmp_path).stdout

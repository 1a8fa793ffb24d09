import pytest

from zoo.runs.history import History


def row(epoch, **figures):
    return {"epoch": epoch, "seconds": 0.1, "loss": 3.0} | figures


def test_a_run_may_report_more_as_it_goes_on():
    assert len(History([row(1), row(2, kl=1.0), row(7)]).epochs) == 3
    assert History([]).epochs == []


@pytest.mark.parametrize(
    ("epochs", "message"),
    [
        ([row(1), {"epoch": 2, "seconds": 0.1}], "epoch 2 of 2 has no 'loss'"),
        ([{"seconds": 0.1}], "epoch 1 of 1 has no 'epoch'"),
        ([row(1), row(1)], "out of order"),
        ([row(2), row(1)], "out of order"),
    ],
)
def test_what_no_run_reports_is_refused(epochs, message):
    with pytest.raises(ValueError, match=message):
        History(epochs)

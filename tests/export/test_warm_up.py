import os

import numpy as np
import pytest

from zoo.errors import InputError
from zoo.export.warm_up import PATH, read_warm_up, write_warm_up

CASES = {("decode", "0"): {"z": np.ones([2, 3], "float32")}, ("decode", "1"): {"z": np.zeros([1, 3], "float32")}}


@pytest.mark.parametrize("name", ["run", "exp[lr=3]", "é 日本", os.fsdecode(b"\xff\xfe"), ""])
def test_a_request_for_each_signature_whatever_the_run_is_called(tmp_path, name):
    write_warm_up(tmp_path, name, CASES)
    ((signature, arrays),) = read_warm_up(tmp_path)
    assert signature == "decode" and np.array_equal(arrays["z"], np.ones([2, 3]))


@pytest.mark.parametrize("keep", [13, 30, -1])
def test_a_cut_file_is_refused(tmp_path, keep):
    write_warm_up(tmp_path, "run", CASES)
    (tmp_path / PATH).write_bytes((tmp_path / PATH).read_bytes()[:keep])
    with pytest.raises(InputError, match="isn't a file of warm-up requests"):
        read_warm_up(tmp_path)


def test_a_flipped_bit_is_refused(tmp_path):
    write_warm_up(tmp_path, "run", CASES)
    content = bytearray((tmp_path / PATH).read_bytes())
    for place in range(0, len(content), 7):
        content[place] ^= 1
        (tmp_path / PATH).write_bytes(content)
        with pytest.raises(InputError, match="isn't a file of warm-up requests"):
            read_warm_up(tmp_path)
        content[place] ^= 1

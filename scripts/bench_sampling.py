"""From a seed to 16 images, and from codes to images: LiteRT beside ONNX Runtime and PyTorch with the same weights.

    pip install torch onnxruntime onnx
    python scripts/bench_sampling.py mnist-conv

The sides take turns, round after round, and each round's calls are timed one by one; shown are the medians over all
rounds. A peer draws its codes with its own generator (NumPy for ONNX Runtime), since it has none that travels. Nothing
else should run on the machine.
"""

import io
import os
import statistics
import tempfile
import time
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import click
import numpy as np
import onnx
import onnxruntime
import torch
from ai_edge_litert.interpreter import Interpreter
from onnxruntime.quantization import QuantType, quantize_dynamic
from rich.console import Console
from rich.table import Table

import zoo
from zoo.loading import locate
from zoo.random import key

COUNT = 16


class TorchDecoder(torch.nn.Module):
    """A `conv_decoder` with its weights, and the sigmoid of a Bernoulli likelihood."""

    def __init__(self, decoder):
        super().__init__()
        dense, reshape, *rest = decoder.layers
        self.dense = torch.nn.Linear(*dense.kernel.shape)
        with torch.no_grad():
            self.dense.weight.copy_(torch.from_numpy(dense.kernel.numpy().T))
            self.dense.bias.copy_(torch.from_numpy(dense.bias.numpy()))
        self.rows = reshape.target_shape
        convolutions = [layer for layer in rest if hasattr(layer, "kernel")]
        self.convolutions = torch.nn.ModuleList(map(_convolution, convolutions))
        self.shape = decoder.output_shape[1:3]

    def forward(self, z):
        x = torch.relu(self.dense(z)).view(-1, *self.rows).permute(0, 3, 1, 2)
        for convolution in self.convolutions[:-1]:
            x = torch.relu(_cut(convolution(x), x))
        x = _cut(self.convolutions[-1](x), x)[..., : self.shape[0], : self.shape[1]]
        return torch.sigmoid(x).permute(0, 2, 3, 1)


def _convolution(layer):
    kernel = layer.kernel.numpy()  # [height, width, out, in]
    made = torch.nn.ConvTranspose2d(kernel.shape[3], kernel.shape[2], kernel.shape[0], layer.strides)
    with torch.no_grad():
        made.weight.copy_(torch.from_numpy(kernel.transpose(3, 2, 0, 1).copy()))
        made.bias.copy_(torch.from_numpy(layer.bias.numpy()))
    return made


def _cut(y, x):
    """Keras's "same": twice the size, without the last row and column of a kernel of 3."""
    return y[..., : 2 * x.shape[-2], : 2 * x.shape[-1]]


def onnx_decoder(module):
    """The same as the bytes of an ONNX file."""
    helper, nodes, weights = onnx.helper, [], []

    def add(operation, inputs, output, **attributes):
        nodes.append(helper.make_node(operation, inputs, [output], **attributes))

    def constant(name, value):
        weights.append(onnx.numpy_helper.from_array(np.asarray(value), name))
        return name

    array = {name: value.detach().numpy() for name, value in module.named_parameters()}
    dense = [constant("dense_w", array["dense.weight"].T.copy()), constant("dense_b", array["dense.bias"])]
    add("Gemm", ["z", *dense], "dense")
    add("Relu", ["dense"], "x")
    add("Reshape", ["x", constant("shape", np.int64([-1, *module.rows]))], "rows")
    add("Transpose", ["rows"], "x0", perm=[0, 3, 1, 2])
    last = len(module.convolutions) - 1
    for i in range(last + 1):
        inputs = [constant(f"{i}_{p}", array[f"convolutions.{i}.{p}"]) for p in ("weight", "bias")]
        add("ConvTranspose", [f"x{i}", *inputs], f"y{i}", strides=[2, 2], pads=[0, 0, 1, 1])
        if i < last:
            add("Relu", [f"y{i}"], f"x{i + 1}")
    height, width = module.shape
    ends = [constant("starts", np.int64([0, 0])), constant("ends", np.int64([height, width]))]
    add("Slice", [f"y{last}", *ends, constant("axes", np.int64([2, 3]))], "cut")
    add("Sigmoid", ["cut"], "s")
    add("Transpose", ["s"], "image", perm=[0, 2, 3, 1])
    size = module.dense.in_features
    graph = helper.make_graph(
        nodes,
        "decoder",
        [helper.make_tensor_value_info("z", onnx.TensorProto.FLOAT, ["n", size])],
        [helper.make_tensor_value_info("image", onnx.TensorProto.FLOAT, ["n", height, width, None])],
        weights,
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    return model.SerializeToString()


def litert(path, threads):
    """decode(z) and sample(seed) of a `.tflite`."""
    interpreter = Interpreter(str(path), num_threads=threads)
    decode, sample = interpreter.get_signature_runner("decode"), interpreter.get_signature_runner("sample")
    return lambda z: decode(z=z)["image"], lambda seed: sample(seed=key(seed), n=np.int32(COUNT))["image"]


def onnxruntime_side(content, size, threads):
    """decode(z) and sample(seed) of an ONNX file."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    session = onnxruntime.InferenceSession(content, options, providers=["CPUExecutionProvider"])

    def decode(z):
        return session.run(None, {"z": z})[0]

    return decode, lambda seed: decode(np.random.default_rng(seed).standard_normal((COUNT, size), "float32"))


def torch_side(module, size):
    """decode(z) and sample(seed) in PyTorch, in inference mode; the number of threads is the process's."""

    def decode(z):
        with torch.inference_mode():
            return module(torch.from_numpy(z)).numpy()

    def sample(seed):
        with torch.inference_mode():
            return module(torch.randn(COUNT, size, generator=torch.Generator().manual_seed(seed))).numpy()

    return decode, sample


def sides(folder, module, size, threads):
    """A dict of (engine, precision) to its functions decode(z) and sample(seed), and the bytes of its file."""
    content = onnx_decoder(module)
    with tempfile.NamedTemporaryFile(suffix=".onnx") as file:
        quantize_dynamic(onnx.load_model(io.BytesIO(content)), file.name, weight_type=QuantType.QInt8)
        smaller = Path(file.name).read_bytes()
    saved = io.BytesIO()
    torch.save(module.state_dict(), saved)
    ours = {"float32": folder / "model.tflite", "int8": folder / "model-int8.tflite"}
    return {
        **{("LiteRT", name): (litert(path, threads), path.stat().st_size) for name, path in ours.items()},
        ("ONNX Runtime", "float32"): (onnxruntime_side(content, size, threads), len(content)),
        ("ONNX Runtime", "int8"): (onnxruntime_side(smaller, size, threads), len(smaller)),
        ("PyTorch", "float32"): (torch_side(module, size), saved.tell()),
    }


def measure(functions, rounds, calls):
    """Median milliseconds of each function, the functions taking turns."""
    times = {name: [] for name in functions}
    for _ in range(rounds):
        for name, function in functions.items():
            for call in range(calls):
                start = time.perf_counter()
                function(call)
                times[name].append(time.perf_counter() - start)
    return {name: 1e3 * statistics.median(values) for name, values in times.items()}


@click.command()
@click.argument("model", default="mnist-conv")
@click.option("--rounds", default=10, show_default=True)
@click.option("--calls", default=100, show_default=True, help="In each round, of each side.")
def main(model, rounds, calls):
    """Times MODEL, a pretrained model or a run with both exports, whose decoder is convolutional."""
    folder, console = locate(model), Console()
    vae = zoo.load(model)
    module, size = TorchDecoder(vae.likelihood.decoder).eval(), vae.latent_dim
    z = {n: np.random.default_rng(0).standard_normal((n, size), "float32") for n in (1, COUNT)}
    expected = np.asarray(vae.decode(z[COUNT]))
    for threads in (1, 2):
        torch.set_num_threads(threads)
        table = Table("engine", "weights", "decode 1", "decode 16", "seed to 16", "largest error", "file")
        there = sides(folder, module, size, threads)
        # A first call of each, and whether all decode the same.
        errors = {name: np.abs(decode(z[COUNT]) - expected).max() for name, ((decode, _), _) in there.items()}
        tasks = {
            "decode 1": {name: lambda _, f=f[0][0]: f(z[1]) for name, f in there.items()},
            "decode 16": {name: lambda _, f=f[0][0]: f(z[COUNT]) for name, f in there.items()},
            "seed to 16": {name: f[0][1] for name, f in there.items()},
        }
        found = {task: measure(functions, rounds, calls) for task, functions in tasks.items()}
        for name, (_, size_of_file) in there.items():
            row = [f"{found[task][name]:.3f} ms" for task in tasks]
            table.add_row(*name, *row, f"{errors[name]:.1e}", f"{size_of_file / 1e3:.0f} kB")
        console.print(f"{model}, {threads} thread{'s' * (threads > 1)}:", table)
    float32, int8 = (there["LiteRT", precision][1] for precision in ("float32", "int8"))
    console.print(f"int8 is {int8 / float32:.3f} of float32: all six signatures, the generator included.")


if __name__ == "__main__":
    main()

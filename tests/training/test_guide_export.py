"""The exported graph says what the network says, for any batch and size."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
import pytest

torch = pytest.importorskip("torch")
pytest.importorskip("onnxscript")
onnxruntime = pytest.importorskip("onnxruntime")

from training.guide.export import Outputs, export  # noqa: E402
from training.guide.network import Guide  # noqa: E402
from training.guide.settle import Settle  # noqa: E402

pytestmark = pytest.mark.slow  # the exporter takes half a minute
SIZES = [(1, 32, 32), (3, 64, 96), (2, 128, 64), (1, 160, 160)]


@pytest.fixture(scope="module")
def pair_of_models(tmp_path_factory: pytest.TempPathFactory):
    torch.manual_seed(5)
    guide = Guide(decoder=(8, 12, 16, 24, 32))
    guide.train()
    with torch.no_grad():
        for _ in range(3):
            guide(*(torch.randint(0, 256, (2, 3, 64, 64)) for _ in range(2)))
    reference = Guide(decoder=(8, 12, 16, 24, 32))
    reference.load_state_dict(guide.state_dict())
    path = tmp_path_factory.mktemp("onnx") / "guide.onnx"
    settle = Settle(1.3, 1.0, 0.8)
    export(guide.eval(), path, settle=settle)
    return Outputs(reference.eval(), settle=settle), path


@pytest.mark.parametrize("size", SIZES)
def test_same_numbers(pair_of_models: tuple[Outputs, Path], size: tuple[int, ...]) -> None:
    network, path = pair_of_models
    rng = np.random.default_rng(0)
    count, height, width = size
    before, after = (
        rng.integers(0, 256, (count, 3, height, width), dtype=np.uint8) for _ in range(2)
    )
    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])

    def run(first: np.ndarray, second: np.ndarray) -> list[np.ndarray]:
        return session.run(network.names, {"before": first, "after": second})

    found = run(before, after)
    with torch.no_grad():
        wanted = network(torch.from_numpy(before), torch.from_numpy(after))
    for left, right in zip(found, wanted, strict=True):
        assert left.dtype == np.float32 and left.shape == tuple(right.shape)
        np.testing.assert_allclose(left, right.numpy(), atol=5e-3, rtol=5e-3)
    change, appeared, flag, features = run(after, before)
    np.testing.assert_allclose(change, found[0], atol=1e-4)
    np.testing.assert_allclose(appeared, 1 - found[1], atol=1e-4)
    np.testing.assert_allclose(flag, found[2], atol=1e-4)
    np.testing.assert_allclose(features, found[3], atol=1e-3)


def test_contract(pair_of_models: tuple[Outputs, Path]) -> None:
    model = onnx.load(str(pair_of_models[1]))
    onnx.checker.check_model(model)
    assert [value.name for value in model.graph.input] == ["before", "after"]
    assert [value.name for value in model.graph.output] == [
        "change",
        "appeared",
        "flag",
        "features",
    ]
    for value in model.graph.input:
        kind = value.type.tensor_type
        assert kind.elem_type == onnx.TensorProto.UINT8
        names = [dim.dim_param or dim.dim_value for dim in kind.shape.dim]
        assert names == ["batch", 3, "height", "width"]

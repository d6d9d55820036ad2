"""An encoder in 8 bits says nearly what the network says, and keeps the graph's promises."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import onnx
import pytest

torch = pytest.importorskip("torch")
pytest.importorskip("onnxscript")
onnxruntime = pytest.importorskip("onnxruntime")

from training.guide.eight_bits import Batch, eight_bit_encoder, encoder_nodes  # noqa: E402
from training.guide.export import export, halve_weights  # noqa: E402
from training.guide.network import Guide  # noqa: E402

pytestmark = pytest.mark.slow  # the exporter takes half a minute


def batches(count: int = 3) -> Iterator[Batch]:
    rng = np.random.default_rng(7)
    for _ in range(count):
        yield {
            name: rng.integers(0, 256, (2, 3, 64, 96), dtype=np.uint8)
            for name in ("before", "after")
        }


@pytest.fixture(scope="module")
def graphs(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    torch.manual_seed(5)
    guide = Guide(decoder=(8, 12, 16, 24, 32))
    guide.train()
    with torch.no_grad():
        for _ in range(3):
            guide(*(torch.randint(0, 256, (2, 3, 64, 64)) for _ in range(2)))
    folder = tmp_path_factory.mktemp("bits")
    plain = export(guide.eval(), folder / "plain.onnx", half=False)
    narrow = eight_bit_encoder(plain, folder / "narrow.onnx", batches())
    onnx.save(halve_weights(onnx.load(narrow)), narrow)
    return plain, narrow


def run(path: Path, before: np.ndarray, after: np.ndarray) -> dict[str, np.ndarray]:
    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    names = [value.name for value in session.get_outputs()]
    return dict(zip(names, session.run(names, {"before": before, "after": after}), strict=True))


def test_nearly_the_same_and_symmetric(graphs: tuple[Path, Path]) -> None:
    pair = next(batches())
    plain, narrow = (run(path, pair["before"], pair["after"]) for path in graphs)
    assert plain.keys() == narrow.keys()
    for name in ("change", "appeared", "flag"):
        assert np.abs(plain[name] - narrow[name]).mean() < 0.02, name
    swapped = run(graphs[1], pair["after"], pair["before"])
    np.testing.assert_allclose(swapped["change"], narrow["change"], atol=1e-4)
    np.testing.assert_allclose(swapped["appeared"], 1 - narrow["appeared"], atol=1e-4)


def test_any_size(graphs: tuple[Path, Path]) -> None:
    image = np.zeros((1, 3, 160, 32), np.uint8)
    assert run(graphs[1], image, image)["change"].shape == (1, 3, 160, 32)


def test_only_the_encoder_is_narrow_and_its_wide_filters_have_7_bits(
    graphs: tuple[Path, Path],
) -> None:
    plain, narrow = (onnx.load(str(path)) for path in graphs)
    assert graphs[1].stat().st_size < 0.4 * graphs[0].stat().st_size
    weights = {w.name: onnx.numpy_helper.to_array(w) for w in narrow.graph.initializer}
    filters = {name: w for name, w in weights.items() if w.dtype == np.int8 and w.ndim == 4}
    convolutions = [n for n in encoder_nodes(plain.graph) if n.op_type == "Conv"]
    assert len(filters) == len(convolutions) > 15
    for name, values in filters.items():
        assert ".encoder." in f".{name}"
        assert np.abs(values).max() <= (127 if values.shape[1] == 1 else 64), name
    names = [
        dim.dim_param or dim.dim_value for dim in narrow.graph.input[0].type.tensor_type.shape.dim
    ]
    assert names == ["batch", 3, "height", "width"]


def test_a_graph_without_encoder_is_refused(tmp_path: Path) -> None:
    value = [
        onnx.helper.make_tensor_value_info(name, onnx.TensorProto.FLOAT, [1]) for name in ("x", "y")
    ]
    node = onnx.helper.make_node("Relu", ["x"], ["y"])
    graph = onnx.helper.make_graph([node], "g", value[:1], value[1:])
    source = tmp_path / "g.onnx"
    onnx.save(
        onnx.helper.make_model(graph, opset_imports=[onnx.helper.make_opsetid("", 20)]), source
    )
    with pytest.raises(ValueError, match="no encoder"):
        eight_bit_encoder(source, tmp_path / "out.onnx", [])
    assert not (tmp_path / "out.onnx").exists()

"""The network a config asks for."""

from __future__ import annotations

from typing import TypeAlias, TypeVar

import torch
from torch import nn

from training.guide.config import FitConfig
from training.guide.network import Guide

GuideNetwork: TypeAlias = nn.Module
Net = TypeVar("Net", bound=nn.Module)


def build(config: FitConfig, pretrained: bool = True) -> GuideNetwork:
    """A new network; its encoder with ImageNet weights where ``pretrained``.

    Raises
    ------
    ValueError
        The architecture is neither ``nano`` nor ``paper``.
    FileNotFoundError
        The package with the ImageNet weights is missing.
    """
    settings = dict(config.network)
    if config.architecture == "nano":
        network = Guide(**settings)
        if pretrained:
            network.encoder.load_imagenet()
        return network
    if config.architecture == "paper":
        from training.guide.paper import PaperGuide

        if not pretrained:  # a checkpoint brings its own; the folder may be on another machine
            settings.pop("weights", None)
        return PaperGuide(**settings)
    raise ValueError(f"no architecture {config.architecture}: nano or paper")


def channels_last(network: Net) -> Net:
    """Itself, with its kernels laid out as the CPU likes them."""
    for module in network.modules():
        if isinstance(module, nn.Conv2d):
            module.weight.data = module.weight.data.contiguous(memory_format=torch.channels_last)
    return network

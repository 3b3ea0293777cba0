"""The recorded drives of the source tree, and one that never answers."""

import os
import pathlib
import shutil

import pytest

import stone_smart

ROOT = pathlib.Path(__file__).resolve().parents[2]


@pytest.fixture(autouse=True)
def in_threads(monkeypatch):
    """No installed worker is tried by accident."""
    monkeypatch.setattr(stone_smart.Options, "__post_init__", _threads, raising=False)


def _threads(options):
    if options.worker is None:
        options.reader = stone_smart.Reader.THREADS


@pytest.fixture
def fixtures():
    return ROOT / "fixtures"


@pytest.fixture
def drives(fixtures):
    return stone_smart.recorded(fixtures)


@pytest.fixture
def hanging(tmp_path, fixtures):
    folder = tmp_path / "hanging"
    shutil.copytree(fixtures / "nvme-consumer", folder)
    with open(folder / "device.conf", "a") as conf:
        conf.write("hang=all\n")
    return folder


@pytest.fixture
def worker():
    program = os.environ.get("STONE_PROGRAM")
    if not program:
        pytest.skip("STONE_PROGRAM names no program for the worker")
    return program

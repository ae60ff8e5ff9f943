"""Writes the models that MediaPipe 0.10.21 brings as a bundle that the Tasks of MediaPipe 1.2.3 take.   bundle.py OUT.task

Tasks ask for metadata, which the models have not: how a pixel becomes a number, -1 to 1 for the detector, 0 to 1 for the landmarks.
"""

import os
import sys
import zipfile

import mediapipe
from mediapipe.tasks.python.metadata.metadata_writers import metadata_writer

MODELS = [  # name in the bundle, place in the package, mean, spread
    ("pose_detector.tflite", "pose_detection/pose_detection.tflite", 127.5, 127.5),
    ("pose_landmarks_detector.tflite", "pose_landmark/pose_landmark_full.tflite", 0.0, 255.0),
]


def with_metadata(path, mean, spread):
    with open(path, "rb") as file:
        writer = metadata_writer.MetadataWriter.create(bytearray(file.read()))
    return bytes(writer.add_image_input([mean], [spread]).populate()[0])


def main():
    modules = os.path.join(os.path.dirname(mediapipe.__file__), "modules")
    with zipfile.ZipFile(sys.argv[1], "w", zipfile.ZIP_STORED) as bundle:
        for name, place, mean, spread in MODELS:
            bundle.writestr(name, with_metadata(os.path.join(modules, place), mean, spread))


if __name__ == "__main__":
    main()

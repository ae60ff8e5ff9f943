"""MediaPipe on a recording: landmarks and the silhouette of every frame, the full model, tracking. Says what it took after its start.

    mediapipe_worker.py solutions RECORDING     MediaPipe 0.10.21
    mediapipe_worker.py BUNDLE.task RECORDING   MediaPipe 1.2.3 (bundle.py)
"""

import json
import sys
import time

import cv2


def solutions():
    """What to do with a picture and its time (ms); returns whether somebody was found with a silhouette."""
    from mediapipe.python.solutions.pose import Pose

    pose = Pose(model_complexity=1, enable_segmentation=True, smooth_landmarks=True)
    return lambda picture, _: pose.process(picture).segmentation_mask is not None


def tasks(bundle):
    import mediapipe
    from mediapipe.tasks.python import BaseOptions, vision

    options = vision.PoseLandmarkerOptions(
        base_options=BaseOptions(model_asset_path=bundle),
        running_mode=vision.RunningMode.VIDEO,
        output_segmentation_masks=True,
    )
    pose = vision.PoseLandmarker.create_from_options(options)

    def find(picture, time_ms):
        image = mediapipe.Image(image_format=mediapipe.ImageFormat.SRGB, data=picture)
        return bool(pose.detect_for_video(image, time_ms).segmentation_masks)

    return find


def main():
    which, recording = sys.argv[1:]
    find = solutions() if which == "solutions" else tasks(which)
    capture = cv2.VideoCapture(recording)
    rate = capture.get(cv2.CAP_PROP_FPS)
    frames, people, wall, cpu = 0, 0, 0.0, 0.0
    while True:
        there, picture = capture.read()
        if not there:
            break
        people += find(cv2.cvtColor(picture, cv2.COLOR_BGR2RGB), round(frames * 1000 / rate))
        if frames == 0:  # the first loads the models
            wall, cpu = time.perf_counter(), time.process_time()
        frames += 1
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    print(json.dumps({"frames": frames - 1, "people": people, "wall": wall, "cpu": cpu}))


if __name__ == "__main__":
    main()

"""Records what MediaPipe says about the pictures here, for the parity test of `bendwise`'s own pose pipeline.

    pip install -r requirements.txt && python record.py

For each NAME.jpg it writes NAME.json and NAME.mask.png. The lengths in NAME.json, and the unit of a parity test:

* `landmarks`: 33 times [x, y, z, visibility]. x and y are picture pixels in MediaPipe's convention: normalised coordinate times
  width or height, no half pixel added. z is in the same unit. visibility is a probability.
* `world`: 33 times [x, y, z] in metres from the middle of the hips, y down, turned back upright.
* `region`: the region of interest that the landmark network saw, derived by MediaPipe from its detector: the square's centre and
  side in picture pixels and its rotation in radians (clockwise on the picture). It is MediaPipe's own value, not a computed one.
* A pixel of the 256 grid is region.side / 256 picture pixels: divide a distance in picture pixels by that to compare it with the
  network's own resolution. That is the unit of every tolerance, since it does not depend on how large the person is.
* `next_region`: the region MediaPipe would look at in the next frame of a video, derived from this frame's landmarks (33: middle of
  the hips, 34: a point on the circle round the person, both refined).
* `detector_score`: the detection's probability.

NAME.mask.png is the segmentation at the picture's size: 8 bits, round(255 * probability).
"""

import json
from pathlib import Path

import cv2
import mediapipe
import numpy as np
from mediapipe.python.solution_base import SolutionBase

HERE = Path(__file__).parent
GRAPH = "mediapipe/modules/pose_landmark/pose_landmark_cpu.binarypb"
FULL = 1


class Pose(SolutionBase):
    """`mp.solutions.pose.Pose` for single pictures, asked for its detection and region of interest as well."""

    def __init__(self, minimum_confidence=0.5):
        super().__init__(
            binary_graph_path=GRAPH,
            side_inputs={
                "model_complexity": FULL,
                "smooth_landmarks": False,
                "enable_segmentation": True,
                "smooth_segmentation": False,
                "use_prev_landmarks": False,
            },
            calculator_params={
                "posedetectioncpu__TensorsToDetectionsCalculator.min_score_thresh": minimum_confidence,
                "poselandmarkbyroicpu__tensorstoposelandmarksandsegmentation__ThresholdingCalculator.threshold": minimum_confidence,
            },
            outputs=[
                "pose_landmarks",
                "pose_world_landmarks",
                "segmentation_mask",
                "pose_detection",
                "pose_rect_from_detection",
                "pose_rect_from_landmarks",
            ],
        )


def points(answer):
    return np.array([[p.x, p.y, p.z, p.visibility] for p in answer.pose_landmarks.landmark])


def write_json(path, answer):
    """A row of numbers a line, so that a change of the recording can be read as a difference."""
    rows = {}
    for name in ("landmarks", "world"):
        rows[name] = ",\n".join(f"  {json.dumps(row)}" for row in answer.pop(name))
    lines = [f' {json.dumps(name)}: {json.dumps(value)}' for name, value in answer.items()]
    lines += [f' {json.dumps(name)}: [\n{text}\n ]' for name, text in rows.items()]
    path.write_text("{\n" + ",\n".join(lines) + "\n}\n")


def record(path):
    # OpenCV's JPEG decoder; the pictures have no chroma subsampling, so that another decoder differs by a level at most.
    picture = cv2.cvtColor(cv2.imread(str(path)), cv2.COLOR_BGR2RGB)
    height, width = picture.shape[:2]
    with Pose() as pose:
        result = pose.process({"image": picture})
    with mediapipe.solutions.pose.Pose(
        static_image_mode=True, model_complexity=FULL, enable_segmentation=True, min_detection_confidence=0.5
    ) as pose:
        public = pose.process(picture)
    if result.pose_landmarks is None or public.pose_landmarks is None:
        raise SystemExit(f"{path.name}: MediaPipe finds nobody")

    if not np.array_equal(points(result), points(public)):
        raise SystemExit(f"{path.name}: asking for the region changed the result")

    landmarks = points(result) * [width, height, width, 1]
    world = [[p.x, p.y, p.z] for p in result.pose_world_landmarks.landmark]

    def square(rectangle):
        return {
            "centre": [round(rectangle.x_center * width, 3), round(rectangle.y_center * height, 3)],
            "side": round(rectangle.width * width, 3),
            "rotation": round(rectangle.rotation, 5),
        }

    answer = {
        "picture": path.name,
        "width": width,
        "height": height,
        "detector_score": round(result.pose_detection.score[0], 5),
        "region": square(result.pose_rect_from_detection),
        "next_region": square(result.pose_rect_from_landmarks),
        "landmarks": landmarks.round(3).tolist(),
        "world": np.round(world, 5).tolist(),
    }
    score, side = answer["detector_score"], answer["region"]["side"]
    write_json(path.with_suffix(".json"), answer)
    mask = np.round(np.clip(result.segmentation_mask, 0, 1) * 255).astype(np.uint8)
    cv2.imwrite(str(path.with_suffix(".mask.png")), mask, [cv2.IMWRITE_PNG_COMPRESSION, 9])
    print(f"{path.stem}: score {score}, region {side:.1f} px")


if __name__ == "__main__":
    for path in sorted(HERE.glob("*.jpg")):
        record(path)

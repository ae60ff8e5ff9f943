"""A room with a camera, rendered by Blender's Cycles (the PyPI package `bpy`). Metres; people face +x, the camera looks
along +y, z is up."""
import math
import os
import tempfile

import bpy
import cv2
import numpy as np
from bpy_extras.object_utils import world_to_camera_view
from mathutils import Euler, Vector

WIDTH, HEIGHT = 640, 480
SAMPLES = 6
AWAY = 1.1      # the wall, behind the person
MARGIN = .05    # round what is looked at, parts of the picture


def paint(colour, roughness=.85, glow=0.0):
    """A material; `glow`: how strongly it shines by itself."""
    material = bpy.data.materials.new('paint')
    material.use_nodes = True
    surface = material.node_tree.nodes['Principled BSDF']
    surface.inputs['Base Color'].default_value = (*colour, 1)
    surface.inputs['Roughness'].default_value = roughness
    if glow:
        surface.inputs['Emission Color'].default_value = (*colour, 1)
        surface.inputs['Emission Strength'].default_value = glow
    return material


class Studio:
    """Floor, wall and light. `window`: how brightly a window behind the person shines, 0 for none."""

    def __init__(self, rng, window=0.0, aside=0.0, distance=2.5):
        bpy.ops.wm.read_factory_settings(use_empty=True)
        self.scene = bpy.context.scene
        self._set_up_cycles()
        wall, floor = ((.42, .47, .52), (.60, .55, .47), (.35, .42, .38))[rng.integers(3)], ((.30, .17, .08), (.25, .25, .27))[rng.integers(2)]
        self.put('floor', [[-6, -6, 0], [6, -6, 0], [6, AWAY, 0], [-6, AWAY, 0]], [[0, 1, 2, 3]], paint(floor))
        self.put('wall', [[-6, AWAY, 0], [6, AWAY, 0], [6, AWAY, 3], [-6, AWAY, 3]], [[0, 1, 2, 3]], paint(wall))
        if window:
            y, glass = AWAY - .01, [(-1.1, .45), (.9, 2.2)]
            corners = [[glass[0][i], y, glass[1][j]] for i, j in ((0, 0), (1, 0), (1, 1), (0, 1))]
            self.put('window', corners, [[0, 1, 2, 3]], paint((.9, .95, 1.), glow=window))
        self._light(rng)
        self._place_camera(aside, distance)
        self.people = []

    def _set_up_cycles(self):
        scene = self.scene
        scene.render.engine = 'CYCLES'
        scene.cycles.samples, scene.cycles.use_denoising, scene.cycles.max_bounces = SAMPLES, True, 3
        scene.render.resolution_x, scene.render.resolution_y = WIDTH, HEIGHT
        scene.render.image_settings.color_mode = 'RGBA'
        scene.render.threads_mode, scene.render.threads = 'FIXED', 1
        scene.view_settings.view_transform = 'Standard'

    def _light(self, rng):
        world = bpy.data.worlds.new('world')
        self.scene.world, world.use_nodes = world, True
        world.node_tree.nodes['Background'].inputs[1].default_value = .45
        lamp = bpy.data.lights.new('lamp', 'AREA')
        lamp.size, lamp.energy = 1.2, 110
        thing = bpy.data.objects.new('lamp', lamp)
        thing.location = Vector((rng.uniform(-1.5, 1.5), -2.2, 2.4))
        thing.rotation_euler = (Vector((0, 0, .8)) - thing.location).to_track_quat('-Z', 'Y').to_euler()
        self.scene.collection.objects.link(thing)
        self.lamp = thing

    def _place_camera(self, aside, distance):
        lens = bpy.data.cameras.new('camera')
        lens.sensor_fit, lens.angle = 'HORIZONTAL', math.radians(64)
        camera = bpy.data.objects.new('camera', lens)
        camera.location = (aside, -distance, 1.0)
        camera.rotation_euler = Euler((math.radians(88), 0, 0))
        self.scene.collection.objects.link(camera)
        self.scene.camera = camera

    def put(self, name, vertices, faces, material):
        """Puts a mesh into the room."""
        mesh = bpy.data.meshes.new(name)
        mesh.from_pydata(np.asarray(vertices, float).tolist(), [], [list(map(int, face)) for face in faces])
        mesh.polygons.foreach_set('use_smooth', [len(faces) > 20] * len(faces))
        mesh.update()
        thing = bpy.data.objects.new(name, mesh)
        thing.data.materials.append(material)
        self.scene.collection.objects.link(thing)
        return thing

    def show(self, surfaces):
        """Replaces whoever is in the room by these surfaces: (vertices, faces, material) each."""
        for thing in self.people:
            bpy.data.objects.remove(thing, do_unlink=True)
        self.people = [self.put('person', *surface) for surface in surfaces]

    def picture(self, rng):
        """What the camera sees: 8-bit BGR, a little blurred and noisy as a webcam's."""
        return webcam(self.clean()[..., :3], rng)

    def clean(self, points=None):
        """What a perfect camera would see: 8-bit BGR and 255, or, given points of somebody, only round them and their
        shadow, with 0 elsewhere."""
        self.scene.render.use_border = points is not None
        if points is not None:
            self._look_at(np.concatenate([points, self._shadow(points)]))
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, 'picture.png')
            self.scene.render.filepath = path
            bpy.ops.render.render(write_still=True)
            return cv2.imread(path, cv2.IMREAD_UNCHANGED)

    def _shadow(self, points):
        """Where the lamp casts points to, on the floor or on the wall."""
        lamp = np.array(self.lamp.location)
        ways = points - lamp
        floor = -lamp[2] / np.minimum(ways[:, 2], -1e-6)
        wall = (AWAY - lamp[1]) / np.maximum(ways[:, 1], 1e-6)
        return lamp + ways * np.minimum(floor, wall)[:, None]

    def _look_at(self, points):
        """Renders only where these points are, and a margin: the lamp is large, so its shadows are soft."""
        seen = np.array([world_to_camera_view(self.scene, self.scene.camera, Vector(point))[:2] for point in points])
        low, high = seen.min(0) - MARGIN, seen.max(0) + MARGIN
        render = self.scene.render
        render.border_min_x, render.border_min_y = np.clip(low, 0, .95)
        render.border_max_x, render.border_max_y = np.clip(high, .05, 1)


def webcam(clean, rng, noise=4.0):
    """A clean picture as a webcam gives it; `noise`: standard deviation before it is blurred, grey levels."""
    grain = cv2.GaussianBlur(rng.normal(0, noise, clean.shape), (0, 0), .8)
    return np.clip(cv2.GaussianBlur(clean.astype(np.float32), (0, 0), .6) + grain, 0, 255).astype(np.uint8)

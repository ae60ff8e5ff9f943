"""A room with a camera, rendered by Blender's Cycles (the PyPI package `bpy`). Metres; people face +x, the camera looks
along +y, z is up."""
import math
import os
import tempfile

import bpy
import cv2
import numpy as np
from mathutils import Euler, Vector

WIDTH, HEIGHT = 640, 480
SAMPLES = 6


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
        away = 1.1
        self.put('floor', [[-6, -6, 0], [6, -6, 0], [6, away, 0], [-6, away, 0]], [[0, 1, 2, 3]], paint(floor))
        self.put('wall', [[-6, away, 0], [6, away, 0], [6, away, 3], [-6, away, 3]], [[0, 1, 2, 3]], paint(wall))
        if window:
            y, glass = away - .01, [(-1.1, .45), (.9, 2.2)]
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
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, 'picture.png')
            self.scene.render.filepath = path
            bpy.ops.render.render(write_still=True)
            clean = cv2.imread(path).astype(np.float32)
        noise = cv2.GaussianBlur(rng.normal(0, 4, clean.shape), (0, 0), .8)
        return np.clip(cv2.GaussianBlur(clean, (0, 0), .6) + noise, 0, 255).astype(np.uint8)

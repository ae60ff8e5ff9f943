"""Lays a weight plate before the legs of the scene `hair`: plate_0.jpg to plate_2.jpg.   python plate.py

Drawn, not rendered: what counts is that it is neither a body's shape nor that of the room.
"""
from PIL import Image, ImageDraw

RADIUS, HUB = 35, 5     # pixels; the plates of a barbell are 45 cm across, 0.44 of this trunk to either side
HANDS = (328, 288), (364, 354), (360, 338)
IRON, RIM, STEEL = (40, 42, 44), (66, 68, 70), (190, 190, 190)
SMOOTHER = 4            # drawn larger, then reduced

for number, (x, y) in enumerate(HANDS):
    picture = Image.open(f'hair_{number}.jpg')
    plate = Image.new('RGBA', (picture.width * SMOOTHER, picture.height * SMOOTHER))
    pen = ImageDraw.Draw(plate)
    for radius, colour in (RADIUS, IRON), (RADIUS - 6, RIM), (RADIUS - 8, IRON), (HUB, STEEL):
        pen.ellipse([SMOOTHER * value for value in (x - radius, y - radius, x + radius, y + radius)], fill=colour)
    plate = plate.resize(picture.size, Image.LANCZOS)
    picture.paste(plate, mask=plate)
    picture.save(f'plate_{number}.jpg', quality=92)

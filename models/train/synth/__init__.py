"""People made by numbers: bodies, poses with known angles, clothes and cameras."""

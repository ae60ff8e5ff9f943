//! What the nodes `/dev/videoN` of Linux are: cameras, and much else.

use std::fmt;

/// What a node of Linux's video drivers is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NodeKind {
    /// It sends pictures.
    Camera,
    /// It sends what a camera knows of its pictures.
    Metadata,
    /// It takes pictures, as a virtual camera does that nobody sends to.
    Output,
    /// It turns one kind of video into another.
    Converter,
    /// It sends pictures, in several pieces each, as only a telephone's camera does.
    Planes,
    /// Teletext, radio, touch and the like.
    Other,
}

/// Capabilities by Linux's numbers.
const CAPTURE: u32 = 0x0000_0001;
const OUTPUT: u32 = 0x0000_0002;
const CAPTURE_PLANES: u32 = 0x0000_1000;
const OUTPUT_PLANES: u32 = 0x0000_2000;
const CONVERTER_PLANES: u32 = 0x0000_4000;
const CONVERTER: u32 = 0x0000_8000;
const METADATA: u32 = 0x0080_0000;

impl NodeKind {
    /// What the capabilities of this node say.
    pub(super) fn of(capabilities: u32) -> Self {
        let has = |flags: u32| capabilities & flags != 0;
        if has(CONVERTER | CONVERTER_PLANES) {
            Self::Converter
        } else if has(CAPTURE) {
            Self::Camera
        } else if has(CAPTURE_PLANES) {
            Self::Planes
        } else if has(METADATA) {
            Self::Metadata
        } else if has(OUTPUT | OUTPUT_PLANES) {
            Self::Output
        } else {
            Self::Other
        }
    }

    /// Whether pictures can be had from it.
    pub(super) fn is_camera(self) -> bool {
        self == Self::Camera
    }
}

impl fmt::Display for NodeKind {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Camera => "a camera",
            Self::Metadata => "no camera: it sends what a camera knows of its pictures",
            Self::Output => "no camera: it takes pictures, as a virtual camera to which nobody sends",
            Self::Converter => "no camera: it converts video",
            Self::Planes => "a camera that sends each picture in several pieces, which is not read",
            Self::Other => "no camera: it sends no pictures",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nodes_are_told_apart_by_what_they_can_do() {
        // As v4l2-ctl prints "Device Caps" of: a webcam, its metadata node, vivid's output, a codec, a loopback to which
        // somebody may send, a teletext node, a camera of a telephone.
        let table = [
            (0x0420_0001, NodeKind::Camera),
            (0x04a0_0000, NodeKind::Metadata),
            (0x0520_0002, NodeKind::Output),
            (0x0420_4000, NodeKind::Converter),
            (0x0520_8003, NodeKind::Converter),
            (0x0520_0003, NodeKind::Camera),
            (0x0520_0010, NodeKind::Other),
            (0x0420_1000, NodeKind::Planes),
        ];
        for (capabilities, wanted) in table {
            assert_eq!(NodeKind::of(capabilities), wanted, "{capabilities:#x}");
        }
    }
}

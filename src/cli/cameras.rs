//! `bendwise cameras`: lists the cameras and says which of them work.

use anyhow::Result;
use comfy_table::Table;
use comfy_table::presets::UTF8_HORIZONTAL_ONLY;

use super::{Exit, exit};
use crate::source::SourceError;
use crate::source::camera::{self, CameraEntry, OtherNode};
use crate::visible::visible;

/// With `all`, what stands among the cameras and is none is listed too.
pub(super) fn run(all: bool) -> Result<Exit> {
    // A machine without a camera is not a failure of this command.
    exit::print(&render(&camera::cameras()))?;
    if all {
        exit::print(&render_others(&camera::other_nodes()))?;
    }
    Ok(Exit::Done)
}

/// Formats the whole text, ending in a newline.
fn render(cameras: &[CameraEntry]) -> String {
    match cameras {
        [] => format!("{}\n", SourceError::NoCamera),
        cameras => format!("{}\n", table(cameras)),
    }
}

fn table(cameras: &[CameraEntry]) -> Table {
    let mut table = Table::new();
    table.load_style(UTF8_HORIZONTAL_ONLY).set_header(["Camera", "Name", "", "Opens as, or what to do"]);
    for CameraEntry { number, name, opening, notes } in cameras {
        let (mark, state) = match opening {
            Ok(mode) if notes.is_empty() => ("✓", mode.to_string()),
            Ok(mode) => ("!", notes.iter().fold(mode.to_string(), |state, note| format!("{state}; {note}"))),
            Err(error) => ("✗", error.to_string()),
        };
        table.add_row([format!("camera:{number}"), visible(name), mark.to_owned(), state]);
    }
    table
}

/// A line for each node that is no camera.
fn render_others(nodes: &[OtherNode]) -> String {
    let line = |node: &OtherNode| format!("/dev/video{}, {}: {}\n", node.number, visible(&node.name), node.kind);
    nodes.iter().map(line).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::SourceError;
    use crate::source::camera::{CameraNote, Encoding, Mode, NodeKind, PictureInterval};

    #[test]
    fn each_camera_has_a_row_that_says_how_to_name_it() {
        let interval = PictureInterval::of_rate(30);
        let mode = Mode { width: 1280, height: 720, interval, encoding: Encoding::Mjpeg };
        let slow = Mode { interval: PictureInterval::of_rate(5), ..mode };
        let busy = SourceError::CameraBusy { camera: "Camera 1 (Phone)".to_owned() };
        let text = render(&[
            CameraEntry { number: 0, name: "Webcam".to_owned(), opening: Ok(mode), notes: Vec::new() },
            CameraEntry { number: 1, name: "Phone".to_owned(), opening: Err(busy), notes: Vec::new() },
            CameraEntry { number: 2, name: "Old".to_owned(), opening: Ok(slow), notes: vec![CameraNote::Slow(5.0)] },
        ]);
        assert!(text.contains("camera:0") && text.contains("1280x720 MJPEG at 30 fps"), "{text}");
        assert!(text.contains("at 5 fps; too few pictures a second, 5: give it more light"), "{text}");
        assert!(text.contains("camera:1") && text.contains("in use by another program"), "{text}");
    }

    #[test]
    fn what_is_no_camera_is_named_with_what_it_is() {
        let node = OtherNode { number: 1, name: "HD\u{1b}[2J".to_owned(), kind: NodeKind::Metadata };
        let text = render_others(&[node]);
        assert!(text.starts_with("/dev/video1, HD") && text.contains(": no camera: it sends what"), "{text}");
        assert!(!text.contains('\u{1b}') && text.ends_with('\n'), "{text:?}");
        assert_eq!(render_others(&[]), "");
    }

    #[test]
    fn without_cameras_a_remedy_is_offered() {
        let told = render(&[]);
        assert!(
            told.starts_with("No camera was found: plug one in, ") && told.ends_with("watch `bendwise demo`\n"),
            "{told}"
        );
    }
}

//! `bendwise cameras`: what could be filmed with, and what is in the way.

use anyhow::Result;
use comfy_table::Table;
use comfy_table::presets::UTF8_HORIZONTAL_ONLY;

use super::{Exit, exit};
use crate::source::camera::{self, CameraEntry};

pub(super) fn run() -> Result<Exit> {
    // A machine without a camera is no failure of this command: it was asked what is there.
    exit::print(&told(&camera::cameras()))?;
    Ok(Exit::Done)
}

/// The whole text, ending in a newline.
fn told(cameras: &[CameraEntry]) -> String {
    match cameras {
        [] => "No camera was found: plug one in, or play a recording with `bendwise live --source FILE`\n".to_owned(),
        cameras => format!("{}\n", table(cameras)),
    }
}

fn table(cameras: &[CameraEntry]) -> Table {
    let mut table = Table::new();
    table.load_style(UTF8_HORIZONTAL_ONLY).set_header(["Camera", "Name", "", "Opens as, or what to do"]);
    for CameraEntry { number, name, opening } in cameras {
        let (mark, state) = match opening {
            Ok(mode) => ("✓", mode.to_string()),
            Err(error) => ("✗", error.to_string()),
        };
        table.add_row([format!("camera:{number}"), name.clone(), mark.to_owned(), state]);
    }
    table
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::SourceError;
    use crate::source::camera::{Encoding, Mode};

    #[test]
    fn each_camera_has_a_row_that_says_how_to_name_it() {
        let mode = Mode { width: 1280, height: 720, rate: 30, encoding: Encoding::Mjpeg };
        let busy = SourceError::CameraBusy { camera: "Camera 1 (Phone)".to_owned() };
        let told = told(&[
            CameraEntry { number: 0, name: "Webcam".to_owned(), opening: Ok(mode) },
            CameraEntry { number: 1, name: "Phone".to_owned(), opening: Err(busy) },
        ]);
        assert!(told.contains("camera:0") && told.contains("1280x720 MJPEG at 30 fps"), "{told}");
        assert!(told.contains("camera:1") && told.contains("in use by another program"), "{told}");
    }

    #[test]
    fn a_machine_without_cameras_is_told_a_way_out() {
        let no_camera = "No camera was found: plug one in, or play a recording with `bendwise live --source FILE`\n";
        assert_eq!(told(&[]), no_camera);
    }
}

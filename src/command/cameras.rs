//! `hinge cameras`: what could be filmed with, and what is in the way.

use std::io::{self, Write};

use anyhow::Result;
use comfy_table::Table;
use comfy_table::presets::UTF8_HORIZONTAL_ONLY;

use super::Exit;
use crate::source::camera::{self, CameraEntry};

pub(super) fn run() -> Result<Exit> {
    let cameras = camera::cameras();
    // A machine without a camera is no failure of this command: it was asked what is there.
    let told = if cameras.is_empty() {
        "no camera was found: plug one in, or play a recording with `hinge live --source FILE`".to_owned()
    } else {
        table(&cameras).to_string()
    };
    writeln!(io::stdout(), "{told}")?;
    Ok(Exit::Done)
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
        let told = table(&[
            CameraEntry { number: 0, name: "Webcam".to_owned(), opening: Ok(mode) },
            CameraEntry { number: 1, name: "Phone".to_owned(), opening: Err(busy) },
        ])
        .to_string();
        assert!(told.contains("camera:0") && told.contains("1280x720 MJPEG at 30 fps"), "{told}");
        assert!(told.contains("camera:1") && told.contains("in use by another program"), "{told}");
    }
}

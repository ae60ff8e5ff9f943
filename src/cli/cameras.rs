//! `bendwise cameras`: lists the cameras and says which of them work.

use anyhow::Result;
use comfy_table::Table;
use comfy_table::presets::UTF8_HORIZONTAL_ONLY;

use super::{Exit, exit};
use crate::source::camera::{self, CameraEntry};
use crate::visible::visible;

pub(super) fn run() -> Result<Exit> {
    // A machine without a camera is not a failure of this command.
    exit::print(&render(&camera::cameras()))?;
    Ok(Exit::Done)
}

/// Formats the whole text, ending in a newline.
fn render(cameras: &[CameraEntry]) -> String {
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
        table.add_row([format!("camera:{number}"), visible(name), mark.to_owned(), state]);
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
        let text = render(&[
            CameraEntry { number: 0, name: "Webcam".to_owned(), opening: Ok(mode) },
            CameraEntry { number: 1, name: "Phone".to_owned(), opening: Err(busy) },
        ]);
        assert!(text.contains("camera:0") && text.contains("1280x720 MJPEG at 30 fps"), "{text}");
        assert!(text.contains("camera:1") && text.contains("in use by another program"), "{text}");
    }

    #[test]
    fn without_cameras_a_remedy_is_offered() {
        let no_camera = "No camera was found: plug one in, or play a recording with `bendwise live --source FILE`\n";
        assert_eq!(render(&[]), no_camera);
    }
}

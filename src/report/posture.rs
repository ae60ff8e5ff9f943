//! A posture of the person: the picture, or the limbs if there is none, with the curve of the back drawn on it.

use std::borrow::Cow;
use std::fmt::Write as _;
use std::io;
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use euclid::{Box2D, Point2D, Size2D, Vector2D};
use image::RgbImage;
use image::codecs::jpeg::JpegEncoder;

use crate::coach::Verdict;
use crate::pose::{Camera, CameraPoint, Joint, SideJoints, head_box};
use crate::source::pixels::{pixelate, scaled_part};
use crate::spine::Facing;
use crate::store::sample::{Body, Sample};

/// A part of the camera's picture, pixels.
pub(super) type PictureRegion = Box2D<f32, Camera>;

/// Margin around the person, as a fraction of the larger side.
const MARGIN: f32 = 0.08;

/// Side of a picture on the page, pixels: 45 mm at 180 dots an inch.
const SIDE: u32 = 320;

/// JPEG quality, out of 100.
const QUALITY: u8 = 80;

/// Line widths, as fractions of the side of the region.
const BACK_LINE: f32 = 0.022;
const LIMB_LINE: f32 = 0.008;

/// The picture of a frame.
#[derive(Debug)]
pub(super) struct Photograph {
    pub picture: Arc<RgbImage>,
    /// Size of the camera's picture, pixels, which may be larger.
    pub size: Size2D<f32, Camera>,
    /// Whether the face is shown.
    pub face: bool,
}

/// The square that contains the person in all of these frames; `None` if nobody was seen.
pub(super) fn around<'s>(samples: impl Iterator<Item = &'s Sample>) -> Option<PictureRegion> {
    let points = samples.flat_map(|sample| {
        let seen = sample.body.iter().flat_map(|body| body.landmarks.iter().filter(|landmark| landmark.is_visible()));
        let curve = sample.back.iter().flat_map(|back| back.curve.iter().copied());
        seen.map(|landmark| landmark.point).chain(curve).collect::<Vec<_>>()
    });
    let bounds = Box2D::from_points(points);
    (!bounds.is_empty()).then(|| {
        let side = bounds.width().max(bounds.height()) * (1.0 + 2.0 * MARGIN);
        let half = Vector2D::splat(side / 2.0);
        Box2D::new(bounds.center() - half, bounds.center() + half)
    })
}

/// Draws this region of a frame as SVG.
///
/// # Errors
/// If the picture cannot be encoded.
pub(super) fn svg(
    sample: &Sample,
    region: PictureRegion,
    picture: Option<&Photograph>,
    verdict: Option<Verdict>,
    label: &str,
) -> io::Result<String> {
    let (corner, side) = (region.min, region.width());
    let mut text = format!(
        "<svg class=\"posture\" role=\"img\" aria-label=\"{}\" viewBox=\"{:.1} {:.1} {side:.1} {side:.1}\">",
        super::escape::escaped(label),
        corner.x,
        corner.y
    );
    match picture {
        Some(picture) => text += &photograph(picture, sample, region)?,
        None => text += &limbs(sample, side),
    }
    if let Some(back) = &sample.back {
        let class = format!("curve of-{}", Verdict::word(verdict));
        text += &line(&back.curve, "rim", BACK_LINE * 1.5 * side);
        text += &line(&back.curve, &class, BACK_LINE * side);
        for level in [&back.s1, &back.t12].into_iter().chain(&back.c7) {
            write!(
                text,
                "<circle class=\"level\" cx=\"{:.1}\" cy=\"{:.1}\" r=\"{:.1}\"/>",
                level.x,
                level.y,
                side * 0.014
            )
            .ok();
        }
    }
    Ok(text + "</svg>")
}

/// The cropped picture as an image element.
fn photograph(photograph: &Photograph, sample: &Sample, region: PictureRegion) -> io::Result<String> {
    let Photograph { picture, size, face } = photograph;
    let Some(inside) = region.intersection(&Box2D::from_size(*size)) else { return Ok(String::new()) };
    let (across, down) = (picture.width() as f32 / size.width, picture.height() as f32 / size.height);
    let part: PictureRegion = inside.scale(across, down);
    let mut picture = Cow::Borrowed(&**picture);
    let head = sample.body.as_ref().and_then(|body| head_box(&body.landmarks, body.size));
    if let (false, Some(head)) = (*face, head) {
        pixelate(picture.to_mut(), head.scale(across, down));
    }
    let shrink = (SIDE as f32 / part.width().max(part.height())).min(1.0);
    let size = [part.width(), part.height()].map(|length| (length * shrink) as u32).into();
    let part = scaled_part(&picture, part, size);
    let mut jpeg = Vec::new();
    JpegEncoder::new_with_quality(&mut jpeg, QUALITY).encode_image(&part).map_err(io::Error::other)?;
    Ok(format!(
        "<image x=\"{:.1}\" y=\"{:.1}\" width=\"{:.1}\" height=\"{:.1}\" preserveAspectRatio=\"none\" href=\"data:image/jpeg;base64,{}\"/>",
        inside.min.x,
        inside.min.y,
        inside.width(),
        inside.height(),
        STANDARD.encode(jpeg)
    ))
}

/// The limbs on the side facing the camera.
fn limbs(sample: &Sample, side: f32) -> String {
    let Some(body) = &sample.body else { return String::new() };
    let SideJoints { arm, leg, ear } = match sample.back.as_ref().map(|back| back.facing) {
        Some(Facing::Left) => SideJoints::LEFT,
        _ => SideJoints::RIGHT,
    };
    let hip = sample.back.as_ref().map(|back| back.hip);
    let mut leg = seen(body, &leg);
    if let (Some(first), Some(hip)) = (leg.first_mut(), hip) {
        *first = hip;
    }
    let neck: Vec<_> = sample.back.iter().flat_map(|back| back.c7).chain(seen(body, &[ear])).collect();
    let lines = [seen(body, &arm), leg, neck];
    let mut text: String = lines.iter().map(|points| line(points, "limb", LIMB_LINE * 2.0 * side)).collect();
    if let Some(Point2D { x, y, .. }) = seen(body, &[ear]).first() {
        write!(text, "<circle class=\"head\" cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"{:.1}\"/>", side * 0.045).ok();
    }
    text
}

fn seen(body: &Body, joints: &[Joint]) -> Vec<CameraPoint> {
    let landmarks = joints.iter().filter_map(|joint| body.landmarks.get(*joint as usize));
    landmarks.filter(|landmark| landmark.is_visible()).map(|landmark| landmark.point).collect()
}

fn line(points: &[CameraPoint], class: &str, width: f32) -> String {
    if points.len() < 2 {
        return String::new();
    }
    let points: Vec<String> = points.iter().map(|point| format!("{:.1},{:.1}", point.x, point.y)).collect();
    format!("<polyline class=\"{class}\" stroke-width=\"{width:.1}\" points=\"{}\"/>", points.join(" "))
}

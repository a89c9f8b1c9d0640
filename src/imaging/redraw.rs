//! From a file to pictures. Pure.

use std::io::Cursor;

use image::codecs::jpeg::{JpegDecoder, JpegEncoder};
use image::codecs::png::PngDecoder;
use image::codecs::webp::WebPDecoder;
use image::imageops::FilterType;
use image::metadata::Orientation;
use image::{
    DynamicImage, GenericImageView, ImageDecoder, ImageFormat, ImageResult, Limits, Rgb, RgbImage,
    guess_format,
};

use super::whole::{check_jpeg, check_webp};
use super::{ImageError, ImagingLimits, Picture, Shape};

/// What a PNG may need besides its pixels: compressed texts and profiles, one row.
const PNG_EXTRAS_MAX: u64 = 32 * 1024 * 1024;
/// The largest pixel: four channels of 16 bits.
const PIXEL_BYTES_MAX: u64 = 8;

pub(super) fn redraw<const N: usize>(
    file: &[u8],
    shapes: [Shape; N],
    limits: &ImagingLimits,
) -> Result<[Picture; N], ImageError> {
    let (picture, orientation) = read(file, limits.pixels_max)?;
    let mut picture = reduce(flatten(picture).into(), &shapes);
    picture.apply_orientation(orientation);
    let mut drawn = Vec::with_capacity(N);
    for shape in shapes {
        drawn.push(draw(&picture, shape, limits.quality)?);
    }
    drawn.try_into().map_err(|_| ImageError::Broken("a shape is missing".to_owned()))
}

/// The pixels of a file, and how they are to be turned. Its first bytes say what it is; of a moving
/// picture it is the first.
fn read(file: &[u8], pixels_max: u64) -> Result<(DynamicImage, Orientation), ImageError> {
    match guess_format(file) {
        Ok(ImageFormat::Jpeg) => {
            check_jpeg(file)?;
            decode(JpegDecoder::new(Cursor::new(file)), pixels_max)
        }
        Ok(ImageFormat::Png) => {
            let mut limits = Limits::no_limits();
            limits.max_alloc = Some(PNG_EXTRAS_MAX);
            decode(PngDecoder::with_limits(Cursor::new(file), limits), pixels_max)
        }
        Ok(ImageFormat::WebP) => {
            let file = check_webp(file, pixels_max)?;
            decode(WebPDecoder::new(Cursor::new(file)), pixels_max)
        }
        Ok(_) | Err(_) => Err(ImageError::NotAnImage),
    }
}

fn decode(
    decoder: ImageResult<impl ImageDecoder>,
    pixels_max: u64,
) -> Result<(DynamicImage, Orientation), ImageError> {
    let mut decoder = decoder.map_err(|error| broken(&error))?;
    let (width, height) = decoder.dimensions();
    match u64::from(width) * u64::from(height) {
        0 => return Err(ImageError::Broken("it has no pixels".to_owned())),
        pixels if pixels > pixels_max => return Err(ImageError::TooManyPixels(pixels_max)),
        _ => {}
    }
    let mut limits = Limits::no_limits();
    limits.max_alloc = Some(pixels_max * PIXEL_BYTES_MAX + PNG_EXTRAS_MAX);
    decoder.set_limits(limits).map_err(|error| broken(&error))?;
    // A picture whose orientation cannot be read is as it is.
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let picture = DynamicImage::from_decoder(decoder).map_err(|error| broken(&error))?;
    Ok((picture, orientation))
}

fn broken(error: &image::ImageError) -> ImageError {
    ImageError::Broken(error.to_string())
}

/// The picture on white paper, 8 bits a channel.
fn flatten(picture: DynamicImage) -> RgbImage {
    if !picture.color().has_alpha() {
        return picture.into_rgb8();
    }
    let (width, height) = picture.dimensions();
    RgbImage::from_fn(width, height, |x, y| {
        let [red, green, blue, alpha] = picture.get_pixel(x, y).0.map(u32::from);
        let on_white = |color: u32| (color * alpha + 255 * (255 - alpha) + 127) / 255;
        Rgb([red, green, blue].map(|color| u8::try_from(on_white(color)).unwrap_or(u8::MAX)))
    })
}

/// Makes a picture smaller, at once, down to twice what the largest of the shapes needs: from there on
/// everything is little work, and enough is left to be drawn well.
fn reduce(picture: DynamicImage, shapes: &[Shape]) -> DynamicImage {
    let (width, height) = picture.dimensions();
    let needed = shapes.iter().map(|shape| match shape {
        Shape::Within(side) => scale(side.saturating_mul(2), width.max(height)),
        Shape::Square(side) => scale(side.saturating_mul(2), width.min(height)),
    });
    let needed = needed.fold(0.0, f64::max);
    if needed >= 1.0 {
        return picture;
    }
    picture.thumbnail_exact(scaled(width, needed), scaled(height, needed))
}

fn draw(picture: &DynamicImage, shape: Shape, quality: u8) -> Result<Picture, ImageError> {
    let (width, height) = picture.dimensions();
    let drawn = match shape {
        Shape::Within(side) => shrink(picture, scale(side, width.max(height))),
        Shape::Square(side) => {
            let edge = width.min(height);
            let (left, top) = ((width - edge) / 2, (height - edge) / 2);
            shrink(&picture.crop_imm(left, top, edge, edge), scale(side, edge))
        }
    };
    let mut bytes = Vec::new();
    let encoder = JpegEncoder::new_with_quality(&mut bytes, quality);
    drawn.write_with_encoder(encoder).map_err(|error| broken(&error))?;
    let (width, height) = drawn.dimensions();
    Ok(Picture { bytes, width, height })
}

fn shrink(picture: &DynamicImage, scale: f64) -> DynamicImage {
    let (width, height) = picture.dimensions();
    if scale >= 1.0 {
        return picture.clone();
    }
    picture.resize_exact(scaled(width, scale), scaled(height, scale), FilterType::CatmullRom)
}

fn scale(to: u32, from: u32) -> f64 {
    f64::from(to) / f64::from(from)
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "between 1 and what it was"
)]
fn scaled(side: u32, scale: f64) -> u32 {
    ((f64::from(side) * scale).round() as u32).max(1)
}

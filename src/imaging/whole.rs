//! What the decoders let pass and must not: files that end too early, and files in which something else
//! is larger than their head says. Pure.

use super::ImageError;

/// A JPEG must end. Without its end the rest would be grey.
pub(super) fn check_jpeg(file: &[u8]) -> Result<(), ImageError> {
    let mut rest = file.get(2..).unwrap_or_default();
    loop {
        // Any bytes may stand before a segment, and any number of 0xFF begins it.
        rest = skip(rest, |byte| byte != 0xFF);
        rest = skip(rest, |byte| byte == 0xFF);
        let [marker, high, low, ..] = *rest else { return Err(ends_early()) };
        if marker == SCAN {
            // Within a scan 0xFF is followed by 0, so these two are the end and nothing else.
            let ends = rest.windows(2).any(|pair| pair == [0xFF, END]);
            return if ends { Ok(()) } else { Err(ends_early()) };
        }
        let next = 1 + usize::from(u16::from_be_bytes([high, low]));
        rest = rest.get(next..).ok_or_else(ends_early)?;
    }
}

fn skip(bytes: &[u8], while_so: impl Fn(u8) -> bool) -> &[u8] {
    let until = bytes.iter().position(|byte| !while_so(*byte)).unwrap_or(bytes.len());
    &bytes[until..]
}

const SCAN: u8 = 0xDA;
const END: u8 = 0xD9;

/// The part of the file that is WebP, if every chunk is as long as it says and no picture in it is larger
/// than allowed: what its head says of its size need not be so.
pub(super) fn check_webp(file: &[u8], pixels_max: u64) -> Result<&[u8], ImageError> {
    let size = file.get(4..8).and_then(le_u32).ok_or_else(ends_early)?;
    let file = file.get(..size.saturating_add(8)).ok_or_else(ends_early)?;
    let mut rest = file.get(12..).ok_or_else(ends_early)?;
    while let Some(size) = rest.get(4..8).and_then(le_u32) {
        let chunk = rest.get(8..size.saturating_add(8)).ok_or_else(ends_early)?;
        rest = rest.get(8 + chunk.len() + chunk.len() % 2..).unwrap_or_default();
    }
    // Wherever it stands, in a frame of a moving picture or not.
    for head in file.windows(18).filter(|head| head.starts_with(b"VP8 ")) {
        if head[11..14] == [0x9D, 0x01, 0x2A] {
            let pixels =
                |at: usize| u64::from(u16::from_le_bytes([head[at], head[at + 1]]) & 0x3FFF);
            if pixels(14) * pixels(16) > pixels_max {
                return Err(ImageError::TooManyPixels(pixels_max));
            }
        }
    }
    Ok(file)
}

fn le_u32(bytes: &[u8]) -> Option<usize> {
    let bytes: [u8; 4] = bytes.try_into().ok()?;
    usize::try_from(u32::from_le_bytes(bytes)).ok()
}

fn ends_early() -> ImageError {
    ImageError::Broken("it ends too early".to_owned())
}

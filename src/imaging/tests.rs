//! Files of every kind, whole and not, honest and not.

use std::io::Write;

use flate2::Compression;
use flate2::write::ZlibEncoder;
use image::codecs::jpeg::JpegEncoder;
use image::codecs::png::PngEncoder;
use image::codecs::webp::WebPEncoder;
use image::{DynamicImage, Luma, Rgb, RgbImage, Rgba};
use proptest::prelude::*;

use super::*;

const LIMITS: ImagingLimits = ImagingLimits {
    bytes_max: 5 * 1024 * 1024,
    pixels_max: 25_000_000,
    receive_at_once: 2,
    at_once: 2,
    queue: 4,
    wait: Duration::from_secs(5),
    quality: 82,
};
const SHAPES: [Shape; 2] = [Shape::Within(1024), Shape::Square(128)];
/// What nobody must find in a picture that was drawn anew.
const CANARY: &[u8] = b"37.5665N 126.9780E Jimin's phone";

const CMYK_JPEG: &[u8] = include_bytes!("../../tests/fixtures/images/cmyk.jpg");
const GREY_JPEG: &[u8] = include_bytes!("../../tests/fixtures/images/grey.jpg");
const PROGRESSIVE_JPEG: &[u8] = include_bytes!("../../tests/fixtures/images/progressive.jpg");
const GREY_16_PNG: &[u8] = include_bytes!("../../tests/fixtures/images/grey-16.png");
const PALETTE_PNG: &[u8] = include_bytes!("../../tests/fixtures/images/palette.png");
const LOSSY_WEBP: &[u8] = include_bytes!("../../tests/fixtures/images/lossy.webp");
const SEE_THROUGH_WEBP: &[u8] = include_bytes!("../../tests/fixtures/images/see-through.webp");
const ANIMATED_WEBP: &[u8] = include_bytes!("../../tests/fixtures/images/animated.webp");
const GIF: &[u8] = include_bytes!("../../tests/fixtures/images/moving.gif");

fn drawn(file: &[u8]) -> Result<[Picture; 2], ImageError> {
    redraw(file, SHAPES, &LIMITS)
}

fn pixels(picture: &Picture) -> RgbImage {
    let read = image::load_from_memory(&picture.bytes).unwrap();
    assert_eq!(image::guess_format(&picture.bytes).unwrap(), image::ImageFormat::Jpeg);
    assert_eq!((read.width(), read.height()), (picture.width, picture.height));
    read.into_rgb8()
}

/// What colour is there, roughly; from the left and from the top, in hundredths.
fn colour(image: &RgbImage, x: u32, y: u32) -> &'static str {
    let (x, y) = (x * image.width() / 100, y * image.height() / 100);
    let Rgb([red, green, blue]) = *image.get_pixel(x, y);
    match (red > 127, green > 127, blue > 127) {
        (true, false, false) => "red",
        (false, true, false) => "green",
        (false, false, true) => "blue",
        (true, true, true) => "white",
        (false, false, false) => "black",
        _ => "other",
    }
}

/// Red on the left, blue on the right.
fn halves(width: u32, height: u32) -> RgbImage {
    let red = |x| x < width / 2;
    RgbImage::from_fn(width, height, |x, _| Rgb(if red(x) { [220, 20, 20] } else { [20, 20, 220] }))
}

fn jpeg(image: &RgbImage) -> Vec<u8> {
    let mut file = Vec::new();
    image.write_with_encoder(JpegEncoder::new_with_quality(&mut file, 90)).unwrap();
    file
}

fn png(image: &DynamicImage) -> Vec<u8> {
    let mut file = Vec::new();
    image.write_with_encoder(PngEncoder::new(&mut file)).unwrap();
    file
}

fn webp(image: &DynamicImage) -> Vec<u8> {
    let mut file = Vec::new();
    image.write_with_encoder(WebPEncoder::new_lossless(&mut file)).unwrap();
    file
}

/// Exif with an orientation, and a place where the picture was taken.
fn exif(orientation: u16) -> Vec<u8> {
    let mut exif = b"MM\0*\0\0\0\x08\0\x02".to_vec();
    let mut entry = |tag: u16, kind: u16, count: u32, value: u32| {
        exif.extend(tag.to_be_bytes());
        exif.extend(kind.to_be_bytes());
        exif.extend(count.to_be_bytes());
        exif.extend(value.to_be_bytes());
    };
    entry(0x0112, 3, 1, u32::from(orientation) << 16);
    // GPS, in a directory of its own, which begins right after this one.
    entry(0x8825, 4, 1, 38);
    exif.extend([0; 4]);
    exif.extend(b"\0\x01\0\x1D\0\x02");
    exif.extend(u32::try_from(CANARY.len()).unwrap().to_be_bytes());
    exif.extend(56_u32.to_be_bytes());
    exif.extend([0; 4]);
    exif.extend(CANARY);
    exif
}

fn segment(marker: u8, parts: &[&[u8]]) -> Vec<u8> {
    let contents = parts.concat();
    let length = u16::try_from(contents.len() + 2).unwrap().to_be_bytes();
    [&[0xFF, marker], &length[..], &contents].concat()
}

/// A JPEG with all that phones and programs write into one.
fn talkative_jpeg(image: &RgbImage, orientation: u16) -> Vec<u8> {
    let plain = jpeg(image);
    let exif = segment(0xE1, &[b"Exif\0\0", &exif(orientation)]);
    let xmp = segment(0xE1, &[b"http://ns.adobe.com/xap/1.0/\0<x:xmpmeta>", CANARY]);
    let iptc = segment(0xED, &[b"Photoshop 3.0\08BIM\x04\x04\0\0\0\0\0\x40", CANARY]);
    let comment = segment(0xFE, &[CANARY]);
    [&plain[..2], &exif, &xmp, &iptc, &comment, &plain[2..], CANARY].concat()
}

fn chunk(name: [u8; 4], contents: &[u8]) -> Vec<u8> {
    let mut crc = flate2::Crc::new();
    crc.update(&name);
    crc.update(contents);
    let length = u32::try_from(contents.len()).unwrap().to_be_bytes();
    [&length[..], &name, contents, &crc.sum().to_be_bytes()].concat()
}

fn deflated(bytes: usize) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::fast());
    for _ in 0..bytes.div_ceil(1 << 20) {
        encoder.write_all(&vec![0; 1 << 20]).unwrap();
    }
    encoder.finish().unwrap()
}

/// A PNG with chunks after its head.
fn png_with(image: &DynamicImage, chunks: &[Vec<u8>]) -> Vec<u8> {
    let plain = png(image);
    let head = 8 + 25;
    [&plain[..head], &chunks.concat(), &plain[head..]].concat()
}

/// A WebP in its longer form, with Exif and XMP.
fn talkative_webp(image: &DynamicImage, orientation: u16) -> Vec<u8> {
    let plain = webp(image);
    let size = |side: u32| (side - 1).to_le_bytes()[..3].to_vec();
    let head = [&[0b0000_1100, 0, 0, 0], &size(image.width())[..], &size(image.height())].concat();
    let chunk = |name: &[u8], contents: &[u8]| {
        let length = u32::try_from(contents.len()).unwrap().to_le_bytes();
        let fill = &[0][..contents.len() % 2];
        [name, &length, contents, fill].concat()
    };
    let chunks = [
        b"WEBP".to_vec(),
        chunk(b"VP8X", &head),
        plain[12..].to_vec(),
        chunk(b"EXIF", &exif(orientation)),
        chunk(b"XMP ", CANARY),
    ];
    chunk(b"RIFF", &chunks.concat())
}

fn has_canary(bytes: &[u8]) -> bool {
    bytes.windows(8).any(|window| CANARY.windows(8).any(|part| part == window))
}

#[test]
fn nothing_of_a_photo_is_passed_on_but_what_is_to_be_seen_and_that_upright() {
    let picture = DynamicImage::from(halves(64, 32));
    let text = chunk(*b"tEXt", &[b"Comment\0", CANARY].concat());
    let itxt = chunk(*b"iTXt", &[b"XML:com.adobe.xmp\0\0\0\0\0", CANARY].concat());
    let files = [
        talkative_jpeg(&halves(64, 32), 6),
        png_with(&picture, &[chunk(*b"eXIf", &exif(6)), text, itxt]),
        talkative_webp(&picture, 6),
    ];
    for file in files {
        assert!(has_canary(&file));

        let drawn = drawn(&file).unwrap();

        for picture in &drawn {
            assert!(!has_canary(&picture.bytes));
            for mark in [&b"Exif"[..], b"xmp", b"Photoshop", b"ICC", b"Comment"] {
                assert!(!picture.bytes.windows(mark.len()).any(|window| window == mark));
            }
        }
        let [large, small] = drawn.each_ref().map(pixels);
        assert_eq!(large.dimensions(), (32, 64), "turned by a quarter");
        assert_eq!((colour(&large, 50, 20), colour(&large, 50, 80)), ("red", "blue"));
        assert_eq!(small.dimensions(), (32, 32));
        assert_eq!((colour(&small, 50, 20), colour(&small, 50, 80)), ("red", "blue"));
    }
}

#[test]
fn every_orientation_comes_out_upright() {
    let upright = |file: &[u8]| {
        let [large, _] = drawn(file).unwrap();
        let large = pixels(&large);
        let corner = |x, y| colour(&large, x, y);
        let corners = [corner(10, 10), corner(90, 10), corner(10, 90), corner(90, 90)];
        (large.dimensions(), corners)
    };
    let corners = RgbImage::from_fn(64, 32, |x, y| {
        Rgb(match (x < 32, y < 16) {
            (true, true) => [220, 20, 20],
            (false, true) => [20, 220, 20],
            (true, false) => [20, 20, 220],
            (false, false) => [250, 250, 250],
        })
    });
    let expected = [
        (1, (64, 32), ["red", "green", "blue", "white"]),
        (2, (64, 32), ["green", "red", "white", "blue"]),
        (3, (64, 32), ["white", "blue", "green", "red"]),
        (4, (64, 32), ["blue", "white", "red", "green"]),
        (5, (32, 64), ["red", "blue", "green", "white"]),
        (6, (32, 64), ["blue", "red", "white", "green"]),
        (7, (32, 64), ["white", "green", "blue", "red"]),
        (8, (32, 64), ["green", "white", "red", "blue"]),
        (77, (64, 32), ["red", "green", "blue", "white"]),
    ];
    for (orientation, size, colours) in expected {
        let found = upright(&talkative_jpeg(&corners, orientation));
        assert_eq!(found, (size, colours), "orientation {orientation}");
    }
}

#[test]
fn pictures_are_made_smaller_and_never_larger() {
    for (size, large, small) in [
        ((3000, 2000), (1024, 683), (128, 128)),
        ((2000, 3000), (683, 1024), (128, 128)),
        ((1024, 100), (1024, 100), (100, 100)),
        ((1025, 1025), (1024, 1024), (128, 128)),
        ((4000, 10), (1024, 3), (10, 10)),
        ((100, 50), (100, 50), (50, 50)),
        ((20_000, 1), (1024, 1), (1, 1)),
        ((1, 1), (1, 1), (1, 1)),
    ] {
        let [one, other] = drawn(&jpeg(&halves(size.0, size.1))).unwrap();
        assert_eq!((pixels(&one).dimensions(), pixels(&other).dimensions()), (large, small));
    }
    let [wide] = redraw(&jpeg(&halves(3000, 600)), [Shape::Square(300)], &LIMITS).unwrap();
    let wide = pixels(&wide);
    assert_eq!((colour(&wide, 10, 50), colour(&wide, 90, 50)), ("red", "blue"), "its middle");
}

#[test]
fn every_kind_of_file_that_other_programs_write_is_read() {
    let half_see_through = DynamicImage::from(image::RgbaImage::from_fn(48, 32, |x, _| {
        Rgba(if x < 24 { [220, 20, 20, 255] } else { [0, 0, 0, 0] })
    }));
    let opaque_16 = DynamicImage::from(halves(48, 32)).into_rgb16();
    let see_through_16 = half_see_through.to_rgba16();
    let files: [(&str, Vec<u8>, &str, &str); 13] = [
        ("progressive JPEG", PROGRESSIVE_JPEG.to_vec(), "red", "blue"),
        ("CMYK JPEG", CMYK_JPEG.to_vec(), "red", "blue"),
        ("grey JPEG", GREY_JPEG.to_vec(), "black", "black"),
        ("16 bit grey PNG", GREY_16_PNG.to_vec(), "white", "white"),
        ("palette PNG", PALETTE_PNG.to_vec(), "red", "blue"),
        ("16 bit PNG", png(&opaque_16.into()), "red", "blue"),
        ("see-through PNG", png(&half_see_through), "red", "white"),
        ("16 bit see-through PNG", png(&see_through_16.into()), "red", "white"),
        ("lossy WebP", LOSSY_WEBP.to_vec(), "red", "blue"),
        ("see-through WebP", SEE_THROUGH_WEBP.to_vec(), "red", "white"),
        ("lossless WebP", webp(&halves(48, 32).into()), "red", "blue"),
        ("see-through lossless WebP", webp(&half_see_through), "red", "white"),
        ("moving WebP: its first picture", ANIMATED_WEBP.to_vec(), "red", "blue"),
    ];
    for (kind, file, left, right) in files {
        let [large, _] = drawn(&file).unwrap_or_else(|error| panic!("{kind}: {error}"));
        let large = pixels(&large);
        assert_eq!(large.dimensions(), (48, 32), "{kind}");
        let found = (colour(&large, 20, 50), colour(&large, 80, 50));
        assert_eq!(found, (left, right), "{kind}");
    }
}

#[test]
fn what_is_no_picture_is_told_by_its_contents() {
    let svg = br#"<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>"#;
    let html_first =
        [&b"<!DOCTYPE html><script>alert(1)</script>"[..], &jpeg(&halves(8, 8))].concat();
    let files: [&[u8]; 9] = [
        b"",
        b"\xFF",
        b"GIF89a",
        GIF,
        b"BM\0\0\0\0",
        svg,
        &html_first,
        b"%PDF-1.7",
        b"RIFF\x10\0\0\0WAVEfmt ",
    ];
    for file in files {
        assert!(
            matches!(drawn(file), Err(ImageError::NotAnImage)),
            "{:?}",
            &file[..file.len().min(8)]
        );
    }
}

#[test]
fn a_page_hidden_in_a_picture_does_not_come_out() {
    let page = b"<script>alert(document.cookie)</script>";
    let plain = jpeg(&halves(64, 64));
    let file = [&plain[..2], &segment(0xFE, &[page]), &plain[2..], page].concat();

    for picture in drawn(&file).unwrap() {
        assert!(!picture.bytes.windows(7).any(|window| window == b"<script"));
    }
}

#[test]
fn a_file_that_ends_too_early_is_refused_wherever_it_ends() {
    let noise = RgbImage::from_fn(64, 64, |x, y| {
        let value = (x * 7919 + y * 104_729) * 31;
        Rgb([value, value * 3, x * y].map(|value| u8::try_from(value % 256).unwrap()))
    });
    let other = DynamicImage::from(noise.clone());
    let files: [(&str, Vec<u8>); 6] = [
        ("JPEG", talkative_jpeg(&noise, 6)[..].to_vec()),
        ("progressive JPEG", PROGRESSIVE_JPEG.to_vec()),
        ("PNG", png(&other)),
        ("lossless WebP", webp(&other)),
        ("longer WebP", talkative_webp(&other, 6)),
        ("moving WebP", ANIMATED_WEBP.to_vec()),
    ];
    for (kind, file) in files {
        // A PNG may lack its last chunk, and a JPEG what stands behind its end: nothing to be seen is there.
        let spared = match kind {
            "JPEG" => CANARY.len(),
            "PNG" => 12 + 4,
            _ => 0,
        };
        let must_fail = file.len() - spared;
        let lengths = (0..must_fail.min(700)).chain((700..must_fail).step_by(97));
        for length in lengths.chain([must_fail - 1]) {
            assert!(drawn(&file[..length]).is_err(), "{kind}: {length} of {} bytes", file.len());
        }
        assert!(drawn(&file).is_ok(), "{kind}");
    }
}

#[test]
fn a_small_file_of_many_pixels_is_refused_by_its_head() {
    // One bit a pixel: 50 MB of zeros, which take 50 KB. Shown, they are 400 million pixels.
    let head =
        [&20_000_u32.to_be_bytes()[..], &20_000_u32.to_be_bytes(), &[1, 0, 0, 0, 0]].concat();
    let png = [
        b"\x89PNG\r\n\x1A\n".to_vec(),
        chunk(*b"IHDR", &head),
        chunk(*b"IDAT", &deflated(20_000 * 2_501)),
        chunk(*b"IEND", &[]),
    ]
    .concat();
    assert!(png.len() < 300_000, "{}", png.len());
    assert!(matches!(drawn(&png), Err(ImageError::TooManyPixels(25_000_000))));

    // The size stands in the frame: 65,535 by 65,535.
    let mut jpeg = jpeg(&halves(8, 8));
    let frame = jpeg.windows(2).position(|pair| pair == [0xFF, 0xC0]).unwrap();
    jpeg[frame + 5..frame + 9].fill(0xFF);
    assert!(matches!(drawn(&jpeg), Err(ImageError::TooManyPixels(_))));

    let mut lossless = webp(&halves(8, 8).into());
    lossless[21..25].copy_from_slice(&0x0FFF_BFFE_u32.to_le_bytes());
    assert!(matches!(drawn(&lossless), Err(ImageError::TooManyPixels(_))));

    // The head says 48 by 32, and the picture within says 16,383 by 16,383.
    let mut webp = ANIMATED_WEBP.to_vec();
    let inner = webp.windows(3).position(|three| three == [0x9D, 0x01, 0x2A]).unwrap();
    webp[inner + 3..inner + 7].copy_from_slice(&[0xFF, 0x3F, 0xFF, 0x3F]);
    assert!(matches!(drawn(&webp), Err(ImageError::TooManyPixels(_))));
}

#[test]
fn exactly_as_many_pixels_as_are_allowed_are_read() {
    let limits = ImagingLimits { pixels_max: 64 * 32, ..LIMITS };
    redraw(&jpeg(&halves(64, 32)), SHAPES, &limits).unwrap();
    let more = redraw(&jpeg(&halves(65, 32)), SHAPES, &limits);
    assert!(matches!(more, Err(ImageError::TooManyPixels(2048))));
}

#[test]
fn a_small_file_that_unpacks_to_much_within_the_pixels_allowed_is_read() {
    let blank = image::ImageBuffer::<Luma<u8>, _>::new(5000, 5000);
    let file = png(&blank.into());
    assert!(file.len() < 200_000, "{}", file.len());

    let [large, small] = drawn(&file).unwrap();

    assert_eq!((large.width, large.height, small.width), (1024, 1024, 128));
}

#[test]
fn what_is_packed_beside_the_pixels_is_not_unpacked_without_limit() {
    let picture = DynamicImage::from(halves(8, 8));
    let bomb = deflated(100 << 20);
    assert!(bomb.len() < LIMITS.bytes_max / 4);
    let profile = chunk(*b"iCCP", &[b"sRGB\0\0", &bomb[..]].concat());
    let text = chunk(*b"zTXt", &[b"Comment\0\0", &bomb[..]].concat());
    for (what, extra) in [("profile", profile), ("text", text)] {
        // Refused or let go unread: both are fine, as long as it is not kept.
        if let Ok([large, _]) = drawn(&png_with(&picture, &[extra])) {
            assert_eq!(large.width, 8, "{what}");
            assert!(large.bytes.len() < 2_000, "{what}");
        }
    }
}

#[test]
fn a_jpeg_of_a_thousand_scans_is_refused() {
    let scan = PROGRESSIVE_JPEG.windows(2).rposition(|pair| pair == [0xFF, 0xDA]).unwrap();
    let end = PROGRESSIVE_JPEG.len() - 2;
    let (head, last) = (&PROGRESSIVE_JPEG[..end], &PROGRESSIVE_JPEG[scan..end]);
    let file = [head, &last.repeat(1000), &PROGRESSIVE_JPEG[end..]].concat();

    assert!(matches!(drawn(&file), Err(ImageError::Broken(_))));
}

#[test]
fn a_chunk_that_says_it_is_larger_than_the_file_is_refused() {
    let mut file = talkative_webp(&halves(8, 8).into(), 1);
    let exif = file.windows(4).position(|name| name == b"EXIF").unwrap();
    file[exif + 4..exif + 8].copy_from_slice(&0xFFFF_FFF0_u32.to_le_bytes());

    assert!(matches!(drawn(&file), Err(ImageError::Broken(_))));
}

#[tokio::test]
async fn one_byte_more_than_allowed_is_too_much() {
    let imaging = Imaging::new(LIMITS);
    // What stands behind the end of a JPEG is not read.
    let mut file = jpeg(&halves(8, 8));
    file.resize(LIMITS.bytes_max, 0);
    imaging.redraw(file.clone(), SHAPES).await.unwrap();

    file.push(0);
    let refused = imaging.redraw(file, SHAPES).await;
    assert!(matches!(refused, Err(ImageError::TooLarge(5_242_880))), "{refused:?}");
}

#[tokio::test]
async fn who_waits_too_long_or_behind_too_many_is_told() {
    let limits = ImagingLimits { at_once: 1, queue: 1, wait: Duration::from_millis(20), ..LIMITS };
    let imaging = Imaging::new(limits);
    let file = jpeg(&halves(8, 8));
    let turn = imaging.turns.clone().acquire_owned().await.unwrap();

    let late = imaging.redraw(file.clone(), SHAPES).await;
    assert!(matches!(late, Err(ImageError::Busy)));
    let place = imaging.places.clone().acquire_many_owned(2).await.unwrap();
    let begun = Instant::now();
    assert!(matches!(imaging.redraw(file.clone(), SHAPES).await, Err(ImageError::Busy)));
    assert!(begun.elapsed() < limits.wait, "at once");

    drop((turn, place));
    imaging.redraw(file, SHAPES).await.unwrap();
    assert_eq!(imaging.places.available_permits(), 2, "everything was given back");
}

proptest! {
    #[test]
    fn no_bytes_make_it_panic(
        start in prop::sample::select(vec![
            &b""[..], b"\xFF\xD8\xFF", b"\x89PNG\r\n\x1A\n", b"RIFF\x40\0\0\0WEBPVP8 ",
            b"RIFF\x40\0\0\0WEBPVP8L", b"RIFF\xF0\0\0\0WEBPVP8X\x0A\0\0\0\x02\0\0\0\x2F\0\0\x1F\0\0",
        ]),
        bytes in prop::collection::vec(any::<u8>(), 0..300),
    ) {
        let _ = drawn(&[start, &bytes].concat());
    }

    #[test]
    fn no_damage_makes_it_panic(
        which in 0..9_usize,
        damage in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..8),
    ) {
        let files = [
            CMYK_JPEG, GREY_JPEG, PROGRESSIVE_JPEG, GREY_16_PNG, PALETTE_PNG, LOSSY_WEBP,
            SEE_THROUGH_WEBP, ANIMATED_WEBP, &jpeg(&halves(40, 24)),
        ];
        let mut file = files[which].to_vec();
        for (at, byte) in damage {
            let at = at.index(file.len());
            file[at] = byte;
        }
        let _ = drawn(&file);
    }
}

//! Looks at the head of every frame before the parser sees it.

use std::cell::Cell;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use actix_web::dev::Payload;
use actix_web::error::PayloadError;
use actix_web::web::Bytes;
use futures_util::Stream;

use crate::protocol::CloseReason;
use crate::ws_gateway::meter::Meter;

use super::Limits;

const FIN: u8 = 0b1000_0000;
const RESERVED: u8 = 0b0111_0000;
const OPCODE: u8 = 0b0000_1111;
const MASKED: u8 = 0b1000_0000;
const LENGTH: u8 = 0b0111_1111;
/// Lengths that say that the length itself follows, in 2 and in 8 bytes.
const TWO_BYTES: u8 = 126;
const EIGHT_BYTES: u8 = 127;
const CONTROL_BYTES_MAX: u8 = 125;
/// Two bytes, a length of eight, a mask.
const HEAD_BYTES_MAX: usize = 2 + 8 + 4;

/// Why the guard lets nothing through any more.
#[derive(Clone, Default)]
pub(super) struct Verdict(Rc<Cell<Option<CloseReason>>>);

impl Verdict {
    pub(super) fn get(&self) -> Option<CloseReason> {
        self.0.get()
    }
}

/// The bytes of a page, up to the first frame that it may not send. Then they end, and the verdict says why.
pub(super) struct Guard {
    bytes: Payload,
    rules: Rules,
    verdict: Verdict,
}

impl Guard {
    pub(super) fn new(bytes: Payload, limits: Limits, verdict: Verdict) -> Self {
        Self { bytes, rules: Rules::new(limits), verdict }
    }
}

impl Stream for Guard {
    type Item = Result<Bytes, PayloadError>;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let guard = self.get_mut();
        if guard.verdict.get().is_some() {
            return Poll::Ready(None);
        }
        let Some(bytes) = ready!(Pin::new(&mut guard.bytes).poll_next(cx)?) else {
            return Poll::Ready(None);
        };
        let Err((good, reason)) = guard.rules.follow(&bytes) else {
            return Poll::Ready(Some(Ok(bytes)));
        };
        guard.verdict.0.set(Some(reason));
        Poll::Ready((good > 0).then(|| Ok(bytes.slice(..good))))
    }
}

/// What a page may send now.
struct Rules {
    bytes_max: usize,
    frames: Meter,
    head: [u8; HEAD_BYTES_MAX],
    /// How much of the head of the next frame is there.
    head_bytes: usize,
    /// How much of the contents of a frame is still to come.
    left: usize,
    /// The size so far of a message that is not over.
    message: Option<usize>,
}

impl Rules {
    fn new(limits: Limits) -> Self {
        let Limits { bytes_max, frames_per_minute } = limits;
        let frames = Meter::new(frames_per_minute, Duration::from_mins(1));
        let head = [0; HEAD_BYTES_MAX];
        Self { bytes_max, frames, head, head_bytes: 0, left: 0, message: None }
    }

    /// Goes through what came. If a frame is against the rules: how many bytes are before it, and why.
    fn follow(&mut self, bytes: &[u8]) -> Result<(), (usize, CloseReason)> {
        let (mut at, mut frame) = (0, 0);
        while let Some(byte) = bytes.get(at) {
            if self.left > 0 {
                let here = self.left.min(bytes.len() - at);
                (self.left, at) = (self.left - here, at + here);
                continue;
            }
            if self.head_bytes == 0 {
                frame = at;
            }
            self.head[self.head_bytes] = *byte;
            (self.head_bytes, at) = (self.head_bytes + 1, at + 1);
            self.look_at_head().map_err(|reason| (frame, reason))?;
        }
        Ok(())
    }

    /// Judges a head as soon as it can be, and begins with the contents when it is whole.
    fn look_at_head(&mut self) -> Result<(), CloseReason> {
        let [first, second, ..] = self.head;
        if self.head_bytes == 2 {
            self.frames.count().map_err(|_| CloseReason::TooMany)?;
            self.check_kind(first, second)?;
        }
        let length_bytes = match second & LENGTH {
            TWO_BYTES => 2,
            EIGHT_BYTES => 8,
            _ => 0,
        };
        if self.head_bytes < 2 + length_bytes + 4 {
            return Ok(());
        }
        let length = match &self.head[2..2 + length_bytes] {
            [] => u64::from(second & LENGTH),
            bytes => bytes.iter().fold(0, |length, byte| length << 8 | u64::from(*byte)),
        };
        self.begin(first, usize::try_from(length).map_err(|_| CloseReason::TooBig)?)
    }

    /// RFC 6455, sections 5.2 to 5.5, as far as the first two bytes of a frame tell.
    fn check_kind(&self, first: u8, second: u8) -> Result<(), CloseReason> {
        let is_allowed = match first & OPCODE {
            0 => self.message.is_some(),
            1 | 2 => self.message.is_none(),
            8..=10 => first & FIN != 0 && second & LENGTH <= CONTROL_BYTES_MAX,
            _ => false,
        };
        if is_allowed && first & RESERVED == 0 && second & MASKED != 0 {
            Ok(())
        } else {
            Err(CloseReason::Framing)
        }
    }

    fn begin(&mut self, first: u8, length: usize) -> Result<(), CloseReason> {
        if first & OPCODE < 8 {
            let size = self.message.unwrap_or(0).saturating_add(length);
            if size > self.bytes_max {
                return Err(CloseReason::TooBig);
            }
            self.message = (first & FIN == 0).then_some(size);
        }
        (self.head_bytes, self.left) = (0, length);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const LIMITS: Limits = Limits { bytes_max: 1024, frames_per_minute: 1000 };

    /// A frame as a page sends it, with a mask of zeros.
    fn frame(first: u8, contents: &[u8]) -> Vec<u8> {
        let length = contents.len();
        let mut bytes = vec![first];
        match length {
            0..126 => bytes.push(MASKED | u8::try_from(length).unwrap()),
            126..0x1_0000 => {
                bytes.push(MASKED | TWO_BYTES);
                bytes.extend(u16::try_from(length).unwrap().to_be_bytes());
            }
            _ => {
                bytes.push(MASKED | EIGHT_BYTES);
                bytes.extend((length as u64).to_be_bytes());
            }
        }
        bytes.extend([0; 4]);
        bytes.extend(contents);
        bytes
    }

    #[test]
    fn a_length_is_judged_before_its_bytes_come() {
        let endless =
            [&[0x81, MASKED | EIGHT_BYTES][..], &u64::MAX.to_be_bytes(), &[0; 4]].concat();
        let long = [0x82, MASKED | TWO_BYTES, 0x04, 0x01, 0, 0, 0, 0];
        for head in [&endless[..], &long] {
            let bytes = [&frame(0x81, b"hi")[..], head].concat();
            let verdict = Rules::new(LIMITS).follow(&bytes);
            assert_eq!(verdict, Err((8, CloseReason::TooBig)), "{head:?}");
        }
    }

    #[test]
    fn the_parts_of_a_message_are_added_up() {
        let mut rules = Rules::new(LIMITS);
        rules.follow(&frame(0x01, &[b'x'; 1000])).unwrap();
        rules.follow(&frame(0x89, &[b'x'; 100])).unwrap();
        rules.follow(&frame(0x00, &[b'x'; 24])).unwrap();
        assert_eq!(rules.follow(&frame(0x80, b"x")), Err((0, CloseReason::TooBig)));
    }

    #[test]
    fn what_no_frame_may_be_is_refused() {
        let ping_of_126 = frame(0x89, &[b'x'; 126]);
        let unmasked = [0x81, 0x02, b'h', b'i'];
        for wrong in [
            &frame(0x91, b"reserved")[..],
            &frame(0xC1, b"compressed"),
            &frame(0x83, b"opcode 3"),
            &frame(0x8F, b"opcode 15"),
            &frame(0x80, b"continues nothing"),
            &frame(0x09, b"ping in parts"),
            &ping_of_126,
            &unmasked,
        ] {
            assert_eq!(
                Rules::new(LIMITS).follow(wrong),
                Err((0, CloseReason::Framing)),
                "{wrong:?}"
            );
        }
        let mut rules = Rules::new(LIMITS);
        rules.follow(&frame(0x01, b"begins")).unwrap();
        assert_eq!(rules.follow(&frame(0x81, b"begins again")), Err((0, CloseReason::Framing)));
    }

    #[test]
    fn frames_of_every_kind_are_counted() {
        for kind in [0x00, 0x89, 0x8A] {
            let mut rules = Rules::new(LIMITS);
            rules.follow(&frame(0x01, b"")).unwrap();
            let flood = frame(kind, b"").repeat(1000);
            assert_eq!(rules.follow(&flood), Err((999 * 6, CloseReason::TooMany)), "{kind}");
        }
    }

    proptest! {
        #[test]
        fn it_does_not_matter_how_the_bytes_are_cut(
            frames in prop::collection::vec((any::<u8>(), 0_usize..1200), 1..8),
            cuts in prop::collection::vec(1_usize..200, 1..20),
        ) {
            let frames = frames.into_iter().map(|(first, length)| frame(first, &vec![0; length]));
            let bytes = frames.collect::<Vec<_>>().concat();
            let whole = Rules::new(LIMITS).follow(&bytes);

            let mut rules = Rules::new(LIMITS);
            let (mut passed, mut cuts) = (0, cuts.iter().cycle());
            let verdict = loop {
                if passed == bytes.len() {
                    break Ok(());
                }
                let cut = bytes.len().min(passed + cuts.next().unwrap());
                if let Err((good, reason)) = rules.follow(&bytes[passed..cut]) {
                    break Err((passed + good, reason));
                }
                passed = cut;
            };

            prop_assert_eq!(verdict.map_err(|(_, reason)| reason), whole.map_err(|(_, reason)| reason));
            if let (Err((cut, _)), Err((whole, _))) = (verdict, whole) {
                // The first bytes of a head may have passed before the last one came.
                prop_assert!((whole..whole + HEAD_BYTES_MAX).contains(&cut));
            }
        }
    }
}

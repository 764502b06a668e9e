//! The icon, drawn: a speech bubble, grey when there is no way to the technicians, with a dot when something is unread.

use super::face::Look;

/// The sizes that trays ask for, in pixels: plain screens and dense ones.
#[cfg(any(target_os = "linux", test))]
pub(crate) const SIZES: [u16; 3] = [22, 32, 48];

/// How many samples a pixel is made of, each way. More than one makes edges smooth.
const SAMPLES: u16 = 4;

const ONLINE: Colour = Colour(0x1f, 0x6f, 0xeb);
const OFFLINE: Colour = Colour(0x8a, 0x91, 0x99);
const LINES: Colour = Colour(0xff, 0xff, 0xff);
const UNREAD: Colour = Colour(0xe0, 0x3c, 0x31);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Colour(u8, u8, u8);

/// The icon as bytes of alpha, red, green and blue for each pixel, line by line.
pub(crate) fn draw(size: u16, look: Look) -> Vec<u8> {
    let mut pixels = Vec::with_capacity(usize::from(size) * usize::from(size) * 4);
    for y in 0..size {
        for x in 0..size {
            pixels.extend(pixel(x, y, size, look));
        }
    }
    pixels
}

fn pixel(x: u16, y: u16, size: u16, look: Look) -> [u8; 4] {
    let (mut covered, mut sum) = (0_u32, [0_u32; 3]);
    for sample in 0..SAMPLES * SAMPLES {
        let (right, down) = (sample % SAMPLES, sample / SAMPLES);
        let place =
            |pixel: u16, part: u16| (f32::from(pixel) + (f32::from(part) + 0.5) / f32::from(SAMPLES)) / f32::from(size);
        if let Some(Colour(red, green, blue)) = colour_at(place(x, right), place(y, down), look) {
            covered += 1;
            for (sum, part) in sum.iter_mut().zip([red, green, blue]) {
                *sum += u32::from(part);
            }
        }
    }
    if covered == 0 {
        return [0; 4];
    }
    let part = |value: u32| u8::try_from(value).unwrap_or(u8::MAX);
    let alpha = part(covered * 255 / u32::from(SAMPLES * SAMPLES));
    [alpha, part(sum[0] / covered), part(sum[1] / covered), part(sum[2] / covered)]
}

/// The colour at a point of the unit square; none outside of the bubble.
fn colour_at(x: f32, y: f32, look: Look) -> Option<Colour> {
    if look.unread {
        let distance = (x - 0.76).hypot(y - 0.24);
        if distance < 0.22 {
            return Some(UNREAD);
        }
        if distance < 0.28 {
            return None;
        }
    }
    let line = (0.26..0.74).contains(&x) && ((0.34..0.42).contains(&y) || (0.5..0.58).contains(&y) && x < 0.58);
    let bubble = if look.online { ONLINE } else { OFFLINE };
    match (line, is_in_bubble(x, y)) {
        (_, false) => None,
        (true, true) => Some(LINES),
        (false, true) => Some(bubble),
    }
}

fn is_in_bubble(x: f32, y: f32) -> bool {
    const LEFT: f32 = 0.06;
    const RIGHT: f32 = 0.94;
    const TOP: f32 = 0.12;
    const BOTTOM: f32 = 0.76;
    const CORNER: f32 = 0.16;
    let beyond = |value: f32, low: f32, high: f32| (low + CORNER - value).max(value - (high - CORNER)).max(0.0);
    let rounded = beyond(x, LEFT, RIGHT).hypot(beyond(y, TOP, BOTTOM)) < CORNER;
    let tail = (BOTTOM - 0.02..0.96).contains(&y) && (0.2..0.2 + (0.96 - y)).contains(&x);
    rounded || tail
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_look_is_another_picture_of_the_right_size() {
        let looks = [(true, false), (true, true), (false, false), (false, true)];
        let looks = looks.map(|(online, unread)| Look { online, unread });
        for size in SIZES {
            let pictures = looks.map(|look| draw(size, look));
            for (at, picture) in pictures.iter().enumerate() {
                assert_eq!(picture.len(), usize::from(size) * usize::from(size) * 4);
                assert_eq!(picture[..4], [0; 4], "the corner is clear");
                assert!(!pictures[..at].contains(picture), "{:?} looks like another", looks[at]);
            }
        }
    }

    #[test]
    fn the_bubble_has_its_colour_and_the_dot_covers_its_corner() {
        let at = |x, y, online, unread| colour_at(x, y, Look { online, unread });
        assert_eq!(at(0.5, 0.2, true, false), Some(ONLINE));
        assert_eq!(at(0.5, 0.2, false, false), Some(OFFLINE));
        assert_eq!(at(0.76, 0.24, true, true), Some(UNREAD));
        assert_eq!(at(0.76, 0.24, true, false), Some(ONLINE));
        assert_eq!(at(0.5, 0.38, true, false), Some(LINES));
    }
}

//! A QR code as a picture that a page can hold as it is.

use core::fmt::Write as _;

use bartizan_core::SecretString;
use qrcode::{Color, QrCode};

/// Draws `text` as SVG, without a size of its own: the page gives it one. There is no picture of a
/// text that is longer than a QR code holds.
///
/// Dark on white whatever the colours of the page, with the quiet zone of four modules that
/// ISO/IEC 18004 asks for. No script, no style and no reference, so that a strict content security
/// policy lets it through.
pub(crate) fn svg(text: &SecretString) -> Option<SecretString> {
    let code = QrCode::new(text.expose()).ok()?;
    let width = code.width();
    let size = width.saturating_add(2 * QUIET_ZONE);

    // Growing would leave a copy behind.
    let mut svg = String::with_capacity(capacity(width));
    write!(
        svg,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {size} {size}\" role=\"img\" \
         aria-label=\"QR code for an authenticator application\" shape-rendering=\"crispEdges\">\
         <path fill=\"#fff\" d=\"M0 0h{size}v{size}h-{size}z\"/><path fill=\"#000\" d=\""
    )
    .ok()?;
    for (row, y) in code.into_colors().chunks(width).zip(QUIET_ZONE..) {
        let mut x = QUIET_ZONE;
        for run in row.chunk_by(|left, right| left == right) {
            let len = run.len();
            if run.first() == Some(&Color::Dark) {
                write!(svg, "M{x} {y}h{len}v1h-{len}z").ok()?;
            }
            x = x.saturating_add(len);
        }
    }
    svg.push_str("\"/></svg>");
    Some(SecretString::from(svg))
}

/// At least what the picture needs: in the worst case every second module is a run of its own, of
/// at most 18 bytes since no code is wider than 177 modules, and 16 for a run of one.
const fn capacity(width: usize) -> usize {
    width.saturating_mul(width.saturating_add(1)).saturating_mul(9).saturating_add(400)
}

/// In modules, on each side.
const QUIET_ZONE: usize = 4;

#[cfg(test)]
#[expect(clippy::arithmetic_side_effects, reason = "numbers of the test's own making")]
mod tests {
    use super::*;

    /// Reads the picture back as rows of dark modules, quiet zone included.
    fn modules(svg: &str) -> Vec<Vec<bool>> {
        let size = svg.split("viewBox=\"0 0 ").nth(1).unwrap().split(' ').next().unwrap();
        let size: usize = size.parse().unwrap();
        let mut modules = vec![vec![false; size]; size];
        let path = svg.split("fill=\"#000\" d=\"").nth(1).unwrap().split('"').next().unwrap();
        for run in path.split('z').filter(|run| !run.is_empty()) {
            let numbers: Vec<usize> = run
                .split(|c: char| !c.is_ascii_digit())
                .filter_map(|number| number.parse().ok())
                .collect();
            let [x, y, len, 1, back] = numbers[..] else { panic!("{run}") };
            assert_eq!(len, back);
            modules[y][x..x + len].fill(true);
        }
        modules
    }

    #[test]
    fn the_picture_is_the_code_with_a_quiet_zone() {
        let text = SecretString::from("otpauth://totp/A:b?secret=GEZDGNBVGY3TQOJQ");
        let code = QrCode::new(text.expose()).unwrap();
        let shown = modules(svg(&text).unwrap().expose());
        assert_eq!(shown.len(), code.width() + 8);
        for (y, row) in shown.iter().enumerate() {
            for (x, dark) in row.iter().enumerate() {
                let inside =
                    (4..code.width() + 4).contains(&x) && (4..code.width() + 4).contains(&y);
                assert_eq!(*dark, inside && code[(x - 4, y - 4)] == Color::Dark, "{x} {y}");
            }
        }
    }

    #[test]
    fn three_corners_have_a_finder_pattern_and_the_fourth_has_none() {
        const FINDER: [&str; 7] =
            ["#######", "#.....#", "#.###.#", "#.###.#", "#.###.#", "#.....#", "#######"];
        let shown = modules(svg(&SecretString::from("otpauth://totp/A:b")).unwrap().expose());
        let (near, far) = (4, shown.len() - 11);
        let finder_at = |x: usize, y: usize| {
            (0..7).all(|row| {
                let dark = shown[y + row][x..x + 7].iter();
                dark.map(|dark| if *dark { '#' } else { '.' }).eq(FINDER[row].chars())
            })
        };
        assert!(finder_at(near, near) && finder_at(far, near) && finder_at(near, far));
        assert!(!finder_at(far, far));
    }

    #[test]
    fn the_picture_is_sized_by_the_page_and_refers_to_nothing() {
        let svg = svg(&SecretString::from("text")).unwrap();
        assert!(svg.expose().starts_with("<svg xmlns=") && svg.expose().ends_with("</svg>"));
        for unwanted in [" width=", " height=", "style", "script", "href", "url("] {
            assert!(!svg.expose().contains(unwanted), "{unwanted}");
        }
    }

    #[test]
    fn the_picture_never_outgrows_its_first_allocation() {
        for len in [1, 100, 1_000, 2_331] {
            let text = SecretString::from("\u{7f}".repeat(len));
            let width = QrCode::new(text.expose()).unwrap().width();
            assert!(svg(&text).unwrap().expose().len() <= capacity(width));
        }
        assert!(svg(&SecretString::from("\u{7f}".repeat(2_332))).is_none());
    }
}

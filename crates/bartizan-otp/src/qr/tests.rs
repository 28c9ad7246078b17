#![expect(clippy::arithmetic_side_effects, reason = "numbers of the test's own making")]

use super::*;

const TEXT: &str = "otpauth://totp/A:b?secret=GEZDGNBVGY3TQOJQ";

fn qr(text: &str) -> QrModules {
    QrModules::of(&SecretString::from(text)).unwrap()
}

/// Texts of every size from the smallest code to the largest.
fn texts() -> impl Iterator<Item = String> {
    [1, 20, 100, 400, 1_000, 2_331].into_iter().map(|len| "\u{7f}".repeat(len))
}

/// Reads a picture back as rows of dark modules, quiet zone included.
fn from_svg(svg: &SecretString) -> Vec<Vec<bool>> {
    let svg = svg.expose();
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

/// As `from_svg`. A row of nothing may follow the last one, where their number is odd.
fn from_terminal_text(text: &SecretString) -> Vec<Vec<bool>> {
    let mut modules = Vec::new();
    for line in text.expose().split_inclusive('\n') {
        let line = line.strip_prefix(terminal::COLORS).unwrap();
        let line = line.strip_suffix(terminal::END).unwrap();
        let halves = |c| match c {
            ' ' => (false, false),
            '\u{2580}' => (true, false),
            '\u{2584}' => (false, true),
            '\u{2588}' => (true, true),
            other => panic!("{other:?}"),
        };
        let (upper, lower): (Vec<_>, Vec<_>) = line.chars().map(halves).unzip();
        modules.extend([upper, lower]);
    }
    modules
}

/// As `from_svg`. Every pixel of a module has one colour.
#[cfg(feature = "png")]
fn from_png(file: &bartizan_core::SecretBytes) -> Vec<Vec<bool>> {
    let mut reader = ::png::Decoder::new(std::io::Cursor::new(file.expose())).read_info().unwrap();
    let mut image = vec![0; reader.output_buffer_size().unwrap()];
    let info = reader.next_frame(&mut image).unwrap();
    assert_eq!(
        (info.color_type, info.bit_depth),
        (::png::ColorType::Grayscale, ::png::BitDepth::One)
    );
    let side = usize::try_from(info.width).unwrap();
    let rows: Vec<_> = image.chunks(info.line_size).collect();
    assert_eq!(rows.len(), side);
    for eight in rows.chunks(8) {
        assert!(eight.iter().all(|row| *row == eight[0]));
    }
    let dark = |byte: &u8| match byte {
        0 => true,
        0xff => false,
        other => panic!("{other}"),
    };
    rows.iter().step_by(8).map(|row| row.iter().map(dark).collect()).collect()
}

#[test]
fn the_picture_is_the_code_with_a_quiet_zone() {
    let code = QrCode::new(TEXT).unwrap();
    let shown = from_svg(&qr(TEXT).to_svg());
    assert_eq!(shown.len(), code.width() + 8);
    for (y, row) in shown.iter().enumerate() {
        for (x, dark) in row.iter().enumerate() {
            let inside = (4..code.width() + 4).contains(&x) && (4..code.width() + 4).contains(&y);
            assert_eq!(*dark, inside && code[(x - 4, y - 4)] == Color::Dark, "{x} {y}");
        }
    }
}

#[test]
fn three_corners_have_a_finder_pattern_and_the_fourth_has_none() {
    const FINDER: [&str; 7] =
        ["#######", "#.....#", "#.###.#", "#.###.#", "#.###.#", "#.....#", "#######"];
    let shown = from_svg(&qr(TEXT).to_svg());
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
fn the_terminal_shows_the_same_modules() {
    for text in texts() {
        let qr = qr(&text);
        let mut shown = from_terminal_text(&qr.to_terminal_text());
        if shown.len() > qr.size() {
            assert!(!shown.pop().unwrap().contains(&true));
        }
        assert_eq!(shown, from_svg(&qr.to_svg()), "{} bytes", text.len());
    }
}

/// What reads the PNG reads the SVG.
#[cfg(feature = "png")]
#[test]
fn the_png_shows_the_same_modules() {
    for text in texts() {
        let qr = qr(&text);
        let file = qr.to_png().unwrap();
        assert_eq!(from_png(&file), from_svg(&qr.to_svg()), "{} bytes", text.len());
    }
}

#[test]
fn the_svg_is_sized_by_the_page_refers_to_nothing_and_has_a_title() {
    let svg = qr("text").to_svg();
    assert!(svg.expose().starts_with("<svg xmlns=") && svg.expose().ends_with("</svg>"));
    for unwanted in [" width=", " height=", " id=", "style", "script", "href", "url("] {
        assert!(!svg.expose().contains(unwanted), "{unwanted}");
    }
    // A title counts as the name of the picture where it is the first that stands in it.
    assert!(svg.expose().contains("role=\"img\""));
    assert!(
        svg.expose().contains("\"crispEdges\"><title>QR code for an authenticator application<")
    );
}

#[test]
fn no_picture_outgrows_its_first_allocation() {
    for text in texts() {
        let qr = qr(&text);
        assert!(qr.to_svg().expose().len() <= svg::capacity(qr.width));
        let lines = qr.to_terminal_text();
        assert!(lines.expose().len() <= qr.size().div_ceil(2) * (qr.size() * 3 + 28));
        #[cfg(feature = "png")]
        assert!(qr.to_png().unwrap().len() <= qr.size() * qr.size() * 8 + 1_024);
    }
    assert!(QrModules::of(&SecretString::from("\u{7f}".repeat(2_332))).is_none());
}

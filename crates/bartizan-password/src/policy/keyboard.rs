//! Where characters lie, in the alphabet and on keyboards.

/// How many grids there are: the alphabet, and the keyboards.
pub(super) const GRIDS: usize = KEYBOARDS.len() + 1;

/// Returns where `char` lies on the grid of that number, if it does. It should be in lower case.
pub(super) fn place(grid: usize, char: char) -> Option<Place> {
    match grid.checked_sub(1) {
        None => Some(Place::InAlphabet(char)),
        Some(keyboard) => KEYBOARDS.get(keyboard)?.place(char),
    }
}

/// A place on a grid.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// The alphabet of any script is that of Unicode.
    InAlphabet(char),
    /// Counted from the top left.
    Key { row: u8, column: u8 },
}

/// Rows down and columns to the right, each -1, 0 or 1, and not both 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Direction(i16, i16);

impl Place {
    /// Returns the direction in which `to` is next to this place.
    pub(super) fn step_to(self, to: Self) -> Option<Direction> {
        match (self, to) {
            (Self::InAlphabet(from), Self::InAlphabet(to)) => {
                let (up, down) = (follows(from, to), follows(to, from));
                (up || down).then_some(Direction(0, if up { 1 } else { -1 }))
            }
            (Self::Key { row, column }, Self::Key { row: to_row, column: to_column }) => {
                let rows = i16::from(to_row).saturating_sub(i16::from(row));
                let columns = i16::from(to_column).saturating_sub(i16::from(column));
                let next = rows.abs().max(columns.abs()) == 1;
                next.then_some(Direction(rows, columns))
            }
            _ => None,
        }
    }
}

/// Runs go on from the end: `90`, `za`.
fn follows(a: char, b: char) -> bool {
    matches!((a, b), ('9', '0') | ('z', 'a')) || u32::from(a).checked_add(1) == Some(u32::from(b))
}

struct Keyboard {
    rows: &'static [Row],
    /// The place of each ASCII character, so that most are found in one step.
    ascii: [Option<Place>; 128],
}

/// The number of a row, the column of its first key, and what the keys print.
type Row = (u8, u8, &'static str);

impl Keyboard {
    const fn new(rows: &'static [Row]) -> Self {
        Self { rows, ascii: ascii_places(rows) }
    }

    fn place(&self, char: char) -> Option<Place> {
        if char.is_ascii() {
            return self.ascii.get(usize::try_from(u32::from(char)).ok()?).copied().flatten();
        }
        self.rows.iter().find_map(|(row, first, keys)| {
            let index = keys.chars().position(|key| key == char)?;
            Some(Place::Key { row: *row, column: first.checked_add(u8::try_from(index).ok()?)? })
        })
    }
}

#[expect(
    clippy::arithmetic_side_effects,
    clippy::indexing_slicing,
    reason = "the compiler evaluates it: what is out of range does not build"
)]
const fn ascii_places(rows: &[Row]) -> [Option<Place>; 128] {
    let mut places = [None; 128];
    let mut index = 0;
    while index < rows.len() {
        let (row, mut column, keys) = rows[index];
        let keys = keys.as_bytes();
        let mut byte = 0;
        while byte < keys.len() {
            if keys[byte].is_ascii() && places[keys[byte] as usize].is_none() {
                places[keys[byte] as usize] = Some(Place::Key { row, column });
            }
            byte += 1;
            // The bytes that continue a character begin with the bits 10.
            if byte < keys.len() && keys[byte] & 0b1100_0000 != 0b1000_0000 {
                column += 1;
            }
        }
        index += 1;
    }
    places
}

/// The letters of English, German, French and Russian keyboards, with the keys shifted and not, and
/// the block of digits. The columns are those of the letters below each digit: `1qaz`.
static KEYBOARDS: [Keyboard; 5] = [
    Keyboard::new(&[
        (0, 0, "`1234567890-="),
        (0, 0, "~!@#$%^&*()_+"),
        (1, 1, "qwertyuiop[]\\"),
        (1, 11, "{}|"),
        (2, 1, "asdfghjkl;'"),
        (2, 10, ":\""),
        (3, 1, "zxcvbnm,./"),
        (3, 8, "<>?"),
    ]),
    Keyboard::new(&[
        (0, 1, "1234567890ß´"),
        (0, 1, "!\"§$%&/()=?`"),
        (1, 1, "qwertzuiopü+"),
        (2, 1, "asdfghjklöä#"),
        (3, 1, "yxcvbnm,.-"),
        (3, 8, ";:_"),
    ]),
    Keyboard::new(&[
        (0, 1, "&é\"'(-è_çà)="),
        (0, 1, "1234567890°+"),
        (1, 1, "azertyuiop^$"),
        (2, 1, "qsdfghjklmù*"),
        (3, 1, "wxcvbn,;:!"),
        (3, 7, "?./§"),
    ]),
    Keyboard::new(&[(1, 1, "йцукенгшщзхъ"), (2, 1, "фывапролджэ"), (3, 1, "ячсмитьбю")]),
    Keyboard::new(&[(0, 1, "789"), (1, 1, "456"), (2, 1, "123"), (3, 1, "0")]),
];

//! How the letters of P turn between its columns and its diagonals, as the places in a group from
//! which the words are taken.

pub(super) const ROW_NEXT: [u8; 8] = [4, 5, 6, 7, 1, 0, 3, 2];
pub(super) const ROW_PREVIOUS: [u8; 8] = [5, 4, 7, 6, 0, 1, 2, 3];
pub(super) const COLUMN_NEXT: [u8; 8] = [4, 5, 6, 7, 2, 3, 0, 1];
pub(super) const COLUMN_PREVIOUS: [u8; 8] = [6, 7, 4, 5, 0, 1, 2, 3];

#[cfg(test)]
pub(super) const ROW_OPPOSITE: [u8; 8] = [1, 0, 3, 2, 5, 4, 7, 6];
#[cfg(test)]
pub(super) const COLUMN_OPPOSITE: [u8; 8] = [2, 3, 0, 1, 6, 7, 4, 5];

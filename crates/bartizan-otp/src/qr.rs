//! The QR code of a text: its modules, and three pictures of them.

#[cfg(feature = "png")]
mod png;
mod svg;
mod terminal;

use bartizan_core::SecretString;
use qrcode::{Color, EcLevel, QrCode};

/// The modules of a QR code, as a page shows them: dark ones on a light ground that reaches beyond
/// them by the quiet zone of four modules that ISO/IEC 18004 asks for.
pub(crate) struct QrModules {
    /// Row by row, without the quiet zone.
    colors: Vec<Color>,
    width: usize,
}

impl QrModules {
    /// There are no modules of a text that is longer than a QR code holds.
    ///
    /// The level of error correction is M: it makes good 15 % of the code, for a screen with a
    /// reflection on it or a print with a fold. With more the modules become smaller, and a camera
    /// that cannot tell them apart fails more often than a clean screen is damaged.
    pub(crate) fn of(text: &SecretString) -> Option<Self> {
        let code = QrCode::with_error_correction_level(text.expose(), EcLevel::M).ok()?;
        let width = code.width();
        Some(Self { colors: code.into_colors(), width })
    }

    /// How many modules the picture has on each side, quiet zone included.
    const fn size(&self) -> usize {
        self.width.saturating_add(2 * QUIET_ZONE)
    }

    /// Whether the module at a place of the picture is dark. The quiet zone is not, nor is what
    /// lies beyond.
    fn is_dark(&self, x: usize, y: usize) -> bool {
        let inside = |at: usize| at.checked_sub(QUIET_ZONE).filter(|at| *at < self.width);
        let module = inside(x).zip(inside(y)).and_then(|(column, row)| {
            self.colors.get(row.checked_mul(self.width)?.checked_add(column)?)
        });
        module == Some(&Color::Dark)
    }
}

/// In modules, on each side.
const QUIET_ZONE: usize = 4;

#[cfg(test)]
mod tests;

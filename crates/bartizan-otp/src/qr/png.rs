use bartizan_core::SecretBytes;
use png::{BitDepth, ColorType, Compression, Encoder};

use super::QrModules;

impl QrModules {
    /// Draws the picture as PNG, black on white, 8 pixels for a module. There is none if the
    /// encoder fails, which it has no reason to.
    pub(crate) fn to_png(&self) -> Option<SecretBytes> {
        let pixels = self.size().saturating_mul(SCALE);
        let side = u32::try_from(pixels).ok()?;
        let image = self.pixels()?;
        // Growing would leave a copy behind: the file is smaller than what it compresses.
        let mut file = Vec::with_capacity(image.len().saturating_add(HEADROOM));
        let mut encoder = Encoder::new(&mut file, side, side);
        encoder.set_color(ColorType::Grayscale);
        encoder.set_depth(BitDepth::One);
        encoder.set_compression(Compression::Balanced);
        let mut writer = encoder.write_header().ok()?;
        writer.write_image_data(image.expose()).ok()?;
        writer.finish().ok()?;
        Some(SecretBytes::from(file))
    }

    /// A byte for eight pixels, which are one module: all white or all black.
    fn pixels(&self) -> Option<SecretBytes> {
        let size = self.size();
        let len = size.checked_mul(size)?.checked_mul(SCALE)?;
        let pixels = SecretBytes::init(len, |pixels| {
            for (y, row) in pixels.chunks_mut(size).enumerate() {
                for (x, byte) in row.iter_mut().enumerate() {
                    *byte = if self.is_dark(x, y / SCALE) { 0 } else { 0xff };
                }
            }
            Ok::<(), ()>(())
        });
        pixels.ok()
    }
}

/// Pixels of a module on each side: one byte of a row.
const SCALE: usize = 8;

/// For what surrounds the image in a file.
const HEADROOM: usize = 1_024;

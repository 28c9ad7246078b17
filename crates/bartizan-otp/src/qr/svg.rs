use core::fmt;
use core::fmt::Write as _;

use bartizan_core::SecretString;

use super::QrModules;

impl QrModules {
    /// Draws the picture as SVG, without a size of its own: the page gives it one.
    ///
    /// Dark on white whatever the colours of the page. Its title is what a screen reader says of
    /// it. No script, no style, no id and no reference, so that a strict content security policy
    /// lets it through and a page can hold more than one.
    pub(crate) fn to_svg(&self) -> SecretString {
        // Growing would leave a copy behind.
        let mut svg = String::with_capacity(capacity(self.width));
        // Writing to a string does not fail.
        let _written = self.write_svg(&mut svg);
        SecretString::from(svg)
    }

    fn write_svg(&self, svg: &mut String) -> fmt::Result {
        let size = self.size();
        write!(
            svg,
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {size} {size}\" role=\"img\" \
             shape-rendering=\"crispEdges\"><title>QR code for an authenticator application</title>\
             <path fill=\"#fff\" d=\"M0 0h{size}v{size}h-{size}z\"/><path fill=\"#000\" d=\""
        )?;
        for y in 0..size {
            let row: Vec<_> = (0..size).map(|x| self.is_dark(x, y)).collect();
            let mut x: usize = 0;
            for run in row.chunk_by(|left, right| left == right) {
                let len = run.len();
                if run.first() == Some(&true) {
                    write!(svg, "M{x} {y}h{len}v1h-{len}z")?;
                }
                x = x.saturating_add(len);
            }
        }
        svg.write_str("\"/></svg>")
    }
}

/// At least what the picture needs: in the worst case every second module is a run of its own, of
/// at most 18 bytes since no code is wider than 177 modules, and 16 for a run of one.
pub(super) const fn capacity(width: usize) -> usize {
    width.saturating_mul(width.saturating_add(1)).saturating_mul(9).saturating_add(400)
}

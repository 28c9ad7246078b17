//! What may go into a template as it is: [`Clean`], and what is encoded for attributes, which is
//! safe in content, too.

use crate::Clean;
use crate::encode::{Attribute, Url};

#[cfg(feature = "maud")]
mod maud {
    use core::fmt::Write as _;

    use super::{Attribute, Clean, Url};

    impl maud::Render for Clean<'_> {
        fn render_to(&self, page: &mut String) {
            page.push_str(self.as_str());
        }
    }

    impl maud::Render for Attribute<'_> {
        fn render_to(&self, page: &mut String) {
            // A string takes all that is written to it.
            let _ = self.write_to(page);
        }
    }

    impl maud::Render for Url<'_> {
        fn render_to(&self, page: &mut String) {
            let _ = write!(page, "{self}");
        }
    }
}

#[cfg(feature = "askama")]
mod askama {
    use core::fmt;

    use ::askama::filters::HtmlSafe;
    use ::askama::{FastWritable, Result, Values};

    use super::{Attribute, Clean, Url};

    impl HtmlSafe for Clean<'_> {}
    impl HtmlSafe for Attribute<'_> {}
    impl HtmlSafe for Url<'_> {}

    impl FastWritable for Clean<'_> {
        fn write_into(&self, page: &mut dyn fmt::Write, _: &dyn Values) -> Result<()> {
            Ok(page.write_str(self.as_str())?)
        }
    }

    impl FastWritable for Attribute<'_> {
        fn write_into(&self, page: &mut dyn fmt::Write, _: &dyn Values) -> Result<()> {
            Ok(self.write_to(page)?)
        }
    }

    impl FastWritable for Url<'_> {
        fn write_into(&self, page: &mut dyn fmt::Write, _: &dyn Values) -> Result<()> {
            Ok(write!(page, "{self}")?)
        }
    }
}

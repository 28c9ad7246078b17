use super::{XmlLimits, XmlRefused};

/// What only a document type may have.
const DECLARATIONS: &[&str] = &["DOCTYPE", "ENTITY", "ELEMENT", "ATTLIST", "NOTATION"];

/// Looks for what is refused, and counts what is bounded.
pub(super) fn check(text: &str, limits: &XmlLimits) -> Result<(), XmlRefused> {
    let mut scan = Scan { rest: text, depth: 0, elements: 0, limits };
    while let Some(start) = scan.rest.find('<') {
        scan.advance(start.saturating_add(1));
        scan.markup()?;
    }
    if scan.depth == 0 && scan.elements > 0 { Ok(()) } else { Err(XmlRefused::Syntax) }
}

struct Scan<'x> {
    rest: &'x str,
    depth: usize,
    elements: usize,
    limits: &'x XmlLimits,
}

impl Scan<'_> {
    fn advance(&mut self, len: usize) {
        self.rest = self.rest.get(len..).unwrap_or_default();
    }

    /// Passes over all up to and with `end`, and returns it without that.
    fn until(&mut self, end: &str) -> Result<&str, XmlRefused> {
        let (inside, rest) = self.rest.split_once(end).ok_or(XmlRefused::Syntax)?;
        self.rest = rest;
        Ok(inside)
    }

    /// Passes over what begins with the `<` that was read.
    fn markup(&mut self) -> Result<(), XmlRefused> {
        let first = self.rest.bytes().next().ok_or(XmlRefused::Syntax)?;
        match first {
            b'!' => self.declaration(),
            b'?' => {
                self.advance(1);
                has_no_declaration(self.until("?>")?)
            }
            b'/' => {
                self.depth = self.depth.checked_sub(1).ok_or(XmlRefused::Syntax)?;
                let name = self.until(">")?;
                if name.contains('<') { Err(XmlRefused::Syntax) } else { Ok(()) }
            }
            b'a'..=b'z' | b'A'..=b'Z' | b'_' | b':' | 0x80.. => self.element(),
            _ => Err(XmlRefused::Syntax),
        }
    }

    fn declaration(&mut self) -> Result<(), XmlRefused> {
        if self.rest.starts_with("!--") {
            self.advance(3);
            // Where a comment ends early, parsers differ.
            let comment = self.until("--")?;
            has_no_declaration(comment)?;
            return if self.rest.starts_with('>') { Ok(()) } else { Err(XmlRefused::Syntax) };
        }
        if self.rest.starts_with("![CDATA[") && self.depth > 0 {
            return has_no_declaration(self.until("]]>")?);
        }
        Err(XmlRefused::DocumentType)
    }

    fn element(&mut self) -> Result<(), XmlRefused> {
        self.elements = self.elements.saturating_add(1);
        if self.elements > self.limits.elements {
            return Err(XmlRefused::TooMany);
        }
        if self.depth >= self.limits.depth {
            return Err(XmlRefused::TooDeep);
        }
        let mut attributes = 0_usize;
        loop {
            let next = self.rest.find(['>', '"', '\'', '<']).ok_or(XmlRefused::Syntax)?;
            let before = self.rest.get(..next).unwrap_or_default();
            let is_empty = before.ends_with('/');
            let found = self.rest.as_bytes().get(next).copied();
            self.advance(next.saturating_add(1));
            let value = match found {
                Some(b'>') => {
                    self.depth = self.depth.saturating_add(usize::from(!is_empty));
                    return Ok(());
                }
                Some(b'"') => self.until("\"")?,
                Some(b'\'') => self.until("'")?,
                _ => return Err(XmlRefused::Syntax),
            };
            if value.contains('<') {
                return Err(XmlRefused::Syntax);
            }
            attributes = attributes.saturating_add(1);
            if attributes > self.limits.attributes {
                return Err(XmlRefused::TooMany);
            }
        }
    }
}

/// Refuses declarations where they mean nothing: a parser that finds the end of a comment elsewhere
/// would read them.
fn has_no_declaration(text: &str) -> Result<(), XmlRefused> {
    for (start, _) in text.match_indices("<!") {
        let word = text.get(start.saturating_add(2)..).unwrap_or_default();
        let begins = |declaration: &&str| {
            word.get(..declaration.len()).is_some_and(|word| word.eq_ignore_ascii_case(declaration))
        };
        if DECLARATIONS.iter().any(begins) {
            return Err(XmlRefused::DocumentType);
        }
    }
    Ok(())
}

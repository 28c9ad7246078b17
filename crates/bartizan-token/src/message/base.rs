//! What is signed of an HTTP message: [RFC 9421, section 2.5].
//!
//! [RFC 9421, section 2.5]: https://www.rfc-editor.org/rfc/rfc9421#section-2.5

use super::component::{Form, Name, Part};
use super::error::MessageRefused;
use super::fields::Fields;
use super::params::SignatureParams;
use super::query;
use super::structured;
use super::view::{HttpRequest, HttpResponse};

/// A request, or a response and its request.
#[derive(Clone, Copy)]
pub(super) enum Message<'v> {
    Request(&'v HttpRequest<'v>),
    Response(&'v HttpResponse<'v>),
}

impl<'v> Message<'v> {
    pub(super) const fn fields(self) -> &'v Fields<'v> {
        match self {
            Self::Request(request) => &request.fields,
            Self::Response(response) => &response.fields,
        }
    }

    pub(super) const fn body(self) -> &'v [u8] {
        match self {
            Self::Request(request) => request.body,
            Self::Response(response) => response.body,
        }
    }

    /// Returns the text that the signature is over.
    pub(super) fn signature_base(
        self,
        params: &SignatureParams<'_>,
    ) -> Result<String, MessageRefused> {
        let mut base = String::with_capacity(params.text.len().saturating_mul(2));
        for (part, identifier) in params.components() {
            base.push_str(identifier);
            base.push_str(": ");
            self.append(part, &mut base)?;
            base.push('\n');
            if base.len() > MAX_BASE_LEN {
                return Err(MessageRefused::TooLarge);
            }
        }
        base.push_str("\"@signature-params\": ");
        base.push_str(&params.text);
        Ok(base)
    }

    /// Appends the value of a component.
    fn append(self, part: &Part<'_>, base: &mut String) -> Result<(), MessageRefused> {
        match (self, part.of_request) {
            (Self::Request(request), false) => append_of_request(request, part, base),
            (Self::Response(response), true) => append_of_request(response.request, part, base),
            (Self::Response(response), false) => match part.name {
                Name::Status => {
                    base.push_str(&response.status.to_string());
                    Ok(())
                }
                Name::Field(name) => append_field(&response.fields, name, part.form, base),
                _ => Err(MessageRefused::MissingComponent),
            },
            (Self::Request(_), true) => Err(MessageRefused::MissingComponent),
        }
    }
}

fn append_of_request(
    request: &HttpRequest<'_>,
    part: &Part<'_>,
    base: &mut String,
) -> Result<(), MessageRefused> {
    match part.name {
        Name::Method => base.push_str(request.method),
        Name::TargetUri => base.push_str(&request.target_uri()),
        Name::Authority => base.push_str(request.authority()),
        Name::Scheme => base.push_str(request.scheme()),
        Name::RequestTarget => base.push_str(&request.request_target()),
        Name::Path => base.push_str(request.path),
        Name::Query => {
            base.push('?');
            base.push_str(request.query.unwrap_or_default());
        }
        Name::QueryParam(name) => {
            base.push_str(&query::parameter(request.query.unwrap_or_default(), name)?);
        }
        Name::Field(name) => return append_field(&request.fields, name, part.form, base),
        Name::Status => return Err(MessageRefused::MissingComponent),
    }
    Ok(())
}

fn append_field(
    fields: &Fields<'_>,
    name: &str,
    form: Form<'_>,
    base: &mut String,
) -> Result<(), MessageRefused> {
    if form == Form::Wrapped {
        base.push_str(&fields.wrapped(name)?);
        return Ok(());
    }
    let value = fields.joined(name)?;
    let structured = match form {
        Form::Structured => structured::canonical(&value).ok_or(MessageRefused::Malformed)?,
        Form::Member(key) => {
            structured::dictionary_member(&value, key).ok_or(MessageRefused::MissingComponent)?
        }
        Form::Lines | Form::Wrapped => {
            base.push_str(core::str::from_utf8(&value).map_err(|_| MessageRefused::Malformed)?);
            return Ok(());
        }
    };
    base.push_str(&structured);
    Ok(())
}

/// In bytes, but for its last line.
const MAX_BASE_LEN: usize = 64 * 1_024;

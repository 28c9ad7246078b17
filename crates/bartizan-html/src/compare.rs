//! Whether a single pass and a tree say the same.

use crate::fast::Outcome;
use crate::limits::TooCostly;

/// How the outcome of a single pass relates to that of a tree.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Comparison {
    /// Both are the same.
    Same,
    /// The single pass left it to the tree.
    OnlyTree,
    /// The tree makes something else of its own outcome, so that it can't be compared with; that of
    /// the single pass is settled.
    Settled,
    /// They differ, or that of the single pass is not settled: a fault of this crate.
    Different {
        /// What the single pass says.
        fast: String,
        /// What the tree says.
        tree: String,
    },
}

impl Comparison {
    pub(crate) fn new(
        html: &str,
        fast: Outcome,
        tree: impl Fn(&str) -> Result<String, TooCostly>,
    ) -> Result<Self, TooCostly> {
        let fast = match fast {
            Outcome::Unsure => return Ok(Self::OnlyTree),
            Outcome::Same => html.to_owned(),
            Outcome::Changed(fast) => fast,
        };
        let once = tree(html)?;
        let is_settled = tree(&fast)? == fast;
        let comparable = once == fast || tree(&once)? == once;
        Ok(match (once == fast, is_settled) {
            (true, true) => Self::Same,
            (false, true) if !comparable => Self::Settled,
            _ => Self::Different { fast, tree: once },
        })
    }
}

//! Scopes: whose leads they are. One may lie within a wider one, as a segment within its motion; its leads are the wider one's too.

/// What stands between a scope and one within it, in its name.
const WITHIN: &str = " · ";

/// The name of a scope within a wider one: `plg · enterprise`.
pub fn scope_within(wider: &str, narrower: &str) -> String {
    format!("{wider}{WITHIN}{narrower}")
}

/// A scope, the one that it lies within, and so on.
pub(crate) fn from_narrowest(scope: &str) -> impl Iterator<Item = &str> {
    std::iter::successors(Some(scope), |scope| wider(scope))
}

/// The scope that one lies within; none where it lies within all leads alone.
pub(crate) fn wider(scope: &str) -> Option<&str> {
    scope.rsplit_once(WITHIN).map(|(wider, _)| wider)
}

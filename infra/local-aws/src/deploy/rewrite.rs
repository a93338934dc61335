//! The template's `CodeUri` values, from this machine's folders to objects in S3.

use std::collections::{BTreeMap, BTreeSet};

/// Where the template says a function's package is: `../target/lambda/<function>/`.
const LOCAL_PREFIX: &str = "../target/lambda/";

/// The template and the packages do not fit together.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RewriteError {
    /// Packages the template has no function for.
    #[error("no `CodeUri: ../target/lambda/<name>/` in the template for: {}", .0.join(", "))]
    NotInTemplate(Vec<String>),
    /// A `CodeUri` without a package.
    #[error("line {line} of the template: `CodeUri: {value}` is none of the packaged functions")]
    NotPackaged {
        /// The line, counted from one.
        line: usize,
        /// What it says.
        value: String,
    },
}

/// Replaces each `CodeUri: ../target/lambda/<name>/` by `objects[<name>]`, an `s3://` address. Lines
/// are otherwise kept to the byte, comments included; addresses in S3 already are left alone.
pub(super) fn code_uris(template: &str, objects: &BTreeMap<&str, String>) -> Result<String, RewriteError> {
    let mut unused: BTreeSet<&str> = objects.keys().copied().collect();
    let mut rewritten = String::with_capacity(template.len());
    for (number, line) in (1..).zip(template.split_inclusive('\n')) {
        let Some(value) = code_uri(line).filter(|value| !value.starts_with("s3://")) else {
            rewritten.push_str(line);
            continue;
        };
        let function = value.strip_prefix(LOCAL_PREFIX).map(|name| name.trim_end_matches('/'));
        let Some((name, object)) = function.and_then(|name| objects.get_key_value(name)) else {
            return Err(RewriteError::NotPackaged { line: number, value: value.to_owned() });
        };
        unused.remove(name);
        rewritten.push_str(&line.replacen(value, object, 1));
    }
    if unused.is_empty() {
        Ok(rewritten)
    } else {
        Err(RewriteError::NotInTemplate(unused.into_iter().map(str::to_owned).collect()))
    }
}

/// The value of a `CodeUri:` line, without quotes and comment.
fn code_uri(line: &str) -> Option<&str> {
    let value = line.trim_start().strip_prefix("CodeUri:")?.trim();
    let quoted = |quote: char| value.strip_prefix(quote)?.split(quote).next();
    let plain = || value.split(" #").next().unwrap_or(value).trim_end();
    Some(quoted('"').or_else(|| quoted('\'')).unwrap_or_else(plain))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn objects() -> BTreeMap<&'static str, String> {
        [("enrich", "s3://bucket/a.zip".to_owned()), ("score", "s3://bucket/b.zip".to_owned())].into()
    }

    #[test]
    fn only_the_values_change() {
        let template = "Resources:\r\n  # CodeUri: ../target/lambda/old/\n  Enrich:\n    Properties:\n      \
                        CodeUri: ../target/lambda/enrich/   # built\n      Timeout: 5\n  Score:\n    Properties:\n      \
                        CodeUri: \"../target/lambda/score\"\n  Other:\n      CodeUri: s3://elsewhere/x.zip";
        let expected = template
            .replace("../target/lambda/enrich/", "s3://bucket/a.zip")
            .replace("../target/lambda/score", "s3://bucket/b.zip");
        assert_eq!(code_uris(template, &objects()), Ok(expected));
    }

    #[test]
    fn one_package_may_serve_several_functions() {
        let template = "A:\n  CodeUri: ../target/lambda/enrich/\nB:\n  CodeUri: '../target/lambda/enrich/'\n\
                        C:\n  CodeUri: ../target/lambda/score/\n";
        let rewritten = code_uris(template, &objects()).unwrap();
        assert_eq!(rewritten.matches("s3://bucket/a.zip").count(), 2);
    }

    #[test]
    fn a_package_the_template_does_not_use_is_an_error() {
        let error = code_uris("A:\n  CodeUri: ../target/lambda/score/\n", &objects()).unwrap_err();
        assert_eq!(error, RewriteError::NotInTemplate(vec!["enrich".into()]));
    }

    #[test]
    fn a_code_uri_without_a_package_is_an_error_with_its_line() {
        let both = "A:\n  CodeUri: ../target/lambda/enrich/\n  CodeUri: ../target/lambda/score/\n";
        for (value, left) in [
            ("../target/lambda/outcome/", "  CodeUri: ../target/lambda/outcome/\n"),
            ("../elsewhere/enrich/", "  CodeUri: ../elsewhere/enrich/ # no\n"),
            (".", "  CodeUri: .\n"),
            ("", "  CodeUri:\n"),
        ] {
            let error = code_uris(&format!("{both}{left}"), &objects()).unwrap_err();
            assert_eq!(error, RewriteError::NotPackaged { line: 4, value: value.into() });
        }
    }
}

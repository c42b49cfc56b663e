use proc_macro::{Delimiter, Group, Span, TokenStream, TokenTree};

use crate::case::Case;
use crate::templates::{Row, Template};

/// Why the rows of real servers are ignored, and the command that runs them.
const IGNORE: &str = "#[ignore = \"needs a real Redis: cargo test --features twincast/container\"]";

/// The function of a case, and its tests.
pub(crate) fn tests(template: &Template, arguments: TokenStream, item: TokenStream) -> TokenStream {
    if !arguments.is_empty() {
        return error(&format!("#[{}] takes no arguments", template.name));
    }
    let Some(case) = Case::parse(item) else {
        let name = template.name;
        return error(&format!(
            "#[{name}] belongs on a function: `async fn should_…(scene: Scene) -> Verdict`"
        ));
    };
    let mut rows = TokenStream::new();
    for row in template.rows {
        rows.extend(case.for_tests.clone());
        rows.extend(test(row, &case));
    }
    let span = case.name.span();
    let mut output = case.function.clone();
    output.extend(case.cfg.clone());
    output.extend(parse(&format!("#[cfg(test)] mod {}", case.name), span));
    output.extend([TokenTree::Group(Group::new(Delimiter::Brace, rows))]);
    output
}

/// One test of a case.
fn test(row: &Row, case: &Case) -> TokenStream {
    let Row { name: test, target, is_real } = row;
    let is_ignored = *is_real && !cfg!(feature = "redis") && case.for_tests.is_empty();
    let ignore = if is_ignored { IGNORE } else { "" };
    let run = if case.is_async { "run" } else { "run_blocking" };
    let function = &case.name;
    let text = format!(
        "#[test] {ignore}
        fn {test}() -> ::core::result::Result<(), ::twincast::scene::Failure> {{
            let case = ::twincast::call_site!(\"{function}\", \"{test}\");
            ::twincast::matrix::Target::{target}.{run}(&case, super::{function})
        }}"
    );
    parse(&text, case.name.span())
}

/// The tokens of a text of ours, all of them at the name of the case: errors point there.
fn parse(text: &str, span: Span) -> TokenStream {
    let tokens: TokenStream = text.parse().unwrap_or_default();
    located(tokens, span)
}

fn located(tokens: TokenStream, span: Span) -> TokenStream {
    let at = |mut token: TokenTree| {
        if let TokenTree::Group(group) = &token {
            token = Group::new(group.delimiter(), located(group.stream(), span)).into();
        }
        token.set_span(span);
        token
    };
    tokens.into_iter().map(at).collect()
}

fn error(message: &str) -> TokenStream {
    format!("::core::compile_error!({message:?});").parse().unwrap_or_default()
}

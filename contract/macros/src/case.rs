use proc_macro::{Delimiter, Ident, TokenStream, TokenTree};

/// The parts of a function that its tests need.
pub(crate) struct Case {
    pub(crate) name: Ident,
    pub(crate) is_async: bool,
    /// The function itself, without the attributes that belong to its tests.
    pub(crate) function: TokenStream,
    /// `#[cfg]`: the function and its tests.
    pub(crate) cfg: TokenStream,
    /// `#[ignore]` and `#[should_panic]`: the tests only.
    pub(crate) for_tests: TokenStream,
}

impl Case {
    /// `None` if the item is not a function.
    pub(crate) fn parse(item: TokenStream) -> Option<Self> {
        let mut function = TokenStream::new();
        let (mut cfg, mut for_tests) = (TokenStream::new(), TokenStream::new());
        let mut tokens = item.into_iter().peekable();
        while let Some(hash) = tokens.next_if(|it| is_punct(it, '#')) {
            let attribute = tokens.next()?;
            let word = word_of(&attribute);
            let both = [hash, attribute];
            match word.as_deref() {
                Some("ignore" | "should_panic") => for_tests.extend(both),
                Some("cfg") => {
                    cfg.extend(both.clone());
                    function.extend(both);
                }
                _ => function.extend(both),
            }
        }
        let (mut is_async, mut name) = (false, None);
        while let Some(token) = tokens.next() {
            let word = token.to_string();
            function.extend([token]);
            match word.as_str() {
                "async" => is_async = true,
                "fn" => {
                    name = match tokens.next()? {
                        TokenTree::Ident(name) => Some(name),
                        _ => return None,
                    };
                    function.extend(name.clone().map(TokenTree::Ident));
                    break;
                }
                _ => {}
            }
        }
        function.extend(tokens);
        Some(Self { name: name?, is_async, function, cfg, for_tests })
    }
}

fn is_punct(token: &TokenTree, character: char) -> bool {
    matches!(token, TokenTree::Punct(punct) if punct.as_char() == character)
}

/// The first word of an attribute.
fn word_of(attribute: &TokenTree) -> Option<String> {
    match attribute {
        TokenTree::Group(group) if group.delimiter() == Delimiter::Bracket => {
            group.stream().into_iter().next().map(|first| first.to_string())
        }
        _ => None,
    }
}

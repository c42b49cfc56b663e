use maud::{DOCTYPE, Markup, PreEscaped, html};

const STYLE: &str = include_str!("page.css");
const SCRIPT: &str = include_str!("page.js");

/// The browser refuses to load anything that is not in the file.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; \
                      img-src data:; base-uri 'none'; form-action 'none'";

/// The icon in the browser's tab: two lanes.
const ICON: &str = "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'\
                    %3E%3Cpath d='M4 1v14M12 1v14' stroke='%230a7ea4' stroke-width='2'/%3E%3Cpath \
                    d='M4 5h8M12 11H4' stroke='%23d1495b' stroke-width='2'/%3E%3C/svg%3E";

/// A page.
#[derive(Debug)]
pub struct Document<'a> {
    /// Its title, for the browser's tab and for search engines.
    pub title: &'a str,
    /// The part above everything else: the heading and the verdict.
    pub header: Markup,
    /// The rest.
    pub main: Markup,
    /// A script that this page needs beside the common one.
    pub script: &'a str,
}

impl Document<'_> {
    /// The file.
    pub fn render(&self) -> String {
        let page = html! {
            (DOCTYPE)
            html lang="en" {
                head {
                    meta charset="utf-8";
                    meta name="viewport" content="width=device-width, initial-scale=1";
                    meta name="color-scheme" content="light dark";
                    meta http-equiv="Content-Security-Policy" content=(POLICY);
                    title { (self.title) }
                    link rel="icon" href=(ICON);
                    style { (PreEscaped(STYLE)) }
                }
                body {
                    a.skip href="#content" { "Skip to the content" }
                    header { (self.header) }
                    main id="content" tabindex="-1" { (self.main) }
                    footer { p { "Written by twincast " (env!("CARGO_PKG_VERSION")) "." } }
                    script { (PreEscaped(SCRIPT)) (PreEscaped(self.script)) }
                }
            }
        };
        page.into_string()
    }
}

/// A command that repeats something, and a button that copies it.
pub fn again(command: &str) -> Markup {
    html! {
        p.again {
            span { "again" }
            code { (command) }
            button type="button" data-copy=(command) hidden { "Copy" }
        }
    }
}

/// A count with its word, as a link that shows only what it counts.
pub fn tally(count: usize, word: &str, kind: &str) -> Markup {
    let is_none = if count == 0 { " none" } else { "" };
    html! {
        a class={ "tally " (kind) (is_none) } href={ "#show=" (kind) } { b { (count) } " " (word) }
    }
}

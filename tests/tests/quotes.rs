//! What the pages quote of the example application is in its contract, word for word.

use std::{fs, path::Path};

const PAGES: [&str; 3] = ["README.md", "contract/README.md", "examples/event-bus/README.md"];

#[test]
fn should_quote_the_example_word_for_word() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the repository");
    let read = |path: &str| fs::read_to_string(root.join(path)).expect("it can be read");
    let contract = read("examples/event-bus/tests/contract.rs");
    for page in PAGES {
        let text = read(page);
        let blocks = text.split("```rust").skip(1).filter_map(|rest| {
            let (_, block) = rest.split_once('\n')?;
            block.split("```").next().filter(|block| block.contains("Dashboard::connect"))
        });
        let blocks: Vec<&str> = blocks.collect();
        assert!(!blocks.is_empty(), "{page} quotes nothing");
        for block in blocks {
            assert!(contract.contains(block), "{page} says what the example does not:\n{block}");
        }
    }
}

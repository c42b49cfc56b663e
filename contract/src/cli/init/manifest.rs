use anyhow::{Context, Result};
use toml_edit::{DocumentMut, InlineTable, table, value};

/// The tables of a manifest in which a test finds its dependencies.
const TABLES: [&str; 2] = ["dev-dependencies", "dependencies"];

const NAME: &str = "twincast";

/// The manifest with the dependency: on the package in the folder, else on the published one.
/// `None` if it has the dependency already.
pub(super) fn with_dependency(manifest: &str, path: Option<&str>) -> Result<Option<String>> {
    let mut document: DocumentMut = manifest.parse()?;
    if TABLES.iter().any(|table| document.get(table).is_some_and(|it| it.get(NAME).is_some())) {
        return Ok(None);
    }
    let mut dependency = InlineTable::new();
    match path {
        Some(path) => dependency.insert("path", path.into()),
        None => dependency.insert("version", env!("CARGO_PKG_VERSION").into()),
    };
    // The default feature is the command, which tests do not need.
    dependency.insert("default-features", false.into());
    let [dev_dependencies, _] = TABLES;
    let table = document.entry(dev_dependencies).or_insert_with(table).as_table_like_mut();
    let table = table.with_context(|| format!("{dev_dependencies} is not a table"))?;
    table.insert(NAME, value(dependency));
    Ok(Some(document.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    const LINE: &str = concat!(
        "twincast = { version = \"",
        env!("CARGO_PKG_VERSION"),
        "\", default-features = false }\n"
    );

    #[test]
    fn should_add_one_line_and_keep_the_rest() {
        let package = "[package] # mine\nname = \"a\"\n\n[dependencies]\nx  =  '1' # why\n";
        let added = with_dependency(package, None).unwrap();
        assert_eq!(added, Some(format!("{package}\n[dev-dependencies]\n{LINE}")));

        let with_table = format!("{package}\n[dev-dependencies]\ny = \"1\"\n");
        let added = with_dependency(&with_table, None).unwrap();
        assert_eq!(added, Some(format!("{with_table}{LINE}")));

        let added = with_dependency(package, Some("../twincast")).unwrap().unwrap();
        let line = "twincast = { path = \"../twincast\", default-features = false }\n";
        assert_eq!(added, format!("{package}\n[dev-dependencies]\n{line}"));
    }

    #[test]
    fn should_leave_a_dependency_as_it_is() {
        for there in [
            "[dev-dependencies]\ntwincast = \"1\"\n",
            "[dependencies]\ntwincast.path = \"..\"\n",
            "[dev-dependencies.twincast]\nversion = \"1\"\n",
        ] {
            assert_eq!(with_dependency(there, None).unwrap(), None, "{there}");
        }
        let error = with_dependency("dev-dependencies = 1\n", None).unwrap_err();
        assert_eq!(error.to_string(), "dev-dependencies is not a table");
    }
}

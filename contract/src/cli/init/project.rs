use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};
use serde::Deserialize;

use super::super::shell;

/// Stands for the option that names the package, in files of the template.
const PACKAGE: &str = " @PACKAGE@";
/// The line of a workflow after which its defaults may stand.
const BEFORE_DEFAULTS: &str = "permissions: {}\n";

/// The package to prepare, and the folders around it.
pub(super) struct Project {
    name: String,
    /// The current folder.
    pub(super) here: PathBuf,
    /// The folder of the package.
    pub(super) package: PathBuf,
    /// The folder of the workspace; that of the package if it is alone.
    pub(super) workspace: PathBuf,
    /// The folder with `.git`, from which GitHub reads workflows; else that of the workspace.
    pub(super) repository: PathBuf,
    is_alone: bool,
}

/// The part that this program reads of the output of `cargo metadata`.
#[derive(Deserialize)]
struct Metadata {
    packages: Vec<Package>,
    workspace_root: PathBuf,
}

#[derive(Deserialize)]
struct Package {
    name: String,
    manifest_path: PathBuf,
}

impl Package {
    fn folder(&self) -> &Path {
        self.manifest_path.parent().unwrap_or(&self.manifest_path)
    }
}

impl Project {
    /// The package with this name, else the one around the current folder, else the only one.
    pub(super) fn find(name: Option<&str>) -> Result<Self> {
        let here = env::current_dir().and_then(fs::canonicalize);
        let here = here.context("cannot find the current folder")?;
        let Metadata { packages, workspace_root } = metadata()?;
        let is_alone = packages.len() == 1;
        let package = match name {
            Some(name) => packages.iter().find(|package| package.name == name),
            None if is_alone => packages.first(),
            None => {
                let around = packages.iter().filter(|package| here.starts_with(package.folder()));
                around.max_by_key(|package| package.folder().components().count())
            }
        };
        let Some(package) = package else {
            let names: Vec<&str> = packages.iter().map(|package| &*package.name).collect();
            let names = names.join(", ");
            match name {
                Some(name) => bail!("this workspace has no package {name}, but {names}"),
                None => bail!("name one of the packages of this workspace with --package: {names}"),
            }
        };
        let mut above = workspace_root.ancestors();
        let repository = above.find(|folder| folder.join(".git").exists());
        Ok(Self {
            name: package.name.clone(),
            here,
            package: package.folder().to_owned(),
            repository: repository.unwrap_or(&workspace_root).to_owned(),
            workspace: workspace_root,
            is_alone,
        })
    }

    /// A path that the user named, as the manifest of the package may name it.
    pub(super) fn path_to(&self, path: &Path) -> Result<String> {
        let absolute = fs::canonicalize(path.join("Cargo.toml"));
        let absolute = absolute.with_context(|| {
            format!("{} is not the folder of a package: it has no Cargo.toml", path.display())
        })?;
        let is_here = self.here == self.package;
        let folder = absolute.parent().filter(|_| !is_here).unwrap_or(path);
        let text = folder.to_str();
        Ok(text.with_context(|| format!("{} is not UTF-8", folder.display()))?.to_owned())
    }

    /// A file of the template, for this project.
    pub(super) fn adapted(&self, text: &str) -> String {
        let text = text.replace(PACKAGE, &self.package_option());
        match self.workspace.strip_prefix(&self.repository) {
            Ok(below) if !below.as_os_str().is_empty() => {
                let folder = shell::path(below);
                let defaults = format!("defaults:\n  run:\n    working-directory: {folder}\n");
                text.replacen(BEFORE_DEFAULTS, &format!("{BEFORE_DEFAULTS}\n{defaults}"), 1)
            }
            _ => text,
        }
    }

    /// The option that names the package to cargo, if it needs one.
    pub(super) fn package_option(&self) -> String {
        if self.is_alone { String::new() } else { format!(" --package {}", self.name) }
    }
}

fn metadata() -> Result<Metadata> {
    let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(cargo);
    let output = command.args(["metadata", "--no-deps", "--format-version", "1"]).output();
    let output = output.context("cannot run cargo")?;
    if !output.status.success() {
        let error = String::from_utf8_lossy(&output.stderr);
        bail!("cargo finds no package here: {}", error.trim().trim_start_matches("error: "));
    }
    serde_json::from_slice(&output.stdout).context("cannot read the output of `cargo metadata`")
}

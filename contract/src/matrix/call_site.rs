use std::{
    env,
    path::{Path, PathBuf},
};

/// Asks for real servers, of the kind that this build can start. A build without real servers can
/// start any kind after it is built anew, and a container needs nothing but Docker.
const FEATURES: &str = match cfg!(all(feature = "redis", not(feature = "container"))) {
    true => " --features twincast/redis",
    false => " --features twincast/container",
};

/// Where a case stands: what its own crate knows when it is compiled.
#[derive(Clone, Copy, Debug)]
pub struct CallSite {
    #[doc(hidden)]
    pub package: &'static str,
    #[doc(hidden)]
    pub folder: &'static str,
    #[doc(hidden)]
    pub module: &'static str,
    #[doc(hidden)]
    pub function: &'static str,
    #[doc(hidden)]
    pub row: &'static str,
    #[doc(hidden)]
    pub file: &'static str,
    #[doc(hidden)]
    pub line: u32,
}

/// The place of a test, for the attributes of this crate.
#[doc(hidden)]
#[macro_export]
macro_rules! call_site {
    ($function:literal, $row:literal) => {
        $crate::matrix::CallSite {
            package: ::core::env!("CARGO_PKG_NAME"),
            folder: ::core::env!("CARGO_MANIFEST_DIR"),
            module: ::core::module_path!(),
            function: $function,
            row: $row,
            file: ::core::file!(),
            line: ::core::line!(),
        }
    };
}

impl CallSite {
    /// The modules around the case without those that every case has: the crate, the module of its
    /// rows, and a last `tests`. Nothing is left of a file of its own in `tests/`: its crate counts.
    pub(super) fn subject(&self) -> String {
        let mut modules: Vec<&str> = self.modules().collect();
        if modules.last() == Some(&"tests") {
            modules.pop();
        }
        match modules.is_empty() {
            true => self.module.split("::").next().unwrap_or_default().to_owned(),
            false => modules.join("/"),
        }
    }

    fn modules(&self) -> impl Iterator<Item = &'static str> {
        let modules: Vec<_> = self.module.split("::").collect();
        let rows = modules.last() == Some(&self.function);
        let count = modules.len() - usize::from(rows);
        modules.into_iter().take(count).skip(1)
    }

    /// The name that libtest gives to the test.
    pub(super) fn test(&self) -> String {
        self.modules().chain([self.function, self.row]).collect::<Vec<_>>().join("::")
    }

    /// The command that repeats only this test.
    pub(super) fn rerun(&self, is_real: bool) -> String {
        let features = if is_real { FEATURES } else { "" };
        format!("{}{features} {}", self.runner(), self.test())
    }

    /// The command that records this case with all its clients.
    pub(super) fn record(&self) -> String {
        let real = self.modules().chain([self.function, "redis"]).collect::<Vec<_>>().join("::");
        format!("TWINCAST_RECORD=1 {}{FEATURES} {real}", self.runner())
    }

    fn runner(&self) -> String {
        let runner = if env::var_os("NEXTEST").is_some() { "nextest run" } else { "test" };
        format!("cargo {runner} --package {}", self.package)
    }

    /// The folder in which cargo runs the compiler: that of the workspace. Places are shown relative
    /// to it, as cargo itself does.
    pub(super) fn root(&self) -> PathBuf {
        let folder = Path::new(self.folder);
        let root = folder.ancestors().find(|it| it.join(self.file).is_file());
        root.unwrap_or(folder).to_owned()
    }

    /// The recordings of the package, relative to the root: `tests/recordings`, or `recordings` in a
    /// package that has such a folder because it consists of tests.
    pub(super) fn recordings(&self) -> PathBuf {
        let folder = Path::new(self.folder);
        let own = folder.strip_prefix(self.root()).unwrap_or(folder);
        match folder.join("recordings").is_dir() {
            true => own.join("recordings"),
            false => own.join("tests/recordings"),
        }
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case::file_in_tests("bus::should_x", "bus", "should_x::redis")]
    #[case::module_of_tests("cases::bus::should_x", "bus", "bus::should_x::redis")]
    #[case::unit("app::bus::tests::should_x", "bus", "bus::tests::should_x::redis")]
    #[case::deep("app::a::b::should_x", "a/b", "a::b::should_x::redis")]
    fn should_name_the_subject_and_the_test(
        #[case] module: &'static str,
        #[case] subject: &str,
        #[case] test: &str,
    ) {
        let site = CallSite { module, function: "should_x", row: "redis", ..call_site!("", "") };
        assert_eq!(site.subject(), subject);
        assert_eq!(site.test(), test);
        assert!(site.record().ends_with(test));
        assert!(site.rerun(false).ends_with(&format!("cargo test --package twincast {test}")));
    }

    #[test]
    fn should_find_the_workspace_of_the_case() {
        let site = call_site!("should_x", "embedded");
        let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
        assert_eq!(site.root(), workspace);
        assert_eq!(site.recordings(), Path::new("contract/tests/recordings"));
    }
}

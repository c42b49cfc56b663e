//! Packs the corpus for the command `twincast`, if the build is optimised: into `corpus` in the
//! folder of the build.
//!
//! An unoptimised build reads the files of this package when it runs. So a change of a conversation
//! compiles nothing.

#[cfg(feature = "command")]
#[path = "src/cli/corpus/archive.rs"]
mod archive;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    println!("cargo::rustc-check-cfg=cfg(packed_corpus)");
    println!("cargo::rerun-if-changed=build.rs");
    #[cfg(feature = "command")]
    if std::env::var("PROFILE")? == "release" {
        pack()?;
    }
    Ok(())
}

#[cfg(feature = "command")]
fn pack() -> Result<(), Box<dyn std::error::Error>> {
    println!("cargo::rerun-if-changed=corpus");
    println!("cargo::rerun-if-changed=src/cli/corpus/archive.rs");
    println!("cargo::rustc-cfg=packed_corpus");
    let files = archive::read("corpus".as_ref())?;
    let out = std::env::var("OUT_DIR")?;
    std::fs::write(std::path::Path::new(&out).join("corpus"), archive::pack(&files))?;
    Ok(())
}

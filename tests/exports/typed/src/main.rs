//! Reads FHIR bundles of bendwise as the types of R4, and writes them back: what comes out has to be the same JSON, to the last
//! digit. A program of its own, with nothing of bendwise in it: docs/fhir.md says why.
//!
//! `typed FOLDER`: a folder of bundles and single resources. Ends with exit code 1 and every difference if there is one.

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::{env, fs};

use fhir::r4::resources::Resource;
use fhir::validate::Validate;
use serde_json::Value;

type Failure = Box<dyn std::error::Error>;

fn main() -> Result<ExitCode, Failure> {
    let folder = env::args_os().nth(1).ok_or("which folder?")?;
    let files: Vec<PathBuf> = fs::read_dir(folder)?.map(|file| Ok(file?.path())).collect::<Result<_, Failure>>()?;
    if files.is_empty() {
        return Err("there is nothing in it".into());
    }
    let mut same = true;
    for file in &files {
        for difference in differences(file).map_err(|cause| format!("{}: {cause}", file.display()))? {
            println!("{}: {difference}", file.display());
            same = false;
        }
    }
    println!("{} files read as types of R4", files.len());
    Ok(if same { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// What does not come back as it was, and what the types know to be against a rule. In the type of a bundle its resources are plain JSON,
/// so each is read on its own as well.
fn differences(file: &Path) -> Result<Vec<String>, Failure> {
    let bundle: Value = serde_json::from_str(&fs::read_to_string(file)?)?;
    let entries = bundle["entry"].as_array().into_iter().flatten();
    let mut found = Vec::new();
    for before in entries.map(|entry| &entry["resource"]).chain([&bundle]) {
        let kind = &before["resourceType"];
        let resource: Resource =
            serde_json::from_str(&before.to_string()).map_err(|cause| format!("{kind}: {cause}"))?;
        found.extend(resource.validate().iter().map(|issue| format!("{kind}: {}: {}", issue.path, issue.message)));
        let after = serde_json::from_str(&serde_json::to_string(&resource)?)?;
        compare(before, &after, &mut kind.to_string(), &mut found);
    }
    Ok(found)
}

/// Numbers are compared as they are written: 70.0 is not 70.
fn compare(before: &Value, after: &Value, place: &mut String, found: &mut Vec<String>) {
    let length = place.len();
    let mut inner = |name: &str, before: &Value, after: &Value| {
        place.push('.');
        place.push_str(name);
        compare(before, after, place, found);
        place.truncate(length);
    };
    match (before, after) {
        (Value::Object(before), Value::Object(after)) => {
            for (name, value) in before {
                inner(name, value, after.get(name).unwrap_or(&Value::Null));
            }
            for (name, value) in after.iter().filter(|(name, _)| !before.contains_key(*name)) {
                inner(name, &Value::Null, value);
            }
        }
        (Value::Array(before), Value::Array(after)) if before.len() == after.len() => {
            for (number, (before, after)) in before.iter().zip(after).enumerate() {
                inner(&number.to_string(), before, after);
            }
        }
        (before, after) if before == after => {}
        (before, after) => found.push(format!("{place}: {before} became {after}")),
    }
}

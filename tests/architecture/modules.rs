//! The source tree as modules and the paths that each file uses, parsed from its text. Test code is left out: it may
//! use whatever it needs.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// A module's path below the crate: `["store", "block"]`; the crate's root is empty.
pub type Module = Vec<String>;

/// A file of the library.
#[derive(Debug)]
pub struct SourceFile {
    /// From the root of the repository, with `/`.
    pub path: String,
    /// Its text without test code and without comments.
    pub code: String,
    /// Its re-exports, `pub use child::Item`, by the name they have here.
    reexports: BTreeMap<String, Module>,
}

/// All files of the library by their modules.
#[derive(Debug)]
pub struct Modules(pub BTreeMap<Module, SourceFile>);

impl Modules {
    /// Reads all files below `src`, except the binary, tests and fixtures.
    pub fn read(root: &Path) -> Self {
        let mut files = Vec::new();
        list(&root.join("src"), &mut files);
        let mut modules = BTreeMap::new();
        for file in files {
            let path = file.strip_prefix(root).unwrap().to_str().unwrap().replace('\\', "/");
            let Some(module) = module_of(&path) else { continue };
            let code = without_tests(&fs::read_to_string(&file).unwrap());
            modules.insert(module, SourceFile { path, code, reexports: BTreeMap::new() });
        }
        let mut modules = Self(modules);
        for module in modules.0.keys().cloned().collect::<Vec<_>>() {
            let reexports = uses(&modules.0[&module].code, true).filter_map(|(name, path)| {
                let target = modules.absolute(&module, &path)?;
                Some((name, target))
            });
            let reexports = reexports.collect();
            modules.0.get_mut(&module).unwrap().reexports = reexports;
        }
        modules
    }

    /// The modules whose items the file of `module` uses, each with the item.
    pub fn named_by(&self, module: &Module) -> Vec<(Module, String)> {
        let code = &self.0[module].code;
        let imported = uses(code, false).map(|(_, path)| path);
        let named = imported.chain(inline_paths(code)).filter_map(|path| self.absolute(module, &path));
        let mut found: Vec<_> = named.map(|path| self.owner(path)).filter(|(owner, _)| owner != module).collect();
        found.sort();
        found.dedup();
        found
    }

    /// Resolves a path in `module` to the crate's root; `None` for another crate.
    fn absolute(&self, module: &Module, path: &[String]) -> Option<Module> {
        let (first, rest) = path.split_first()?;
        match first.as_str() {
            "crate" => Some(rest.to_vec()),
            "self" => Some([module, rest].concat()),
            "super" => {
                let (_, above) = module.split_last()?;
                let above = above.to_vec();
                if rest.first().is_some_and(|next| next == "super") {
                    self.absolute(&above, rest)
                } else {
                    Some([&above, rest].concat())
                }
            }
            child => {
                let child = [module.as_slice(), &[child.to_owned()]].concat();
                self.0.contains_key(&child).then(|| [module, path].concat())
            }
        }
    }

    /// The module that defines a path: follows re-exports to the item itself.
    fn owner(&self, mut path: Module) -> (Module, String) {
        for _ in 0..8 {
            let depth = (0..=path.len()).rev().find(|depth| self.0.contains_key(&path[..*depth])).unwrap_or(0);
            let (module, rest) = path.split_at(depth);
            let moved = rest.first().and_then(|item| self.0.get(module)?.reexports.get(item));
            match moved {
                Some(target) if *target != path => path = [target.as_slice(), &rest[1..]].concat(),
                _ => return (module.to_vec(), rest.first().cloned().unwrap_or_default()),
            }
        }
        (path, String::new())
    }
}

fn list(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            list(&path, files);
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            files.push(path);
        }
    }
}

/// The module of a file below `src/`; `None` for the binary, tests and fixtures.
fn module_of(path: &str) -> Option<Module> {
    let inner = path.strip_prefix("src/")?.strip_suffix(".rs")?;
    let mut parts: Module = inner.split('/').map(str::to_owned).collect();
    let is_test = |part: &String| part == "tests" || part.ends_with("_tests") || part == "fixtures" || part == "fake";
    if inner == "main" || parts.iter().any(is_test) {
        return None;
    }
    if matches!(parts.last().map(String::as_str), Some("mod" | "lib")) {
        parts.pop();
    }
    Some(parts)
}

/// The code without comments and without test code: items from `#[cfg(test)]` to their end.
fn without_tests(text: &str) -> String {
    let lines = text.lines().map(|line| line.split("//").next().unwrap_or_default());
    let mut kept = String::new();
    let mut skipped: Option<i32> = None; // open braces of the skipped item
    for line in lines {
        let of_tests = ["#[cfg(test)]", "#[cfg(all(test,"].iter().any(|start| line.trim().starts_with(start));
        if of_tests && skipped.is_none() {
            skipped = Some(0);
            continue;
        }
        let Some(open) = &mut skipped else {
            kept.push_str(line);
            kept.push('\n');
            continue;
        };
        *open += line.matches('{').count() as i32 - line.matches('}').count() as i32;
        let ended = *open <= 0 && (line.trim_end().ends_with(['}', ';']));
        if ended && !line.trim_start().starts_with('#') {
            skipped = None;
        }
    }
    kept
}

/// The names imported by `use` lines, and their paths as written. `public` selects the re-exports, otherwise the
/// others.
fn uses(code: &str, public: bool) -> impl Iterator<Item = (String, Module)> {
    let mut found = Vec::new();
    for statement in code.split(';') {
        let Some(at) = statement.rfind("use ").filter(|at| begins_line(statement, *at)) else { continue };
        let before = statement[..at].rsplit('\n').next().unwrap_or_default();
        if before.trim_start().starts_with("pub") == public {
            expand(&[], &statement[at + 4..], &mut found);
        }
    }
    found.into_iter()
}

fn begins_line(statement: &str, at: usize) -> bool {
    let before = statement[..at].rsplit('\n').next().unwrap_or_default().trim();
    before.is_empty() || before == "pub" || (before.starts_with("pub(") && before.ends_with(')'))
}

/// The leaves of a `use` tree.
fn expand(above: &[String], tree: &str, found: &mut Vec<(String, Module)>) {
    let tree = tree.trim();
    if let Some((head, inner)) = tree.split_once('{') {
        let head = head.trim().trim_end_matches("::");
        let head = head.split("::").filter(|part| !part.is_empty()).map(|part| part.trim().to_owned());
        let above: Module = above.iter().cloned().chain(head).collect();
        branches(inner.trim_end().trim_end_matches('}')).for_each(|branch| expand(&above, branch, found));
    } else if !tree.is_empty() {
        let (path, alias) = tree.split_once(" as ").map_or((tree, None), |(path, alias)| (path, Some(alias)));
        let leaf = path.split("::").map(|part| part.trim().to_owned());
        let mut path: Module = above.iter().cloned().chain(leaf).collect();
        if path.last().is_some_and(|last| last == "self" || last == "*") && path.len() > 1 {
            path.pop();
        }
        let name = alias.map(str::trim).map(str::to_owned).or_else(|| path.last().cloned()).unwrap_or_default();
        found.push((name, path));
    }
}

/// The branches of a `use` tree between its braces.
fn branches(inner: &str) -> impl Iterator<Item = &str> {
    let mut depth = 0;
    inner.split(move |letter| {
        depth += i32::from(letter == '{') - i32::from(letter == '}');
        letter == ',' && depth == 0
    })
}

/// Paths in the code itself, not in a `use`: `crate::store::Store::open`, `capture::still`.
fn inline_paths(code: &str) -> impl Iterator<Item = Module> {
    let is_part = |letter: char| letter.is_alphanumeric() || letter == '_';
    let mut found = Vec::new();
    for statement in code.split(';') {
        let end = statement.rfind("use ").filter(|at| begins_line(statement, *at)).unwrap_or(statement.len());
        let text = statement[..end].replace("(in crate::", "(in "); // a visibility names nobody
        let words = text.split(|letter: char| !is_part(letter) && letter != ':');
        let paths = words.map(|word| word.trim_matches(':')).filter(|word| word.contains("::"));
        let lower = |word: &&str| word.starts_with(|letter: char| letter.is_lowercase());
        found.extend(paths.filter(lower).map(|path| path.split("::").map(str::to_owned).collect()));
    }
    found.into_iter()
}

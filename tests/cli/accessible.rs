//! Every page against axe-core in a browser: contrast, names, structure. Skipped where there is no Chromium, or neither
//! `BENDWISE_AXE` (the path of `axe.min.js`) nor npm to fetch it.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::sync::OnceLock;

use crate::common::World;
use crate::report::{Browser, kept};

/// The version the pages are held to.
const AXE: &str = "axe-core@4.10.3";

/// Writes what it finds into the page, between the marks.
const RUN: &str = "axe.run(document, { resultTypes: ['violations'] }).then(({ violations }) => {
  const told = document.createElement('pre');
  const nodes = rule => rule.nodes.map(node => node.target + ' ' + node.failureSummary).join(' | ');
  told.textContent = '[found:' + violations.map(rule => rule.id + ' ' + nodes(rule)).join('; ') + ':found]';
  document.body.append(told);
});";

/// The script of axe-core.
fn axe() -> Option<&'static str> {
    static SCRIPT: OnceLock<Option<String>> = OnceLock::new();
    let fetched = || {
        if let Some(file) = std::env::var_os("BENDWISE_AXE") {
            return Some(fs::read_to_string(file).unwrap());
        }
        let folder = tempfile::tempdir().unwrap();
        let mut npm = Command::new(which::which("npm").ok()?);
        npm.args(["install", "--ignore-scripts", "--no-audit", "--no-fund", "--prefix"]).arg(folder.path()).arg(AXE);
        let installed = npm.output().is_ok_and(|output| output.status.success());
        installed.then(|| fs::read_to_string(folder.path().join("node_modules/axe-core/axe.min.js")).unwrap())
    };
    SCRIPT.get_or_init(fetched).as_deref()
}

/// What axe-core finds in a page; `None` where it cannot be run.
fn found(browser: &Browser, page: &Path, options: &[&str]) -> Option<String> {
    let script = format!("<script>{}</script><script>{RUN}</script></body>", axe()?);
    let examined = page.with_extension("axe.html");
    fs::write(&examined, fs::read_to_string(page).unwrap().replace("</body>", &script)).unwrap();
    let told = browser.dom_with(&examined, options);
    // The last one: the script itself has the marks, too.
    let (_, told) = told.rsplit_once("[found:").unwrap();
    Some(told.split_once(":found]").unwrap().0.to_owned())
}

/// Fails if axe-core finds a fault in a page, light or dark, wide or narrow.
pub fn check(world: &World, page: &Path) {
    let Some(browser) = Browser::find(world) else { return };
    const DARK: &str = "--blink-settings=preferredColorScheme=0";
    for options in [&["--window-size=1280,2000"][..], &["--window-size=390,2000"], &["--window-size=1280,2000", DARK]] {
        match found(&browser, page, options) {
            Some(found) => assert_eq!(found, "", "{} with {options:?}", page.display()),
            None => eprintln!("left out: there is no axe-core"),
        }
    }
}

#[test]
fn no_report_has_a_fault_that_axe_finds() {
    let world = kept();
    for (name, arguments) in [
        ("pictures.html", &["--lang", "en"][..]),
        ("drawn.html", &["--lang", "de", "--anonymous"]),
        ("course.html", &["--lang", "en", "--since", "2020-01-01"]),
    ] {
        let page = world.path(name);
        world.bare_bendwise().arg("report").args(arguments).arg("-o").arg(&page).assert().success();
        check(&world, &page);
    }
}

#[test]
fn a_fault_is_found() {
    let world = World::new();
    let page = world.write("faint.html", "<!DOCTYPE html><html lang=en><title>t</title><body><main><h1 style='color:#aaa'>faint</h1></main></body></html>");
    let Some(browser) = Browser::find(&world) else { return };
    let Some(found) = found(&browser, &page, &[]) else { return };
    assert!(found.contains("color-contrast"), "{found}");
}

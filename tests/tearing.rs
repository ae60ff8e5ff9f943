//! A picture is on the screen whole or not at all: black and white pictures follow each other in a window on a display of
//! its own (Xvfb), while another client looks at one column of it again and again. By minifb alone, for comparison, it sees
//! both colours in one look.

#![cfg(all(feature = "cli", target_os = "linux"))]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test that cannot go on has failed")]

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use bendwise::screen::canvas::Canvas;
use bendwise::screen::theme;
use bendwise::screen::window::LiveWindow;
use x11rb::connection::Connection;
use x11rb::protocol::xproto::{ConnectionExt, ImageFormat};

/// Above 256 KiB, where Xlib sends strips.
const SIDE: usize = 1080;

const PICTURES: u32 = 90;

/// What one way of showing pictures comes to.
#[derive(Debug)]
struct Shown {
    looks: u32,
    torn: u32,
    /// Processor time of this process and of the display, seconds.
    cost: f64,
}

struct Server(Child);

impl Drop for Server {
    fn drop(&mut self) {
        self.0.kill().ok();
        self.0.wait().ok();
    }
}

/// Processor time of a process, seconds.
fn cpu(process: &str) -> f64 {
    let stat = std::fs::read_to_string(format!("/proc/{process}/stat")).unwrap();
    let fields: Vec<&str> = stat.rsplit_once(')').unwrap().1.split_whitespace().collect();
    (fields[11].parse::<f64>().unwrap() + fields[12].parse::<f64>().unwrap()) / 100.0
}

/// Looks at one column of the only window until it is told to stop: how often, and how often both colours were there.
fn look(stop: &AtomicBool) -> (u32, u32) {
    let (connection, screen) = x11rb::connect(None).unwrap();
    let root = connection.setup().roots[screen].root;
    let (mut looks, mut torn) = (0, 0);
    while !stop.load(Ordering::Relaxed) {
        let windows = connection.query_tree(root).unwrap().reply().unwrap().children;
        let Some(window) = windows.last().copied() else { continue };
        let column = connection.get_image(ImageFormat::Z_PIXMAP, window, 5, 0, 1, SIDE as u16, !0);
        if let Ok(column) = column.unwrap().reply() {
            let white = column.data.chunks(4).filter(|pixel| pixel[0] > 127).count();
            looks += 1;
            torn += u32::from(white > 0 && white < SIDE);
        }
        thread::sleep(Duration::from_micros(500));
    }
    (looks, torn)
}

/// Shows black and white in turn, thirty times a second, while somebody looks.
fn show(server: u32, mut put: impl FnMut(u32)) -> Shown {
    put(0);
    put(0);
    let stop = AtomicBool::new(false);
    thread::scope(|scope| {
        let looking = scope.spawn(|| look(&stop));
        let spent = || cpu("self") + cpu(&server.to_string());
        let before = spent();
        for number in 0..PICTURES {
            let began = Instant::now();
            put(if number % 2 == 0 { 0xFF_FF_FF } else { 0 });
            thread::sleep(Duration::from_millis(33).saturating_sub(began.elapsed()));
        }
        let cost = spent() - before;
        stop.store(true, Ordering::Relaxed);
        let (looks, torn) = looking.join().unwrap();
        Shown { looks, torn, cost }
    })
}

fn by_minifb(server: u32) -> Shown {
    let mut window = minifb::Window::new("minifb", SIDE, SIDE, minifb::WindowOptions::default()).unwrap();
    window.set_target_fps(0);
    show(server, |colour| {
        let pixels = vec![colour; SIDE * SIDE];
        window.update_with_buffer(&pixels, SIDE, SIDE).unwrap();
    })
}

fn by_bendwise(server: u32) -> Shown {
    let mut window = LiveWindow::open("bendwise", (SIDE, SIDE)).unwrap();
    let mut canvas = Canvas::new(SIDE, SIDE).unwrap();
    show(server, |colour| {
        canvas.clear(if colour == 0 { theme::GROUND } else { theme::TEXT });
        window.show(&mut canvas).unwrap();
    })
}

#[test]
fn a_picture_is_on_the_screen_whole_or_not_at_all() {
    let Ok(xvfb) = which::which("Xvfb") else {
        eprintln!("not tried: there is no Xvfb");
        return;
    };
    let mut server = Command::new(xvfb);
    server
        .args(["-displayfd", "1", "-screen", "0", "1920x1200x24", "-nolisten", "tcp", "-noreset"])
        .stdout(Stdio::piped());
    let mut server = Server(server.stderr(Stdio::null()).spawn().unwrap());
    let mut number = String::new();
    BufReader::new(server.0.stdout.take().unwrap()).read_line(&mut number).unwrap();
    // In a process of its own, because a display is chosen by its environment.
    let mut child = Command::new(std::env::current_exe().unwrap());
    child.args(["--exact", "in_a_window", "--ignored", "--nocapture"]).env("DISPLAY", format!(":{}", number.trim()));
    let child = child.env("TEARING_SERVER", server.0.id().to_string()).output().unwrap();
    let said = String::from_utf8_lossy(&child.stderr);
    eprintln!("{said}");
    assert!(child.status.success(), "{said}");
}

#[test]
#[ignore = "started by the other one, on a display of its own"]
fn in_a_window() {
    let server = std::env::var("TEARING_SERVER").unwrap().parse().unwrap();
    let (before, after) = (by_minifb(server), by_bendwise(server));
    for (way, Shown { looks, torn, cost }) in [("minifb", &before), ("bendwise", &after)] {
        eprintln!("{way}: {torn} of {looks} looks torn, {cost:.2} s of processor time for {PICTURES} pictures");
    }
    assert!(after.looks > PICTURES, "nobody looked");
    assert_eq!(after.torn, 0);
}

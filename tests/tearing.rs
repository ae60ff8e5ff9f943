//! A window as the display has it (Xvfb). It fits its monitor, and its colours are right whatever the pixels are.
//!
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
use bendwise::screen::window::{LiveWindow, OPENING_SIZE};
use x11rb::connection::Connection;
use x11rb::protocol::randr::{ConnectionExt as _, MonitorInfo};
use x11rb::protocol::xproto::{ConfigureWindowAux, ConnectionExt, ImageFormat};

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

/// Runs an ignored test of this program on a display of its own, because a display is chosen by the environment of a
/// process. What it said; `None` without Xvfb.
fn on_a_display(test: &str, screen: &str) -> Option<()> {
    on_a_server(test, screen, &["-noreset"])
}

/// The same with these options of the server.
fn on_a_server(test: &str, screen: &str, options: &[&str]) -> Option<()> {
    let Ok(xvfb) = which::which("Xvfb") else {
        eprintln!("not tried: there is no Xvfb");
        return None;
    };
    let mut server = Command::new(xvfb);
    server.args(["-displayfd", "1", "-screen", "0", screen, "-nolisten", "tcp"]).args(options);
    server.stdout(Stdio::piped());
    let mut server = Server(server.stderr(Stdio::null()).spawn().unwrap());
    let mut number = String::new();
    BufReader::new(server.0.stdout.take().unwrap()).read_line(&mut number).unwrap();
    let mut child = Command::new(std::env::current_exe().unwrap());
    child.args(["--exact", test, "--ignored", "--nocapture"]).env("DISPLAY", format!(":{}", number.trim()));
    let child = child.env_remove("XMODIFIERS").env("SERVER", server.0.id().to_string()).output().unwrap();
    let said = String::from_utf8_lossy(&child.stderr);
    eprintln!("{said}");
    assert!(child.status.success(), "{screen}: {said}");
    Some(())
}

/// A click that is over before the next picture is one click, where it was made.
#[test]
fn a_click_shorter_than_a_picture_is_heard_once() {
    on_a_display("clicks_in_a_window", "1366x768x24");
}

#[test]
#[ignore = "run by a_click_shorter_than_a_picture_is_heard_once"]
fn clicks_in_a_window() {
    let Ok(xdotool) = which::which("xdotool") else { return eprintln!("not tried: there is no xdotool") };
    let does = |what: &str| assert!(Command::new(&xdotool).args(what.split(' ')).status().unwrap().success(), "{what}");
    let mut window = LiveWindow::open("bendwise", (640, 360)).unwrap();
    let mut canvas = Canvas::new(640, 360).unwrap();
    // In the middle of the display the window begins at 363, 204.
    does("mousemove 463 404");
    for _ in 0..20 {
        window.review(&mut canvas, true).unwrap();
        thread::sleep(Duration::from_millis(20));
    }
    let mut looks = |does: &dyn Fn()| {
        does();
        let look = |_| {
            thread::sleep(Duration::from_millis(30));
            window.review(&mut canvas, false).unwrap()
        };
        (0..8).map(look).collect::<Vec<_>>()
    };
    for _ in 0..5 {
        let held: Vec<_> = looks(&|| does("mousedown 1 mouseup 1")).into_iter().filter_map(|look| look.held).collect();
        assert_eq!(held, [euclid::point2(100.0, 200.0)], "pressed and let go at once");
        let held = looks(&|| does("click 1")).into_iter().map(|look| look.held.is_some()).collect::<Vec<_>>();
        assert_eq!(held.iter().filter(|held| **held).count(), 1, "{held:?}");
    }
    let other = looks(&|| does("mousedown 3 mouseup 3")).into_iter().any(|look| look.held.is_some());
    let outside = looks(&|| does("mousemove 20 20 mousedown 1 mouseup 1")).into_iter().any(|look| look.held.is_some());
    assert!(!other && !outside, "right: {other}, beside the window: {outside}");
    // The same by the other way of asking, and a button that is held stays held.
    does("mousemove 463 404 mousedown 1 mouseup 1");
    thread::sleep(Duration::from_millis(30));
    window.listen(&mut canvas).unwrap();
    assert_eq!(window.mouse().map(|(_, down)| down), Some(true));
    window.listen(&mut canvas).unwrap();
    assert_eq!(window.mouse().map(|(_, down)| down), Some(false));
    does("mousedown 1 mouseup 1");
    thread::sleep(Duration::from_millis(30));
    (0..2).for_each(|_| _ = window.listen(&mut canvas).unwrap());
    assert_eq!(window.mouse().map(|(_, down)| down), Some(false), "it was meant for what was shown then");
    does("mousedown 1");
    for _ in 0..5 {
        thread::sleep(Duration::from_millis(30));
        window.listen(&mut canvas).unwrap();
        assert_eq!(window.mouse().map(|(_, down)| down), Some(true), "held");
    }
    does("mouseup 1");
    thread::sleep(Duration::from_millis(30));
    window.listen(&mut canvas).unwrap();
    assert_eq!(window.mouse().map(|(_, down)| down), Some(false), "let go");
}

#[test]
fn a_picture_is_on_the_screen_whole_or_not_at_all() {
    on_a_display("in_a_window", "1920x1200x24");
}

/// A display on another machine shares no memory: the same over the connection, in one request and in several.
#[test]
fn a_display_that_shares_no_memory_has_whole_pictures_as_well() {
    let apart = ["-noreset", "-extension", "MIT-SHM"];
    on_a_server("in_a_window", "1920x1200x24", &apart);
    on_a_server("in_full_screen", "3840x2160x24", &apart);
}

#[test]
fn a_window_fits_its_monitor_and_has_its_colours() {
    for screen in ["800x600x24", "800x600x30", "1080x1920x24"] {
        if on_a_display("in_a_window_that_fits", screen).is_none() {
            return;
        }
    }
}

#[test]
fn full_screen_is_all_of_the_monitor_in_its_own_shape() {
    for screen in ["1366x768x24", "1080x1920x24", "3840x2160x24"] {
        if on_a_display("in_full_screen", screen).is_none() {
            return;
        }
    }
    on_a_display("in_full_screen_on_one_of_two_monitors", "3000x1920x24");
}

#[test]
fn a_server_that_starts_over_when_its_last_client_leaves_has_room_for_a_window() {
    on_a_server("in_a_window_of_the_only_client", "800x600x24", &[]);
}

#[test]
#[ignore = "started by another one, on a display of its own"]
fn in_a_window_of_the_only_client() {
    for _ in 0..8 {
        LiveWindow::open("bendwise", OPENING_SIZE).unwrap();
    }
}

#[test]
#[ignore = "started by another one, on a display of its own"]
fn in_a_window_that_fits() {
    let (connection, screen) = x11rb::connect(None).unwrap();
    let screen = &connection.setup().roots[screen];
    let most = (usize::from(screen.width_in_pixels), usize::from(screen.height_in_pixels));
    let mut window = LiveWindow::open("bendwise", OPENING_SIZE).unwrap();
    let (width, height) = window.size();
    assert!(width < most.0 && height < most.1 && width >= 700 && height >= 500, "{width} × {height} on {most:?}");
    let mut canvas = Canvas::new(width, height).unwrap();
    canvas.clear(theme::HIPS);
    window.show(&mut canvas).unwrap();
    // The middle of the screen, each colour with as many bits as it has there.
    let middle = ((most.0 / 2) as i16, (most.1 / 2) as i16);
    let seen = connection.get_image(ImageFormat::Z_PIXMAP, screen.root, middle.0, middle.1, 1, 1, !0).unwrap();
    let seen = u32::from_le_bytes(seen.reply().unwrap().data[..4].try_into().unwrap());
    let visuals = screen.allowed_depths.iter().flat_map(|depth| &depth.visuals);
    let visual = visuals.into_iter().find(|visual| visual.visual_id == screen.root_visual).unwrap();
    let share = |mask: u32| f64::from(seen & mask) / f64::from(mask);
    let seen = [visual.red_mask, visual.green_mask, visual.blue_mask].map(share);
    let wanted = [theme::HIPS.red, theme::HIPS.green, theme::HIPS.blue].map(|value| f64::from(value) / 255.0);
    assert!(seen.iter().zip(wanted).all(|(seen, wanted)| (seen - wanted).abs() < 1.0 / 255.0), "{seen:?} {wanted:?}");
}

/// Shows one colour in the whole window, for as long as it takes to have its size. Returns that.
fn coloured(window: &mut LiveWindow) -> (usize, usize) {
    let mut canvas = Canvas::new(1, 1).unwrap();
    for _ in 0..30 {
        canvas.clear(theme::HIPS);
        window.show(&mut canvas).unwrap();
        thread::sleep(Duration::from_millis(10));
    }
    (canvas.width(), canvas.height())
}

/// Whether the window's colour is at these places of the screen.
fn shows_at(places: &[(i16, i16)]) -> Vec<bool> {
    let (connection, screen) = x11rb::connect(None).unwrap();
    let root = connection.setup().roots[screen].root;
    let shown = |(x, y): &(i16, i16)| {
        let seen = connection.get_image(ImageFormat::Z_PIXMAP, root, *x, *y, 1, 1, !0).unwrap().reply().unwrap();
        u32::from_le_bytes(seen.data[..4].try_into().unwrap()) & 0xFF_FFFF == theme::HIPS.packed() & 0xFF_FFFF
    };
    places.iter().map(shown).collect()
}

#[test]
#[ignore = "started by another one, on a display of its own"]
fn in_full_screen() {
    let (connection, screen) = x11rb::connect(None).unwrap();
    let screen = &connection.setup().roots[screen];
    let (wide, high) = (screen.width_in_pixels, screen.height_in_pixels);
    let mut window = LiveWindow::open("bendwise", OPENING_SIZE).unwrap();
    coloured(&mut window);
    window.set_full_screen(true).unwrap();
    assert_eq!(coloured(&mut window), (usize::from(wide), usize::from(high)));
    let (right, bottom) = (wide as i16 - 1, high as i16 - 1);
    assert_eq!(shows_at(&[(0, 0), (right, 0), (0, bottom), (right, bottom)]), [true; 4]);
    window.set_full_screen(false).unwrap();
    let (width, height) = coloured(&mut window);
    assert!(width < usize::from(wide) && height < usize::from(high), "{width} × {height}");
}

#[test]
#[ignore = "started by another one, on a display of its own"]
fn in_full_screen_on_one_of_two_monitors() {
    let (connection, screen) = x11rb::connect(None).unwrap();
    let root = connection.setup().roots[screen].root;
    // A display has one output here, and the monitor that has it replaces that of the whole.
    let outputs = connection.randr_get_screen_resources_current(root).unwrap().reply().unwrap().outputs;
    for (name, x, width, height) in [("left", 0, 1920, 1080), ("right", 1920, 1080, 1920)] {
        let name = connection.intern_atom(false, name.as_bytes()).unwrap().reply().unwrap().atom;
        let (width_in_millimeters, height_in_millimeters) = (u32::from(width) / 4, u32::from(height) / 4);
        let monitor = MonitorInfo {
            name,
            primary: x == 0,
            automatic: false,
            x,
            y: 0,
            width,
            height,
            width_in_millimeters,
            height_in_millimeters,
            outputs: if x == 0 { outputs.clone() } else { Vec::new() },
        };
        connection.randr_set_monitor(root, monitor).unwrap().check().unwrap();
    }
    let mut window = LiveWindow::open("bendwise", OPENING_SIZE).unwrap();
    coloured(&mut window);
    window.set_full_screen(true).unwrap();
    assert_eq!(coloured(&mut window), (1920, 1080), "the first monitor, on which it was opened");
    assert_eq!(shows_at(&[(0, 0), (1919, 1079), (1921, 5), (5, 1081)]), [true, true, false, false]);
    window.set_full_screen(false).unwrap();
    coloured(&mut window);
    // Somebody moves it: without a program that manages windows it is a child of the root.
    for child in connection.query_tree(root).unwrap().reply().unwrap().children {
        connection.configure_window(child, &ConfigureWindowAux::new().x(1990).y(300)).unwrap().check().unwrap();
    }
    coloured(&mut window);
    window.set_full_screen(true).unwrap();
    assert_eq!(coloured(&mut window), (1080, 1920), "the monitor to which it was moved");
    assert_eq!(shows_at(&[(1920, 0), (2999, 1919), (1919, 5)]), [true, true, false]);
}

#[test]
#[ignore = "started by another one, on a display of its own"]
fn in_a_window() {
    let server = std::env::var("SERVER").unwrap().parse().unwrap();
    let (before, after) = (by_minifb(server), by_bendwise(server));
    for (way, Shown { looks, torn, cost }) in [("minifb", &before), ("bendwise", &after)] {
        eprintln!("{way}: {torn} of {looks} looks torn, {cost:.2} s of processor time for {PICTURES} pictures");
    }
    assert!(after.looks > PICTURES, "nobody looked");
    assert_eq!(after.torn, 0);
}

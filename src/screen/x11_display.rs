//! Looks at the X display, over a connection of its own, before the window library does.

use std::io::ErrorKind;
use std::time::{Duration, Instant};
use std::{env, thread};

use x11rb::connection::Connection;
use x11rb::errors::ReplyError;
use x11rb::protocol::Event;
use x11rb::protocol::randr::{ConnectionExt as _, MonitorInfo};
use x11rb::protocol::xproto::{
    AtomEnum, ConnectionExt, CreateWindowAux, ImageOrder, Screen, VisualClass, Visualtype, WindowClass,
};
use x11rb::rust_connection::{ConnectError, RustConnection};

use super::display::{Display, InputMethod, Monitor, named_input_method};

/// Where the display is named.
const DISPLAY: &str = "DISPLAY";

/// Where the program that a person writes with is named.
pub const XMODIFIERS: &str = "XMODIFIERS";

/// The longest wait for an input method to say what it serves. [own: one that runs answers within milliseconds]
const ANSWERS_WITHIN: Duration = Duration::from_millis(500);

/// Between two looks for an answer.
const PATIENCE: Duration = Duration::from_millis(5);

/// More than any list of locales is long, in units of 4 bytes.
const LONGEST: u32 = 4096;

/// How often a display that breaks a connection off is asked again: an X server that starts over when its last client has
/// left does so.
const TRIES: u32 = 5;

/// How it breaks off; where there is no server at all, nobody waits for one.
const BREAKS_OFF: [ErrorKind; 3] = [ErrorKind::ConnectionReset, ErrorKind::BrokenPipe, ErrorKind::UnexpectedEof];

/// Between two tries.
const STARTS_OVER_WITHIN: Duration = Duration::from_millis(100);

/// What the display of this process is like, `None` if it does not say, and the connection that it said so on. Whoever closes
/// the only connection to an X server makes it start over, and the window library would find none: so that one stays open
/// until the window is.
///
/// # Errors
/// If there is none.
pub fn look() -> Result<(Option<Display>, RustConnection), ConnectError> {
    let (connection, number) = connect()?;
    let setup = connection.setup();
    let described = setup.roots.get(number).and_then(|screen| {
        let visual = default_visual(screen)?;
        let form = setup.pixmap_formats.iter().find(|form| form.depth == screen.root_depth)?;
        Some(Display {
            depth: screen.root_depth,
            bits_per_pixel: form.bits_per_pixel,
            has_true_colour: visual.class == VisualClass::TRUE_COLOR,
            has_our_byte_order: (setup.image_byte_order == ImageOrder::LSB_FIRST) == cfg!(target_endian = "little"),
            masks: [visual.red_mask, visual.green_mask, visual.blue_mask],
            monitor: monitor(&connection, screen).unwrap_or_else(|_| whole(screen)),
        })
    });
    Ok((described, connection))
}

fn connect() -> Result<(RustConnection, usize), ConnectError> {
    let name = env::var(DISPLAY).ok().and_then(|name| local(&name));
    let mut tries = 1..TRIES;
    loop {
        match RustConnection::connect(name.as_deref()) {
            Err(ConnectError::IoError(cause)) if BREAKS_OFF.contains(&cause.kind()) && tries.next().is_some() => {
                thread::sleep(STARTS_OVER_WITHIN);
            }
            connected => return connected,
        }
    }
}

/// `unix:0` as `:0`; `None` for what means the same to Xlib and here.
fn local(name: &str) -> Option<String> {
    name.strip_prefix("unix:").map(|number| format!(":{number}"))
}

/// The input method that `XMODIFIERS` names, if the window library cannot use it.
pub fn unusable_input_method() -> Option<String> {
    let name = named_input_method(env::var_os(XMODIFIERS).as_deref())?;
    let (connection, number) = connect().ok()?; // without a display nobody asks for it
    let screen = connection.setup().roots.get(number)?;
    let found = input_method(&connection, screen, &name).unwrap_or_default();
    (!found.serves()).then_some(name)
}

fn default_visual(screen: &Screen) -> Option<Visualtype> {
    let visuals = screen.allowed_depths.iter().flat_map(|depth| &depth.visuals);
    visuals.copied().find(|visual| visual.visual_id == screen.root_visual)
}

/// All of the screen, for a display that knows no monitors.
fn whole(screen: &Screen) -> Monitor {
    Monitor { size: (screen.width_in_pixels.into(), screen.height_in_pixels.into()), ..Monitor::default() }
}

/// The monitor that shows a point of the display; `None` if the display does not say.
pub fn monitor_at(point: (i32, i32)) -> Option<Monitor> {
    let (connection, number) = connect().ok()?;
    let screen = connection.setup().roots.get(number)?;
    let monitors = monitors(&connection, screen).unwrap_or_else(|_| vec![whole(screen)]);
    Monitor::showing(&monitors, point)
}

/// The first of the monitors, as the person has arranged them.
fn monitor(connection: &RustConnection, screen: &Screen) -> Result<Monitor, ReplyError> {
    Ok(monitors(connection, screen)?.first().copied().unwrap_or_else(|| whole(screen)))
}

/// The monitors, the person's first one before the others.
fn monitors(connection: &RustConnection, screen: &Screen) -> Result<Vec<Monitor>, ReplyError> {
    connection.randr_query_version(1, 5)?.reply()?;
    let mut monitors = connection.randr_get_monitors(screen.root, true)?.reply()?.monitors;
    monitors.retain(|monitor| monitor.width > 0 && monitor.height > 0);
    monitors.sort_by_key(|monitor| !monitor.primary);
    let is_one_of_several = monitors.len() > 1;
    let place = |monitor: &MonitorInfo| Monitor {
        corner: (monitor.x.into(), monitor.y.into()),
        size: (monitor.width.into(), monitor.height.into()),
        is_one_of_several,
    };
    Ok(monitors.iter().map(place).collect())
}

/// What the display knows of an input method: Xlib's protocol, "The Input Method Protocol", chapter 3.
fn input_method(connection: &RustConnection, screen: &Screen, name: &str) -> Result<InputMethod, ReplyError> {
    let atom = |name: &str| Ok::<_, ReplyError>(connection.intern_atom(false, name.as_bytes())?.reply()?.atom);
    let (servers, ours) = (atom("XIM_SERVERS")?, atom(&format!("@server={name}"))?);
    let listed = connection.get_property(false, screen.root, servers, AtomEnum::ATOM, 0, LONGEST)?.reply()?;
    let is_listed = listed.value32().into_iter().flatten().any(|server| server == ours);
    let is_running = is_listed && connection.get_selection_owner(ours)?.reply()?.owner != x11rb::NONE;
    let locales = if is_running { locales(connection, screen, ours, atom("LOCALES")?)? } else { None };
    Ok(InputMethod { is_running, locales })
}

/// Asks an input method for the locales that it serves.
fn locales(
    connection: &RustConnection,
    screen: &Screen,
    server: u32,
    target: u32,
) -> Result<Option<String>, ReplyError> {
    let Ok(window) = connection.generate_id() else { return Ok(None) };
    let (class, aux) = (WindowClass::INPUT_ONLY, CreateWindowAux::new());
    connection.create_window(0, window, screen.root, 0, 0, 1, 1, 0, class, screen.root_visual, &aux)?.check()?;
    connection.convert_selection(window, server, target, target, x11rb::CURRENT_TIME)?.check()?;
    let asked = Instant::now();
    while asked.elapsed() < ANSWERS_WITHIN {
        match connection.poll_for_event()? {
            Some(Event::SelectionNotify(answer)) if answer.property == x11rb::NONE => return Ok(None),
            Some(Event::SelectionNotify(answer)) => {
                let said =
                    connection.get_property(true, window, answer.property, AtomEnum::ANY, 0, LONGEST)?.reply()?;
                return Ok(Some(String::from_utf8_lossy(&said.value).into_owned()));
            }
            Some(_) => {}
            None => thread::sleep(PATIENCE),
        }
    }
    Ok(None)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_display_of_this_machine_may_be_called_unix() {
        assert_eq!(local("unix:141").as_deref(), Some(":141"));
        assert_eq!(local(":0"), None);
        assert_eq!(local("unix/host:1"), None);
    }
}

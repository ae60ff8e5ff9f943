//! Puts pictures into an X11 window whole.
//!
//! Xlib sends a picture of more than 256 KiB in strips, a request for each, and what the screen shows between two of them
//! is half of the old picture and half of the new one. So pictures go over a connection of their own, which any client may
//! draw on a window with: from memory that both share (`x11_shared.rs`), or else in one request, as large as the server takes (16 MB on
//! most), and larger ones into a pixmap first that one request copies. The window's own connection keeps the events.
//!
//! That connection also notices first that the display is gone: where Xlib waits for an answer of such a display, it ends the program
//! without a word. So Xlib is asked only when there is something to hear ([`WholePictures::has_news`]), and now and then.
//!
//! A click that is over before the next look is lost in minifb, which only tells the state of a button. X11 lets one client select the
//! presses on a window, and that is minifb; so they are taken from the device itself, as raw events of XInput 2, which any client may.

use x11rb::connection::{Connection, RequestConnection};
use x11rb::errors::{ConnectionError, ReplyError, ReplyOrIdError};
use x11rb::protocol::Event;
use x11rb::protocol::xinput::{self, ConnectionExt as _, Device, XIEventMask};
use x11rb::protocol::xproto::{
    ChangeWindowAttributesAux, ClientMessageEvent, ConnectionExt, CreateGCAux, EventMask, Gcontext, ImageFormat,
    Pixmap, Window,
};
use x11rb::rust_connection::RustConnection;

use super::display::PixelLayout;
use super::x11_shared::Sharing;

/// More than the head of any request that carries a picture, bytes.
const HEAD: usize = 64;

/// A connection that draws on one window.
#[derive(Debug)]
pub struct WholePictures {
    connection: RustConnection,
    window: Window,
    context: Gcontext,
    depth: u8,
    /// The pixels of the display for the values of each colour, where they are not those of the canvas.
    tables: Option<Box<[[u32; 256]; 3]>>,
    /// The picture in those pixels.
    converted: Vec<u32>,
    /// Memory that the display reads pictures from, if it is on this machine.
    sharing: Sharing,
    /// For pictures larger than a request, and its size.
    pixmap: Option<(Pixmap, (u16, u16))>,
    /// The button of a mouse that is its left one; `None` if the display tells no presses.
    left: Option<u32>,
    /// Where it was pressed between the last two calls of [`WholePictures::has_news`].
    pressed: Option<(i16, i16)>,
}

/// The version of XInput from which on raw events come whoever else has grabbed the mouse.
const RAW_EVENTS: (u16, u16) = (2, 2);

/// Windows in windows on the way from the root to ours, at most: that of a window manager and its frames. [own]
const DEEPEST: usize = 16;

impl WholePictures {
    /// Connects to the display of this window, which has pixels of this layout; `None` if the display takes no further
    /// connection.
    pub fn connect(window: usize, layout: PixelLayout) -> Option<Self> {
        let (connection, _) = RustConnection::connect(None).ok()?;
        let window = u32::try_from(window).ok()?;
        let depth = layout.depth;
        if connection.get_geometry(window).ok()?.reply().ok()?.depth != depth {
            return None;
        }
        let context = connection.generate_id().ok()?;
        connection.create_gc(context, window, &CreateGCAux::new().graphics_exposures(0)).ok()?.check().ok()?;
        let heard =
            EventMask::KEY_PRESS | EventMask::KEY_RELEASE | EventMask::STRUCTURE_NOTIFY | EventMask::FOCUS_CHANGE;
        let heard = ChangeWindowAttributesAux::new().event_mask(heard);
        connection.change_window_attributes(window, &heard).ok()?.check().ok()?;
        let tables = (!layout.is_canvas()).then(|| Box::new(layout.tables()));
        let left = hear_presses(&connection, window)
            .inspect_err(|reason| tracing::debug!("the display tells no presses of a button: {reason}"));
        let (left, converted) = (left.ok().flatten(), Vec::new());
        let sharing = Sharing::default();
        Some(Self { connection, window, context, depth, tables, converted, sharing, pixmap: None, left, pressed: None })
    }

    /// Where the left button was pressed in the window before the last call of [`WholePictures::has_news`] and after the one before,
    /// also if it was let go meanwhile; once.
    pub fn take_press(&mut self) -> Option<(i16, i16)> {
        self.pressed.take()
    }

    /// Where the mouse is in this window, if no other one lies over it there.
    fn pointer(&self) -> Result<Option<(i16, i16)>, ReplyError> {
        let mut at = self.connection.query_pointer(self.window)?.reply()?.root;
        for _ in 0..DEEPEST {
            let pointer = self.connection.query_pointer(at)?.reply()?;
            if at == self.window {
                return Ok(pointer.same_screen.then_some((pointer.win_x, pointer.win_y)));
            }
            if pointer.child == x11rb::NONE {
                return Ok(None);
            }
            at = pointer.child;
        }
        Ok(None)
    }

    /// Puts a picture of 32 bits a pixel at the window's upper left corner, and waits until it is there.
    ///
    /// # Errors
    /// If the window or the display is gone.
    pub fn put(&mut self, pixels: &[u32], width: usize, height: usize) -> Result<(), ReplyOrIdError> {
        let (Ok(wide), Ok(high)) = (u16::try_from(width), u16::try_from(height)) else { return Ok(()) };
        if pixels.is_empty() || pixels.len() < width * height {
            return Ok(());
        }
        if let Some([red, green, blue]) = self.tables.as_deref() {
            let mut converted = std::mem::take(&mut self.converted);
            converted.clear();
            converted.extend(pixels[..width * height].iter().map(|pixel| {
                let [_, r, g, b] = pixel.to_be_bytes().map(usize::from);
                red[r] | green[g] | blue[b]
            }));
            let put = self.put_pixels(&converted, (wide, high));
            self.converted = converted;
            return put;
        }
        self.put_pixels(&pixels[..width * height], (wide, high))
    }

    /// Puts pixels of the display's own layout.
    fn put_pixels(&mut self, pixels: &[u32], (wide, high): (u16, u16)) -> Result<(), ReplyOrIdError> {
        let width = usize::from(wide);
        let bytes: &[u8] = bytemuck::cast_slice(pixels);
        if self.sharing.put(&self.connection, (self.window, self.context, self.depth), bytes, (wide, high))? {
            return Ok(());
        }
        let most = self.connection.maximum_request_bytes().saturating_sub(HEAD);
        if bytes.len() <= most {
            return Ok(self.put_rows(self.window, bytes, (wide, high), 0)?);
        }
        let pixmap = self.pixmap(wide, high)?;
        let rows = (most / (4 * width)).max(1);
        for (number, part) in bytes.chunks(rows * 4 * width).enumerate() {
            let high = (part.len() / (4 * width)) as u16; // at most `height`
            self.put_rows(pixmap, part, (wide, high), (number * rows) as i16)?;
        }
        let copied = self.connection.copy_area(pixmap, self.window, self.context, 0, 0, 0, 0, wide, high)?;
        Ok(copied.check()?)
    }

    /// Whether a key or the left button was pressed or the window changed since the last call. The window's own connection hears of
    /// it too, and where a mouse goes and of a closed window only that one.
    ///
    /// # Errors
    /// If the display is gone.
    pub fn has_news(&mut self) -> Result<bool, ConnectionError> {
        let mut news = false;
        self.pressed = None; // what nobody asked for in time was meant for another picture
        loop {
            match self.connection.poll_for_event() {
                Ok(Some(Event::XinputRawButtonPress(press))) => {
                    if Some(press.detail) == self.left
                        && let Ok(Some(at)) = self.pointer()
                    {
                        (self.pressed, news) = (Some(at), true);
                    }
                }
                Ok(Some(_)) => news = true,
                Ok(None) => return Ok(news),
                Err(gone @ ConnectionError::IoError(_)) => return Err(gone),
                Err(_) => return Ok(true), // whatever it is, the window's own connection may know it
            }
        }
    }

    /// Asks the program that manages windows to let this one fill its monitor, above panels. Where there is none, a window
    /// that is as large as the monitor does so anyway.
    ///
    /// # Errors
    /// If the display is gone.
    pub fn ask_full_screen(&self) -> Result<(), ReplyOrIdError> {
        const ADD: u32 = 1;
        let connection = &self.connection;
        let atom = |name: &str| Ok::<_, ReplyOrIdError>(connection.intern_atom(false, name.as_bytes())?.reply()?.atom);
        let (state, full) = (atom("_NET_WM_STATE")?, atom("_NET_WM_STATE_FULLSCREEN")?);
        let root = connection.query_tree(self.window)?.reply()?.root;
        let asked = ClientMessageEvent::new(32, self.window, state, [ADD, full, 0, 1, 0]);
        let heard_by = EventMask::SUBSTRUCTURE_REDIRECT | EventMask::SUBSTRUCTURE_NOTIFY;
        Ok(connection.send_event(false, root, heard_by, asked)?.check()?)
    }

    fn put_rows(&self, on: u32, bytes: &[u8], (wide, high): (u16, u16), top: i16) -> Result<(), ReplyError> {
        let format = ImageFormat::Z_PIXMAP;
        self.connection.put_image(format, on, self.context, wide, high, 0, top, 0, self.depth, bytes)?.check()
    }

    fn pixmap(&mut self, wide: u16, high: u16) -> Result<Pixmap, ReplyOrIdError> {
        if let Some((pixmap, size)) = self.pixmap {
            if size == (wide, high) {
                return Ok(pixmap);
            }
            self.connection.free_pixmap(pixmap)?;
            self.pixmap = None;
        }
        let pixmap = self.connection.generate_id()?;
        self.connection.create_pixmap(self.depth, pixmap, self.window, wide, high)?.check()?;
        self.pixmap = Some((pixmap, (wide, high)));
        Ok(pixmap)
    }
}

/// Lets this connection hear of every press of a button of a mouse. Returns the number of the left one, as the device counts;
/// `None` if the display knows no such events.
fn hear_presses(connection: &RustConnection, window: Window) -> Result<Option<u32>, ReplyError> {
    let version = connection.xinput_xi_query_version(RAW_EVENTS.0, RAW_EVENTS.1)?.reply()?;
    if (version.major_version, version.minor_version) < RAW_EVENTS {
        return Ok(None);
    }
    let root = connection.query_pointer(window)?.reply()?.root;
    let presses = xinput::EventMask { deviceid: Device::ALL_MASTER.into(), mask: vec![XIEventMask::RAW_BUTTON_PRESS] };
    connection.xinput_xi_select_events(root, &[presses])?.check()?;
    // Whoever is left-handed may have changed them round.
    let buttons = connection.get_pointer_mapping()?.reply()?.map;
    Ok(buttons.iter().zip(1..).find_map(|(means, button)| (*means == 1).then_some(button)))
}

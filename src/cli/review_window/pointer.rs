//! What the mouse does, from where it is and whether its button is down at each look.

use crate::screen::canvas::WindowPoint;
use crate::screen::review::Pointer;
use crate::screen::window::WindowInput;

/// Follows the mouse from look to look.
#[derive(Clone, Copy, Debug, Default)]
pub(in crate::cli) struct PointerFollower {
    pointer: Pointer,
    held: Option<WindowPoint>,
}

/// What happened since the last look.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(in crate::cli) struct PointerInput {
    /// Where the button was pressed just now.
    pub pressed: Option<WindowPoint>,
    /// Where the button is held.
    pub held: Option<WindowPoint>,
    /// From where to where the mouse went with its button down that was let go just now.
    pub clicked: Option<[WindowPoint; 2]>,
}

impl PointerFollower {
    /// Takes a look.
    pub(in crate::cli) fn follow(&mut self, input: &WindowInput) -> PointerInput {
        let before = self.pointer.pressed;
        let pressed = input.held.filter(|_| before.is_none());
        let let_go = before.filter(|_| input.held.is_none());
        let clicked = let_go.zip(input.mouse.or(self.held)).map(|(from, to)| [from, to]);
        self.held = input.held;
        self.pointer = Pointer { at: input.mouse, pressed: input.held.and(before.or(pressed)) };
        PointerInput { pressed, held: input.held, clicked }
    }

    /// Where the mouse is.
    pub(in crate::cli) fn pointer(&self) -> Pointer {
        self.pointer
    }
}

#[cfg(test)]
mod tests {
    use euclid::point2;

    use super::*;

    #[test]
    fn a_click_is_a_button_that_is_pressed_and_let_go() {
        let look = |mouse: Option<(f32, f32)>, held: Option<(f32, f32)>| WindowInput {
            mouse: mouse.map(|(x, y)| point2(x, y)),
            held: held.map(|(x, y)| point2(x, y)),
            ..WindowInput::default()
        };
        let mut follower = PointerFollower::default();
        let mut follow = |mouse, held| follower.follow(&look(mouse, held));
        assert_eq!(follow(Some((1.0, 1.0)), None), PointerInput::default());
        assert_eq!(follow(Some((1.0, 1.0)), Some((1.0, 1.0))).pressed, Some(point2(1.0, 1.0)));
        let dragged = follow(Some((5.0, 1.0)), Some((5.0, 1.0)));
        assert_eq!((dragged.pressed, dragged.held), (None, Some(point2(5.0, 1.0))));
        assert_eq!(follow(Some((6.0, 1.0)), None).clicked, Some([point2(1.0, 1.0), point2(6.0, 1.0)]));
        follow(Some((9.0, 1.0)), Some((9.0, 1.0)));
        assert_eq!(follow(None, None).clicked, Some([point2(9.0, 1.0); 2]), "let go outside the window");
        assert_eq!(follower.pointer(), Pointer::default());
    }
}

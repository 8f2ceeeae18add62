//! The actions of a plan, packed: nearly all of them move a task, and a plan may have ten million.

use crate::site::{
    InterfaceId, OptionalId, TaskId,
    id::{Id, IdVec},
    work,
};

use super::Action;

/// A list of actions in eight bytes each.
///
/// A word holds a task and its interface; what is no move stands aside, and its word says where.
#[derive(Clone, Debug)]
pub(super) struct Actions {
    words: Vec<u64>,
    others: IdVec<Aside, Action>,
}

/// An action that is no move.
#[derive(Clone, Copy, Debug)]
struct Aside(usize);

impl Id for Aside {
    fn from_index(index: usize) -> Self {
        Self(index)
    }

    fn index(self) -> usize {
        self.0
    }
}

/// In place of an interface: the action is no move, and stands aside.
const ASIDE: u32 = u32::MAX - 1;

impl Default for Actions {
    fn default() -> Self {
        Self::room_for(0)
    }
}

impl Actions {
    /// So many actions, each to be put in its place by [`Actions::put`].
    pub(super) fn room_for(len: usize) -> Self {
        Self { words: vec![0; len], others: IdVec::new() }
    }

    pub(super) const fn len(&self) -> usize {
        self.words.len()
    }

    pub(super) fn get(&self, index: usize) -> Option<Action> {
        self.words.get(index).map(|&word| self.unpack(word))
    }

    pub(super) fn iter(&self) -> impl ExactSizeIterator<Item = Action> {
        self.words.iter().map(|&word| self.unpack(word))
    }

    pub(super) fn push(&mut self, action: Action) {
        let word = self.pack(action);
        self.words.push(word);
    }

    /// Puts an action in a place that there is.
    pub(super) fn put(&mut self, index: usize, action: Action) {
        let word = self.pack(action);
        if let Some(place) = self.words.get_mut(index) {
            *place = word;
        }
    }

    /// Puts the move of a task in a place that there is.
    #[inline]
    pub(super) fn put_move(&mut self, index: usize, task: TaskId, to: OptionalId<InterfaceId>) {
        match self.words.get_mut(index) {
            Some(place) if to.bits() != ASIDE => *place = word(task.index(), to.bits()),
            _ => self.put(index, Action::Reassign { task, to: to.id() }),
        }
    }

    /// Keeps the first `len`.
    pub(super) fn truncate(&mut self, len: usize) {
        self.words.truncate(len);
    }

    #[inline]
    fn pack(&mut self, action: Action) -> u64 {
        work::note(1);
        if let Action::Reassign { task, to } = action {
            let to = OptionalId::from(to).bits();
            if to != ASIDE {
                return word(task.index(), to);
            }
        }
        word(self.others.push(action).index(), ASIDE)
    }

    #[inline]
    fn unpack(&self, word: u64) -> Action {
        work::note(1);
        let (high, low) = halves(word);
        if low == ASIDE {
            return self.others[Aside(high)];
        }
        Action::Reassign { task: TaskId::new(high), to: OptionalId::of_bits(low).id() }
    }
}

impl FromIterator<Action> for Actions {
    fn from_iter<I: IntoIterator<Item = Action>>(actions: I) -> Self {
        let mut packed = Self::default();
        actions.into_iter().for_each(|action| packed.push(action));
        packed
    }
}

/// Indices count to a `u32` at most: sites and plans are limited to that.
const fn word(high: usize, low: u32) -> u64 {
    (high as u64) << 32 | low as u64
}

#[expect(clippy::cast_possible_truncation, reason = "each half is taken for itself")]
const fn halves(word: u64) -> (usize, u32) {
    ((word >> 32) as usize, word as u32)
}

#[cfg(test)]
mod tests {
    use crate::{
        site::{HostId, InterfaceId, TaskId},
        transition::{Action, KillValue},
    };

    use super::Actions;

    fn some() -> Vec<Action> {
        let reassign = |task, to: Option<usize>| Action::Reassign {
            task: TaskId::new(task),
            to: to.map(InterfaceId::new),
        };
        vec![
            reassign(0, None),
            Action::SetKill { value: KillValue::Https },
            reassign(7, Some(0)),
            reassign(u32::MAX as usize - 1, Some(u32::MAX as usize - 1)),
            reassign(3, Some(u32::MAX as usize - 2)),
            Action::Restart { host: HostId::new(2) },
        ]
    }

    #[test]
    fn what_is_packed_comes_out_again() {
        let packed: Actions = some().into_iter().collect();
        assert_eq!(packed.len(), some().len());
        assert_eq!(packed.iter().collect::<Vec<_>>(), some());
        assert_eq!(packed.get(3), Some(some()[3]));
        assert_eq!(packed.get(6), None);
    }

    #[test]
    fn places_are_filled_in_any_order() {
        let mut packed = Actions::room_for(some().len());
        for (index, action) in some().into_iter().enumerate().rev() {
            packed.put(index, action);
        }
        packed.truncate(5);
        assert_eq!(packed.iter().collect::<Vec<_>>(), some()[..5]);
    }
}

//! Typed indices: a host, a task and an interface are numbers inside the engine, names at its borders.

use core::{
    fmt,
    marker::PhantomData,
    ops::{Index, IndexMut},
};

use super::work;

/// A number that names one element of an [`IdVec`].
pub(crate) trait Id: Copy {
    /// The id of the element at `index`.
    fn from_index(index: usize) -> Self;
    /// The element's place.
    fn index(self) -> usize;
}

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(u32);

        impl $name {
            /// The position in the site, counted from 0 in file order.
            #[must_use]
            pub const fn index(self) -> usize {
                self.0 as usize
            }

            /// The id of the element at `index`.
            ///
            /// Validation refuses sites with more elements than a `u32` counts, so nothing is cut off.
            #[expect(clippy::cast_possible_truncation, reason = "sites are limited to u32 elements")]
            pub(crate) const fn new(index: usize) -> Self {
                Self(index as u32)
            }
        }

        impl Id for $name {
            fn from_index(index: usize) -> Self {
                Self::new(index)
            }

            fn index(self) -> usize {
                self.0 as usize
            }
        }
    };
}

id! {
    /// A host of one [`Site`](super::Site), by its position in the file.
    HostId
}
id! {
    /// A task or event of one [`Site`](super::Site), by its position in the file.
    TaskId
}
id! {
    /// An interface of one [`Site`](super::Site): a pair of host and text, whether it is entered there or only named by a task.
    InterfaceId
}

id! {
    /// A setting that is wanted on one host of one [`Site`](super::Site).
    SettingId
}

/// A vector that is indexed by its own kind of id, so that a task's number never picks a host.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct IdVec<I, T> {
    items: Vec<T>,
    _id: PhantomData<fn() -> I>,
}

impl<I: Id, T> IdVec<I, T> {
    pub(crate) const fn new() -> Self {
        Self { items: Vec::new(), _id: PhantomData }
    }

    pub(crate) fn with_capacity(capacity: usize) -> Self {
        Self { items: Vec::with_capacity(capacity), _id: PhantomData }
    }

    /// `len` items, each made anew.
    pub(crate) fn filled_with(make: impl FnMut() -> T, len: usize) -> Self {
        let mut items = Vec::new();
        items.resize_with(len, make);
        Self { items, _id: PhantomData }
    }

    /// `len` copies of `item`.
    pub(crate) fn filled(item: T, len: usize) -> Self
    where
        T: Clone,
    {
        work::note(len);
        Self { items: vec![item; len], _id: PhantomData }
    }

    pub(crate) fn push(&mut self, item: T) -> I {
        work::note(1);
        let id = I::from_index(self.items.len());
        self.items.push(item);
        id
    }

    pub(crate) fn len(&self) -> usize {
        self.items.len()
    }

    /// Not `get`: lints take types with that method for slices, and indexing by them for a panic.
    pub(crate) fn find(&self, id: I) -> Option<&T> {
        work::note(1);
        self.items.get(id.index())
    }

    pub(crate) fn iter(&self) -> core::slice::Iter<'_, T> {
        work::note(self.items.len());
        self.items.iter()
    }

    pub(crate) fn ids(&self) -> impl DoubleEndedIterator<Item = I> + use<I, T> {
        work::note(self.items.len());
        (0..self.items.len()).map(I::from_index)
    }

    pub(crate) fn iter_enumerated(&self) -> impl DoubleEndedIterator<Item = (I, &T)> {
        work::note(self.items.len());
        self.items.iter().enumerate().map(|(index, item)| (I::from_index(index), item))
    }
}

impl<I: Id, T> Index<I> for IdVec<I, T> {
    type Output = T;

    #[expect(clippy::indexing_slicing, reason = "ids are made only by the vector that they index")]
    #[inline]
    fn index(&self, id: I) -> &T {
        work::note(1);
        &self.items[id.index()]
    }
}

impl<I: Id, T> IndexMut<I> for IdVec<I, T> {
    #[expect(clippy::indexing_slicing, reason = "ids are made only by the vector that they index")]
    #[inline]
    fn index_mut(&mut self, id: I) -> &mut T {
        work::note(1);
        &mut self.items[id.index()]
    }
}

impl<I, T> Default for IdVec<I, T> {
    fn default() -> Self {
        Self { items: Vec::new(), _id: PhantomData }
    }
}

impl<I, T: fmt::Debug> fmt::Debug for IdVec<I, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(&self.items).finish()
    }
}

impl<I: Id, T> FromIterator<T> for IdVec<I, T> {
    fn from_iter<It: IntoIterator<Item = T>>(iter: It) -> Self {
        Self { items: iter.into_iter().collect(), _id: PhantomData }
    }
}

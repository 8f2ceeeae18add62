//! How often, and how much, a piece of work asks for memory.

use std::{
    alloc::{GlobalAlloc, Layout, System},
    hint::black_box,
    sync::atomic::{AtomicBool, AtomicIsize, AtomicUsize, Ordering::Relaxed},
};

/// The system's allocator, which counts while [`of`] runs. At all other times it only looks at one flag.
pub struct Counting;

static ON: AtomicBool = AtomicBool::new(false);
static CALLS: AtomicUsize = AtomicUsize::new(0);
static HELD: AtomicIsize = AtomicIsize::new(0);
static PEAK: AtomicIsize = AtomicIsize::new(0);

/// What a piece of work asked for.
#[derive(Debug, Clone, Copy, Default)]
pub struct Heap {
    /// How often it asked, growing a block included.
    pub allocations: usize,
    /// The most it held at a time, in bytes, its result included.
    pub peak: usize,
}

/// Runs `work` once and counts; giving back what was held before does not count against it.
pub fn of<T>(work: impl FnOnce() -> T) -> Heap {
    CALLS.store(0, Relaxed);
    HELD.store(0, Relaxed);
    PEAK.store(0, Relaxed);
    ON.store(true, Relaxed);
    let result = black_box(work());
    ON.store(false, Relaxed);
    drop(result);
    Heap { allocations: CALLS.load(Relaxed), peak: PEAK.load(Relaxed).unsigned_abs() }
}

#[cold]
fn asked(new: usize) {
    CALLS.fetch_add(1, Relaxed);
    let held = HELD.fetch_add(new.cast_signed(), Relaxed) + new.cast_signed();
    PEAK.fetch_max(held, Relaxed);
}

#[cold]
fn gave_back(old: usize) {
    HELD.fetch_sub(old.cast_signed(), Relaxed);
}

// SAFETY: every call goes to the system's allocator as it came.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        if ON.load(Relaxed) {
            asked(layout.size());
        }
        // SAFETY: as the caller's.
        unsafe { System.alloc(layout) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        if ON.load(Relaxed) {
            asked(layout.size());
        }
        // SAFETY: as the caller's.
        unsafe { System.alloc_zeroed(layout) }
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        if ON.load(Relaxed) {
            gave_back(layout.size());
        }
        // SAFETY: as the caller's.
        unsafe { System.dealloc(block, layout) }
    }

    /// Counted as if the block always moved: the old and the new one are held together for a moment.
    unsafe fn realloc(&self, block: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        if ON.load(Relaxed) {
            asked(size);
            gave_back(layout.size());
        }
        // SAFETY: as the caller's.
        unsafe { System.realloc(block, layout, size) }
    }
}

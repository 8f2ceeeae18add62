//! One host of a state, with its interfaces counted by what makes them live.

use std::collections::BTreeMap;

use crate::{
    safety::{Grade, Liveness, Membership},
    site::{Column, Host, PortNumber, PortState, Ports, Reliance, Retired, Scheme, Transport},
};

use super::{demand::Demand, setting::HostSettings};

/// Interfaces that live and die together: those of one host with the same scheme and number.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Bucket {
    /// Interfaces that are entered.
    pub(super) present: u32,
    /// Tasks that name one of them.
    pub(super) named: Demand,
}

impl Bucket {
    pub(super) fn is_named(&self) -> bool {
        self.named.iter().any(|&count| count > 0)
    }

    pub(super) fn add(&mut self, other: &Self) {
        self.present += other.present;
        for (mine, theirs) in self.named.iter_mut().zip(other.named) {
            *mine += theirs;
        }
    }

    pub(super) fn subtract(&mut self, other: &Self) {
        self.present = self.present.saturating_sub(other.present);
        for (mine, theirs) in self.named.iter_mut().zip(other.named) {
            *mine = mine.saturating_sub(theirs);
        }
    }
}

/// What is counted of one host.
#[derive(Clone, Debug)]
pub(super) struct HostCensus {
    pub(super) configured: Ports,
    pub(super) running: Ports,
    pub(super) reliance: Reliance,
    pub(super) in_goal: bool,
    /// By transport and number, where their bucket is.
    places: BTreeMap<(Transport, PortNumber), usize>,
    numbered: Vec<Bucket>,
    /// All of one transport.
    total: [Bucket; 3],
    bare: Bucket,
    other: Bucket,
    /// Legs that may pick any interface of the host.
    pub(super) legs: Demand,
    pub(super) settings: HostSettings,
}

impl HostCensus {
    /// A host with no interface entered, no leg and no setting counted.
    pub(super) fn uncounted(host: &Host) -> Self {
        Self {
            configured: host.configured(),
            running: host.running(),
            reliance: host.reliance(),
            in_goal: !host.is_excepted(),
            places: BTreeMap::new(),
            numbered: Vec::new(),
            total: [Bucket::default(); 3],
            bare: Bucket::default(),
            other: Bucket::default(),
            legs: Demand::default(),
            settings: HostSettings::default(),
        }
    }

    pub(super) const fn next(&self) -> Ports {
        let mut next = self.configured;
        next.https = self.reliance.settled(next.https);
        next
    }

    pub(super) const fn ports(&self, column: Column) -> Ports {
        match column {
            Column::Now => self.running,
            Column::Next => self.next(),
        }
    }

    pub(super) fn has_legs(&self) -> bool {
        self.legs.iter().any(|&count| count > 0)
    }

    pub(super) fn interfaces(&self) -> u32 {
        let numbered: u32 = self.total.iter().map(|bucket| bucket.present).sum();
        numbered + self.bare.present + self.other.present
    }

    /// How many interfaces may use a retired transport.
    pub(super) fn exposed(&self, retired: Retired) -> u32 {
        let numbered: u32 = retired.iter().map(|transport| self.total(transport).present).sum();
        // A site always retires something, so texts that may mean anything always count.
        numbered + self.bare.present + self.other.present
    }

    fn of_number(&self, transport: Transport, number: PortNumber) -> Bucket {
        let place = self.places.get(&(transport, number)).copied();
        place.and_then(|place| self.numbered.get(place)).copied().unwrap_or_default()
    }

    fn total(&self, transport: Transport) -> Bucket {
        let [ftp, http, https] = self.total;
        match transport {
            Transport::Ftp => ftp,
            Transport::Http => http,
            Transport::Https => https,
        }
    }

    /// Every group of interfaces with the liveness that it has under `ports`.
    pub(super) fn groups(&self, ports: Ports) -> [(Liveness, Bucket); 8] {
        let [ftp, http, https] = Transport::ALL.map(|transport| self.split(transport, ports));
        let bare = (Liveness::of_bare(ports), self.bare);
        [ftp.0, ftp.1, http.0, http.1, https.0, https.1, bare, (Liveness::Possible, self.other)]
    }

    /// The interfaces of a transport: those of the number that is on, and the rest.
    fn split(
        &self,
        transport: Transport,
        ports: Ports,
    ) -> ((Liveness, Bucket), (Liveness, Bucket)) {
        let mut rest = self.total(transport);
        match ports.of(transport) {
            PortState::On(number) => {
                let live = self.of_number(transport, number);
                rest.subtract(&live);
                ((Liveness::Certain, live), (Liveness::Dead, rest))
            }
            PortState::Off => ((Liveness::Certain, Bucket::default()), (Liveness::Dead, rest)),
            PortState::Unknown => ((Liveness::Possible, rest), (Liveness::Dead, Bucket::default())),
        }
    }

    /// The grade of a leg that may pick any interface, under `ports`.
    pub(super) fn set_grade(&self, ports: Ports) -> Grade {
        self.membership(ports).grade()
    }

    pub(super) fn membership(&self, ports: Ports) -> Membership {
        let mut members = Membership::default();
        for (liveness, bucket) in self.groups(ports) {
            match liveness {
                Liveness::Certain => members.certain += bucket.present,
                Liveness::Possible => members.possible += bucket.present,
                Liveness::Dead => members.dead += bucket.present,
            }
        }
        members
    }

    /// The interfaces that are less live under `new` than under `old`.
    pub(super) fn lowered(&self, old: Ports, new: Ports) -> Bucket {
        let mut lowered = Bucket::default();
        for transport in Transport::ALL {
            match (old.of(transport), new.of(transport)) {
                (old, new) if old == new => {}
                (PortState::On(number), _) => lowered.add(&self.of_number(transport, number)),
                (PortState::Unknown, PortState::On(number)) => {
                    lowered.add(&self.total(transport));
                    lowered.subtract(&self.of_number(transport, number));
                }
                (PortState::Unknown, _) => lowered.add(&self.total(transport)),
                (PortState::Off, _) => {}
            }
        }
        if Liveness::of_bare(new) < Liveness::of_bare(old) {
            lowered.add(&self.bare);
        }
        lowered
    }

    /// The place of the bucket of a number; `None` where the scheme has none.
    pub(super) fn place_of(&mut self, scheme: Scheme, number: Option<PortNumber>) -> Option<usize> {
        let key = (scheme.transport()?, number?);
        let next = self.numbered.len();
        let place = *self.places.entry(key).or_insert(next);
        if place == next {
            self.numbered.push(Bucket::default());
        }
        Some(place)
    }

    pub(super) fn buckets_of(
        &mut self,
        scheme: Scheme,
        place: Option<usize>,
    ) -> [Option<&mut Bucket>; 2] {
        let [ftp, http, https] = &mut self.total;
        let total = match scheme {
            Scheme::Bare => &mut self.bare,
            Scheme::Other => &mut self.other,
            Scheme::Ftp => ftp,
            Scheme::Http => http,
            Scheme::Https => https,
        };
        [Some(total), place.and_then(|place| self.numbered.get_mut(place))]
    }
}

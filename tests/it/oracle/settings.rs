//! Settings: wanted values of stpd.ini beside the ports.

use serde_json::{Value, json};

use super::condition::Exposure;
use super::text::Text;
use super::world::{Host, World};

/// What a key has, in stpd.ini or running.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Held {
    Absent,
    Unknown,
    Text(Text),
}

impl Held {
    pub(crate) fn from_json(value: &Value) -> Self {
        match value {
            Value::String(text) => Self::Text(text.as_str().into()),
            table if table["state"] == "absent" => Self::Absent,
            table if table["state"] == "unknown" => Self::Unknown,
            other => panic!("not a value: {other}"),
        }
    }

    pub(crate) fn to_json(&self) -> Value {
        match self {
            Self::Absent => json!({ "state": "absent" }),
            Self::Unknown => json!({ "state": "unknown" }),
            Self::Text(text) => json!(text),
        }
    }
}

/// A setting that is wanted on a host.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Setting {
    pub(crate) section: Text,
    pub(crate) key: Text,
    pub(crate) wanted: Text,
    pub(crate) configured: Held,
    pub(crate) running: Held,
}

impl Setting {
    fn is_called(&self, section: &str, key: &str) -> bool {
        self.section.eq_ignore_ascii_case(section) && self.key.eq_ignore_ascii_case(key)
    }

    /// In the file and running, or exposed.
    pub(crate) fn exposure(&self, host: &Text) -> Option<Exposure> {
        let wanted = Held::Text(self.wanted.clone());
        let is_exposed = self.configured != wanted || self.running != wanted;
        let exposure = || Exposure::Setting(host.clone(), self.section.clone(), self.key.clone());
        is_exposed.then(exposure)
    }
}

impl Host {
    pub(crate) fn setting(&self, section: &str, key: &str) -> Option<&Setting> {
        self.settings.iter().find(|setting| setting.is_called(section, key))
    }

    pub(crate) fn setting_mut(&mut self, section: &str, key: &str) -> Option<&mut Setting> {
        self.settings.iter_mut().find(|setting| setting.is_called(section, key))
    }

    /// What is listed of the host's settings in a site file.
    pub(crate) fn settings_to_json(&self) -> Value {
        let told = |it: &Setting| {
            json!({
                "section": it.section, "key": it.key,
                "configured": it.configured.to_json(), "running": it.running.to_json(),
            })
        };
        self.settings.iter().map(told).collect()
    }
}

fn text(value: &Value, or: &str) -> Text {
    value.as_str().unwrap_or(or).into()
}

/// The settings of a host, as a site file wants and tells them.
pub(crate) fn of_host(site: &Value, host: &Value) -> Vec<Setting> {
    let rows = |value: &Value| value.as_array().cloned().unwrap_or_default();
    let is_here =
        |row: &Value| row.get("hosts").is_none_or(|hosts| rows(hosts).contains(&host["name"]));
    let wanted = rows(&site["settings"]).into_iter().filter(is_here).map(|row| Setting {
        section: text(&row["section"], "STPD_Server"),
        key: text(&row["key"], ""),
        wanted: text(&row["value"], ""),
        configured: Held::Absent,
        running: Held::Absent,
    });
    let mut settings: Vec<Setting> = wanted.collect();
    for row in rows(&host["settings"]) {
        let section = text(&row["section"], "STPD_Server");
        let key = text(&row["key"], "");
        let setting = settings.iter_mut().find(|it| it.is_called(&section, &key)).unwrap();
        setting.configured = row.get("configured").map_or(Held::Absent, Held::from_json);
        setting.running =
            row.get("running").map_or_else(|| setting.configured.clone(), Held::from_json);
    }
    settings
}

/// The settings of a world as a site file wants them: each for its own host.
pub(crate) fn wanted_to_json(world: &World) -> Value {
    let of_host = |host: &Host| {
        let name = host.name.clone();
        let wanted = move |it: &Setting| json!({ "section": it.section, "key": it.key, "value": it.wanted, "hosts": [name] });
        host.settings.iter().map(wanted).collect::<Vec<_>>()
    };
    world.hosts.iter().flat_map(of_host).collect()
}

//! The steps, read from and written to plan files.

use serde_json::{Value, json};

use super::port::{Ports, Transport, ports_from_json, ports_to_json};
use super::settings::Held;
use super::text::Text;

/// Only a rollback restores ports, adds an interface with a listener or at a position, sets kill to anything but `https`
/// and a setting to anything but what is wanted.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) enum Step {
    EnablePort { host: Text, transport: Transport, port: u16 },
    DisablePort { host: Text, transport: Transport },
    Restart { host: Text },
    AddInterface { host: Text, text: Text, listener: Option<u16>, position: Option<usize> },
    RemoveInterface { host: Text, text: Text },
    SetKill { value: Option<Text> },
    Reassign { task: Text, reference: Option<Text> },
    SetIni { host: Text, section: Text, key: Text, value: Held },
    RestorePorts { host: Text, ports: Ports },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Direction {
    Forward,
    Rollback,
}

impl Step {
    /// Reads the `action` of a step of a plan file.
    pub(crate) fn from_json(action: &Value) -> Self {
        let text = |name: &str| Text::from(action[name].as_str().unwrap());
        let number = |name: &str| u16::try_from(action.get(name)?.as_u64()?).ok();
        let host = || text("host");
        let transport = || Transport::named(&text("transport")).unwrap();
        match &*text("type") {
            "enable-port" => Self::EnablePort {
                host: host(),
                transport: transport(),
                port: number("port").unwrap(),
            },
            "disable-port" => Self::DisablePort { host: host(), transport: transport() },
            "restart" => Self::Restart { host: host() },
            "add-interface" => Self::AddInterface {
                host: host(),
                text: text("interface"),
                listener: number("listener"),
                position: number("position").map(usize::from),
            },
            "remove-interface" => Self::RemoveInterface { host: host(), text: text("interface") },
            "set-kill" => Self::SetKill { value: action["value"].as_str().map(Text::from) },
            "reassign" => Self::Reassign {
                task: text("task"),
                reference: Some(text("interface")).filter(|text| !text.is_empty()),
            },
            "set-ini" => Self::SetIni {
                host: host(),
                section: text("section"),
                key: text("key"),
                value: Held::from_json(&action["value"]),
            },
            "restore-ports" => Self::RestorePorts { host: host(), ports: ports_from_json(action) },
            other => panic!("not an action: {other}"),
        }
    }

    pub(crate) fn to_json(&self) -> Value {
        match self {
            Self::EnablePort { host, transport, port } => json!({
                "type": "enable-port", "host": host, "transport": transport.name(), "port": port
            }),
            Self::DisablePort { host, transport } => json!({
                "type": "disable-port", "host": host, "transport": transport.name()
            }),
            Self::Restart { host } => json!({ "type": "restart", "host": host }),
            Self::AddInterface { host, text, listener, position } => {
                let mut action =
                    json!({ "type": "add-interface", "host": host, "interface": text });
                if let Some(listener) = listener {
                    action["listener"] = json!(listener);
                }
                if let Some(position) = position {
                    action["position"] = json!(position);
                }
                action
            }
            Self::RemoveInterface { host, text } => json!({
                "type": "remove-interface", "host": host, "interface": text
            }),
            Self::SetKill { value } => json!({ "type": "set-kill", "value": value }),
            Self::Reassign { task, reference } => json!({
                "type": "reassign", "task": task, "interface": reference.as_deref().unwrap_or("")
            }),
            Self::SetIni { host, section, key, value } => json!({
                "type": "set-ini", "host": host, "section": section, "key": key,
                "value": value.to_json(),
            }),
            Self::RestorePorts { host, ports } => {
                let mut action = ports_to_json(ports);
                action["type"] = json!("restore-ports");
                action["host"] = json!(host);
                action
            }
        }
    }

    pub(crate) fn is_restart(&self) -> bool {
        matches!(self, Self::Restart { .. })
    }
}

/// Reads the steps of a plan file.
pub(crate) fn steps_from_json(plan: &Value) -> Vec<Step> {
    plan["steps"].as_array().unwrap().iter().map(|step| Step::from_json(&step["action"])).collect()
}

/// Writes a plan file by hand: nothing but the actions.
pub(crate) fn steps_to_json(steps: &[Step], direction: &str) -> Value {
    let steps: Vec<Value> = steps.iter().map(|step| json!({ "action": step.to_json() })).collect();
    json!({ "format_version": "1.0", "direction": direction, "steps": steps })
}

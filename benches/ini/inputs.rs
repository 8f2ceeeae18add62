//! The texts, made up by rules and the same ones each time.
//!
//! `mix` and `long` follow what files of others look like: most blocks are short, a few are very long; comments, some
//! of them commented keys; blank lines; keys of 3 to 20 bytes. All of it is also syntax of git, so that `gix-config`
//! and `git config` can take part.

use std::fmt::Write as _;

/// A text, the key an edit is about, and names to look up.
pub struct Text {
    pub name: &'static str,
    pub bytes: Vec<u8>,
    pub section: &'static str,
    pub key: &'static str,
    /// Sections with keys, spread over the text; some are not there.
    pub names: Vec<(String, String)>,
}

impl Text {
    pub fn str(&self) -> &str {
        std::str::from_utf8(&self.bytes).expect("all of it is ASCII")
    }

    pub fn mean_line(&self) -> f64 {
        self.bytes.len() as f64 / memchr::memchr_iter(b'\n', &self.bytes).count() as f64
    }
}

pub const SECTION: &str = "gateway";
pub const KEY: &str = "listen-port";
/// The mean length of a line with its terminator.
pub const MIX: f64 = 22.0;
pub const LONG: f64 = 80.0;
pub const MB: usize = 1_000_000;

const STPD: &str = "\
# SEP sesam Transfer Protocol Server (STPD)
# Changes take effect when the service is started again.

[STPD_Server]
; unsecure ports
STPD_PORT=11001
STPD_HTTP_PORT=11000
; secure port
STPD_HTTPS_PORT=11443
#STPD_HTTPS_PORT=443
STPD_HTTPS_CERT=/var/opt/sesam/var/ini/ssl/stpd.crt
STPD_HTTPS_KEY=/var/opt/sesam/var/ini/ssl/stpd.key
STPD_LISTEN=0.0.0.0
STPD_TIMEOUT=3600
STPD_MAX_CONNECTIONS=512

[PATHES]
gv_rw=/var/opt/sesam/var
gv_ro=/opt/sesam
gv_rw_lis=/var/opt/sesam/var/lis
gv_rw_prot=/var/opt/sesam/var/prot
gv_rw_tmp=/var/opt/sesam/var/tmp
gv_rw_work=/var/opt/sesam/var/work

[Trace]
; 0 = off, 5 = everything
SMS_TRACE=1
CTRL_TRACE=0
ERROR_LOG=/var/opt/sesam/var/log/lgc/error.log
MAX_SIZE=10485760
KEEP=7

[SM_STPD]
SUBPROCESSES = 64
BLOCK_SIZE = 262144
BUFFERS = 16

[SSL]
PROTOCOLS = TLSv1.2 TLSv1.3
CIPHERS = HIGH:!aNULL:!MD5
VERIFY_PEER = 0
";

/// A genuine-looking stpd.ini; the key of the edit stands in its first third, or in its last line.
pub fn small(crlf: bool, last: bool) -> Text {
    let (section, key) = if last { ("SSL", "VERIFY_PEER") } else { ("STPD_Server", "STPD_PORT") };
    let name = match (crlf, last) {
        (false, false) => "small",
        (false, true) => "small, last line",
        (true, false) => "small CRLF",
        (true, true) => "small CRLF, last line",
    };
    let bytes = if crlf { STPD.replace('\n', "\r\n") } else { STPD.to_owned() }.into_bytes();
    assert!((850..1000).contains(&bytes.len()), "0.9 KB: {}", bytes.len());
    Text { name, bytes, section, key, names: Vec::new() }
}

/// The same text where git can read it: it has no underscores in names.
pub fn small_for_git() -> Text {
    let bytes = STPD.replace('_', "-").into_bytes();
    Text { name: "small", bytes, section: "STPD-Server", key: "STPD-PORT", names: Vec::new() }
}

/// Lines as short as they are in genuine files; the key in the middle.
pub fn mix(len: usize) -> Text {
    usual("mix", len, MIX)
}

/// Long lines; the key in the middle.
pub fn long(len: usize) -> Text {
    usual("long", len, LONG)
}

/// The lines of `mix` under a single header; the key at the end.
pub fn one_section(len: usize) -> Text {
    let mut writer = Writer::new(MIX);
    writer.header(SECTION);
    while writer.text.len() < len {
        writer.line();
    }
    writer.target();
    writer.finish("one section")
}

/// As `mix`, but the key's bytes stand in every line: as a part of other keys, in values, in comments, and as that key
/// itself in other sections.
pub fn look_alikes(len: usize) -> Text {
    let mut writer = Writer::new(MIX);
    while writer.text.len() < len {
        for half in 0..2 {
            let here = writer.text.len() >= len / 2 && writer.target_line.is_none();
            let name =
                if here { SECTION.to_owned() } else { format!("{SECTION}-{}", writer.lines) };
            writer.header(&name);
            for _ in 0..writer.dice.block() {
                let at = writer.lines;
                match (at + half) % 5 {
                    0 => writer.put(&format!("{KEY}s = {at}")),
                    1 => writer.put(&format!("x-{KEY}={at}")),
                    2 => writer.put(&format!("# {KEY} is {}", at % 100)),
                    3 => writer.put(&format!("peer{}={KEY}", at % 1000)),
                    _ if here => writer.put(&format!("{KEY}-{at}=1")),
                    _ => writer.put(&format!("{KEY} = {at}")),
                }
            }
            if here {
                writer.target();
            }
        }
    }
    writer.finish("look-alikes")
}

/// As `mix` without the key.
pub fn absent(len: usize) -> Text {
    let text = mix(len);
    let text_without = text.str().replace(KEY, "listen-part");
    Text { name: "key absent", bytes: text_without.into_bytes(), ..text }
}

fn usual(name: &'static str, len: usize, mean: f64) -> Text {
    let mut writer = Writer::new(mean);
    let mut block = 0_usize;
    while writer.text.len() < len {
        let here = writer.text.len() >= len / 2 && writer.target_line.is_none();
        block += 1;
        // One block in fifty goes on with a section that was there before.
        let name = match block % 50 {
            _ if here => SECTION.to_owned(),
            0 => writer.sections[writer.dice.below(writer.sections.len())].clone(),
            _ => format!("{}-{block}", writer.dice.pick(WORDS)),
        };
        writer.header(&name);
        let lines = writer.dice.block();
        for line in 0..lines {
            if here && line == lines / 2 {
                writer.target();
            }
            writer.line();
        }
        // The same key elsewhere, as files have it.
        if block % 1_000 == 7 {
            writer.put(&format!("{KEY} = 8080"));
        }
        if block % 2_000 == 9 {
            writer.put(&format!("# {KEY} = 8080"));
        }
    }
    let text = writer.finish(name);
    let found = text.mean_line();
    assert!((found / mean - 1.0).abs() <= 0.05, "{name}: the mean line has {found} bytes");
    text
}

const WORDS: &[&str] = &[
    "add", "all", "auth", "backup", "base", "bind", "cache", "cert", "client", "color", "count",
    "data", "debug", "default", "delay", "depth", "dir", "enable", "error", "file", "filter",
    "font", "group", "home", "host", "icon", "idle", "image", "index", "input", "key", "lang",
    "level", "limit", "listen", "local", "log", "mail", "max", "memory", "min", "mode", "name",
    "net", "node", "output", "path", "peer", "port", "proxy", "query", "queue", "rate", "retry",
    "root", "scale", "server", "size", "socket", "source", "state", "store", "style", "target",
    "temp", "theme", "thread", "time", "title", "token", "trace", "type", "update", "url", "user",
    "value", "version", "view", "width", "window", "zone",
];

struct Writer {
    text: String,
    lines: usize,
    mean: f64,
    dice: Dice,
    sections: Vec<String>,
    /// Section and key of every key line that was written by chance.
    keys: Vec<(u32, String)>,
    section: u32,
    spaced: bool,
    target_line: Option<usize>,
}

impl Writer {
    fn new(mean: f64) -> Self {
        Self {
            text: String::new(),
            lines: 0,
            mean,
            dice: Dice(1),
            sections: Vec::new(),
            keys: Vec::new(),
            section: 0,
            spaced: false,
            target_line: None,
        }
    }

    fn put(&mut self, line: &str) {
        self.text.push_str(line);
        self.text.push('\n');
        self.lines += 1;
    }

    fn header(&mut self, name: &str) {
        self.put(&format!("[{name}]"));
        self.sections.push(name.to_owned());
        self.section = u32::try_from(self.sections.len() - 1).expect("few");
        self.spaced = self.dice.below(2) == 0;
    }

    fn delimiter(&self) -> &'static str {
        if self.spaced { " = " } else { "=" }
    }

    fn target(&mut self) {
        self.target_line = Some(self.lines);
        self.put(&format!("{KEY}{}11001", self.delimiter()));
    }

    /// 17 of 100 are comments, a third of them commented keys; 11 are blank (of all lines, headers among them: 15 and 10).
    fn line(&mut self) {
        match self.dice.below(100) {
            0..6 => {
                let key = self.key();
                self.text.push_str(if self.spaced { "# " } else { ";" });
                self.key_line(&key);
            }
            6..17 => {
                let wanted = (self.mean * 1.2) as usize + self.dice.below(self.mean as usize);
                let mut line = String::from("#");
                while line.len() < wanted {
                    let _ = write!(line, " {}", self.dice.pick(WORDS));
                }
                self.put(&line);
            }
            17..28 => self.put(""),
            _ => {
                let key = self.key();
                self.key_line(&key);
                self.keys.push((self.section, key));
            }
        }
    }

    /// Of 3 to 20 bytes.
    fn key(&mut self) -> String {
        let mut key = self.dice.pick(WORDS).to_owned();
        for _ in 0..self.dice.below(3) {
            let next = self.dice.pick(WORDS);
            if key.len() + 1 + next.len() <= 20 {
                key = format!("{key}-{next}");
            }
        }
        // The key of the edit is written where it is meant to be, and nowhere else.
        if key == KEY { "listen-on".to_owned() } else { key }
    }

    /// The value is as long as leads the mean of all lines to where it should be.
    fn key_line(&mut self, key: &str) {
        self.text.push_str(key);
        self.text.push_str(self.delimiter());
        let missing = self.mean * self.lines as f64 - self.text.len() as f64;
        let around = (self.mean * 0.5 + missing / 20.0).clamp(1.0, self.mean * 3.0) as usize;
        let wanted = 1 + self.dice.below(around * 2);
        let start = self.text.len();
        if self.dice.below(3) == 0 {
            let _ = write!(self.text, "{}", self.dice.below(100_000));
        } else {
            self.text.push_str(self.dice.pick(WORDS));
        }
        while self.text.len() < start + wanted {
            self.text.push_str(self.dice.pick(&["/", " ", ",", "."]));
            self.text.push_str(self.dice.pick(WORDS));
        }
        self.text.truncate(start + wanted.max(1));
        if self.text.ends_with(' ') {
            self.text.pop();
            self.text.push('0');
        }
        self.text.push('\n');
        self.lines += 1;
    }

    fn finish(self, name: &'static str) -> Text {
        let names = (0..1_000).map(|at| self.name(at)).collect();
        Text { name, bytes: self.text.into_bytes(), section: SECTION, key: KEY, names }
    }

    /// Of a thousand, fifty name a key that is not there, and fifty a section.
    fn name(&self, at: usize) -> (String, String) {
        let Some((section, key)) = self.keys.get(at * self.keys.len() / 1_000) else {
            return (SECTION.to_owned(), format!("{KEY}-{at}"));
        };
        let section = self.sections[*section as usize].clone();
        match at % 20 {
            7 => (section, format!("{key}-not")),
            13 => (format!("{section}-not"), key.clone()),
            _ => (section, key.clone()),
        }
    }
}

/// Numbers that look random (SplitMix64).
struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, bound: usize) -> usize {
        usize::try_from(self.next() % bound.max(1) as u64).expect("below a usize")
    }

    fn pick<'a>(&mut self, among: &[&'a str]) -> &'a str {
        among[self.below(among.len())]
    }

    /// From 0 up to 1.
    fn unit(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// The lines of a block: log-normal around 6, one in a hundred a power law from 131 up to 1,000; 11 in the mean.
    fn block(&mut self) -> usize {
        if self.below(100) == 0 {
            return ((131.0 / (1.0 - self.unit()).powf(1.0 / 1.5)) as usize).min(1_000);
        }
        let normal: f64 = (0..12).map(|_| self.unit()).sum::<f64>() - 6.0;
        ((6.0 * (0.83 * normal).exp()).round() as usize).clamp(1, 130)
    }
}

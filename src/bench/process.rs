//! The service under test as a process of its own, so that its CPU and memory are told apart from
//! the gateways'. What it used is read from Linux' `/proc`; elsewhere it stays unknown.

use super::Error;
use std::{
    ffi::OsString,
    fs,
    io::{self, BufRead, BufReader, Read, Write},
    net::TcpStream,
    process::{Child, Command, Stdio},
    time::Duration,
};

/// Ticks a second of the CPU times in `/proc`: 100 on every Linux (`USER_HZ`).
const TICKS: f64 = 100.0;

/// Threads of the engine, by how their names begin; Linux keeps 15 bytes of a name.
const ENGINE_THREAD: &str = "pretriage-whisp";

/// Longest wait for the metrics.
const SCRAPE_LIMIT: Duration = Duration::from_secs(2);

/// The most bytes of metrics that are read.
const MAX_METRICS_BYTES: u64 = 1 << 20;

/// What a process has used so far.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Used {
    pub(super) cpu_seconds: Option<f64>,
    pub(super) engine_cpu_seconds: Option<f64>,
    /// Engine time whose result nobody took, and all of it, by the service's own metrics.
    pub(super) discarded_seconds: f64,
    pub(super) inference_seconds: f64,
}

/// A service of our own, ended when it is dropped.
#[derive(Debug)]
pub struct Service {
    child: Child,
    /// Where gateways connect.
    pub address: String,
    metrics: String,
}

impl Service {
    /// Starts this very program as a service on free ports of this machine.
    ///
    /// # Errors
    /// When it cannot be started or ends before it listens.
    pub fn start(arguments: &[OsString]) -> Result<Self, Error> {
        let program = std::env::current_exe().map_err(Error::Start)?;
        let mut child = Command::new(program)
            .args(arguments)
            .args(["serve", "--listen", "127.0.0.1:0", "--admin", "127.0.0.1:0"])
            // A line for each call would cost what is measured.
            .env("RUST_LOG", "warn")
            .stdout(Stdio::piped())
            .stdin(Stdio::null())
            .spawn()
            .map_err(Error::Start)?;
        let mut lines = child.stdout.take().map(|it| BufReader::new(it).lines());
        let mut told = |prefix: &str| -> Option<String> {
            lines
                .as_mut()?
                .map_while(Result::ok)
                .find_map(|line| line.strip_prefix(prefix).map(str::to_owned))
        };
        let address = told("listening on ");
        let metrics =
            told("metrics on http://").map(|it| it.trim_end_matches("/metrics").to_owned());
        match (address, metrics) {
            (Some(address), Some(metrics)) => Ok(Self { child, address, metrics }),
            _ => {
                let _ = child.kill();
                let _ = child.wait();
                Err(Error::Ended)
            }
        }
    }

    /// The memory that it holds now.
    pub(super) fn resident_bytes(&self) -> Option<u64> {
        resident_bytes(&self.child.id().to_string())
    }

    pub(super) fn used(&self) -> Used {
        let metrics = scrape(&self.metrics).unwrap_or_default();
        let value = |name: &str| {
            let mut lines = metrics.lines();
            lines.find_map(|line| line.strip_prefix(name)?.trim().parse().ok()).unwrap_or(0.0)
        };
        Used {
            cpu_seconds: cpu_seconds(&self.child.id().to_string()),
            engine_cpu_seconds: engine_cpu_seconds(self.child.id()),
            discarded_seconds: value("pretriage_discarded_seconds_sum "),
            inference_seconds: value("pretriage_inference_seconds_sum "),
        }
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        // It has no calls any more that a drain would save.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// CPU time of a process of `/proc`, all its threads, those that ended too.
pub(super) fn cpu_seconds(process: &str) -> Option<f64> {
    ticks(&format!("/proc/{process}/stat")).map(|ticks| ticks / TICKS)
}

fn engine_cpu_seconds(id: u32) -> Option<f64> {
    let tasks = fs::read_dir(format!("/proc/{id}/task")).ok()?;
    let of_engine = tasks.flatten().filter(|task| {
        fs::read_to_string(task.path().join("comm"))
            .is_ok_and(|name| name.starts_with(ENGINE_THREAD))
    });
    Some(
        of_engine
            .filter_map(|task| ticks(&task.path().join("stat").to_string_lossy()))
            .sum::<f64>()
            / TICKS,
    )
}

/// User and system time of a stat file. The name before them may hold spaces and brackets.
fn ticks(path: &str) -> Option<f64> {
    let stat = fs::read_to_string(path).ok()?;
    let mut fields = stat.rsplit_once(')')?.1.split_whitespace().skip(11);
    let mut next = || fields.next()?.parse::<f64>().ok();
    Some(next()? + next()?)
}

/// Memory that a process of `/proc` holds.
pub(super) fn resident_bytes(process: &str) -> Option<u64> {
    let status = fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    Some(line.trim().trim_end_matches(" kB").parse::<u64>().ok()? * 1_024)
}

/// Reads `/metrics` of an admin port.
fn scrape(address: &str) -> io::Result<String> {
    let mut stream = TcpStream::connect(address)?;
    stream.set_read_timeout(Some(SCRAPE_LIMIT))?;
    write!(stream, "GET /metrics HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n")?;
    let mut text = String::new();
    stream.take(MAX_METRICS_BYTES).read_to_string(&mut text)?;
    Ok(text)
}

//! The example client in Python completes a call, and the README shows it as it is.

use std::{
    env, fs,
    io::{self, BufRead, BufReader, Write},
    path::Path,
    process::{Child, ChildStdout, Command, Stdio},
};

const ROOT: &str = env!("CARGO_MANIFEST_DIR");
const CLIENT: &str = "examples/python/client.py";
const CALL: &str = "tests/data/calls/finance_refund.wav";

/// The service in a process of its own; it goes when the test ends.
struct Service {
    process: Child,
    address: String,
    /// Kept open: a service whose stdout is closed cannot say what it does.
    _stdout: BufReader<ChildStdout>,
}

impl Service {
    fn start() -> Self {
        let mut process = Command::new(env!("CARGO_BIN_EXE_pretriage"))
            .args(["serve", "--listen", "127.0.0.1:0", "--admin", "127.0.0.1:0"])
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut stdout = BufReader::new(process.stdout.take().unwrap());
        let mut line = String::new();
        stdout.read_line(&mut line).unwrap();
        let address = line.trim().strip_prefix("listening on ").unwrap().to_owned();
        Self { process, address, _stdout: stdout }
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }
}

#[test]
fn the_python_client_completes_a_call() {
    if env::var_os("PRETRIAGE_SLOW_TESTS").is_none() {
        return;
    }
    let Some(python) = env::var_os("PRETRIAGE_PYTHON").filter(|path| !path.is_empty()) else {
        assert!(env::var_os("CI").is_none(), "PRETRIAGE_PYTHON names no interpreter");
        // Written past the test harness, which would keep it to itself.
        writeln!(io::stderr(), "skipped: PRETRIAGE_PYTHON names no interpreter").unwrap();
        return;
    };
    let service = Service::start();
    let client = Command::new(python)
        .args([CLIENT, CALL, &service.address])
        .current_dir(ROOT)
        .output()
        .unwrap();
    let printed = String::from_utf8(client.stdout).unwrap();
    let faults = String::from_utf8_lossy(&client.stderr);
    assert!(client.status.success(), "{faults}");
    assert!(printed.contains(" ms  transcript "), "{printed}{faults}");
    assert!(printed.contains(" ms  decision "), "{printed}{faults}");
    assert!(printed.ends_with("\nROUTE\n"), "{printed}{faults}");
}

#[test]
fn the_readme_shows_the_python_client_as_it_is() {
    let read = |path| fs::read_to_string(Path::new(ROOT).join(path)).unwrap();
    assert!(read("README.md").contains(read(CLIENT).trim_end()), "README.md differs from {CLIENT}");
}

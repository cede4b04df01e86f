//! What every engine is asked for: passes over the same sounds, and callers who come all at once.
//!
//! A line `pass` on standard input is every sound once, a line `burst N` is N callers at once with the
//! first sound, a line `encode N` is the encoder alone so many times over the window of the last sound; each
//! is answered by one JSON line.

use anyhow::{Context, Result, bail};
use rustix::time::{ClockId, clock_gettime};
use serde_json::json;
use std::{fs, io, panic::resume_unwind, thread::ScopedJoinHandle, time::Instant};

/// One engine under test.
pub trait Peer {
    /// Transcribes 16 kHz samples and returns how many tokens were written.
    fn hear(&mut self, samples: &[f32]) -> Result<usize>;

    /// Lets this many callers come at once; returns after how many seconds each was answered.
    fn burst(&mut self, n_callers: usize, samples: &[f32]) -> Result<Vec<f64>>;

    /// Runs the encoder alone over the window of what was heard last.
    fn encode(&mut self) -> Result<()>;
}

/// Reads sounds of little-endian f32 samples at 16 kHz.
pub fn sounds(paths: &[String]) -> Result<Vec<Vec<f32>>> {
    paths
        .iter()
        .map(|path| {
            let bytes = fs::read(path).with_context(|| format!("cannot read {path}"))?;
            Ok(bytes
                .chunks_exact(4)
                .map(|it| f32::from_le_bytes([it[0], it[1], it[2], it[3]]))
                .collect())
        })
        .collect()
}

/// Answers standard input until it ends.
pub fn serve(engine: &mut impl Peer, sounds: &[Vec<f32>]) -> Result<()> {
    println!("{}", json!({ "ready": true }));
    for line in io::stdin().lines() {
        let line = line?;
        let answer = match line.split_once(' ') {
            None if line == "pass" => pass(engine, sounds)?,
            Some(("burst", n_callers)) => {
                let samples = sounds.first().context("there is no sound")?;
                json!({ "answered": engine.burst(n_callers.parse()?, samples)? })
            }
            Some(("encode", n_times)) => {
                let mut cpu = Vec::new();
                for _ in 0..n_times.parse()? {
                    let spent = cpu_seconds();
                    engine.encode()?;
                    cpu.push(cpu_seconds() - spent);
                }
                json!({ "cpu": cpu })
            }
            _ => bail!("unknown line: {line}"),
        };
        println!("{answer}");
    }
    Ok(())
}

/// Collects after how many seconds each caller was answered.
pub fn answered(callers: Vec<ScopedJoinHandle<'_, Result<f64>>>) -> Result<Vec<f64>> {
    let join = |caller: ScopedJoinHandle<'_, Result<f64>>| {
        caller.join().unwrap_or_else(|panic| resume_unwind(panic))
    };
    callers.into_iter().map(join).collect()
}

fn pass(engine: &mut impl Peer, sounds: &[Vec<f32>]) -> Result<serde_json::Value> {
    let (mut wall, mut cpu, mut tokens) = (Vec::new(), Vec::new(), Vec::new());
    for samples in sounds {
        let (begun, spent) = (Instant::now(), cpu_seconds());
        tokens.push(engine.hear(samples)?);
        cpu.push(cpu_seconds() - spent);
        wall.push(begun.elapsed().as_secs_f64());
    }
    Ok(json!({ "wall": wall, "cpu": cpu, "tokens": tokens, "memory": peak_memory()? }))
}

/// CPU time of this process, all threads.
fn cpu_seconds() -> f64 {
    let time = clock_gettime(ClockId::ProcessCPUTime);
    time.tv_sec as f64 + time.tv_nsec as f64 / 1e9
}

/// The most bytes that were resident.
fn peak_memory() -> Result<u64> {
    let status = fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).context("no VmHWM")?;
    let kilobytes: u64 = line.trim().trim_end_matches(" kB").parse()?;
    Ok(kilobytes * 1_024)
}

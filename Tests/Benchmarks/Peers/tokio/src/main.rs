//! The task workloads on tokio's current-thread runtime.
//!
//! Prints what each operation costs: `name nanoseconds` lines, processor time, the best of some
//! rounds.

use std::future::Future;
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;
use tokio::sync::{mpsc, Mutex, Notify};
use tokio::task::{self, JoinSet};

const ROUNDS: usize = 5;

fn processor_time() -> u64 {
    extern "C" {
        fn clock_gettime(clock: i32, time: *mut [i64; 2]) -> i32;
    }
    let mut time = [0i64; 2];
    unsafe { clock_gettime(2, &mut time) }; // CLOCK_PROCESS_CPUTIME_ID
    time[0] as u64 * 1_000_000_000 + time[1] as u64
}

async fn measure<F: Future<Output = ()>>(name: &str, operations: u64, body: impl Fn() -> F) {
    body().await;
    let mut best = u64::MAX;
    for _ in 0..ROUNDS {
        let start = processor_time();
        body().await;
        best = best.min(processor_time() - start);
    }
    println!("{} {}", name, best as f64 / operations as f64);
}

async fn yields(count: usize) {
    for _ in 0..count {
        task::yield_now().await;
    }
}

async fn spawn_join() {
    for value in 0..50_000usize {
        std::hint::black_box(task::spawn(async move { value }).await.unwrap());
    }
}

async fn spawn_all() {
    let tasks: Vec<_> = (0..50_000usize).map(|value| task::spawn(async move { value })).collect();
    for task in tasks {
        std::hint::black_box(task.await.unwrap());
    }
}

async fn group() {
    let mut tasks = JoinSet::new();
    for _ in 0..100 {
        tasks.spawn(yields(1000));
    }
    while tasks.join_next().await.is_some() {}
}

async fn queue() {
    let (sender, mut receiver) = mpsc::channel(1);
    let producer = task::spawn(async move {
        for value in 0..100_000usize {
            sender.send(value).await.unwrap();
        }
    });
    for _ in 0..100_000 {
        receiver.recv().await.unwrap();
    }
    producer.await.unwrap();
}

async fn lock() {
    let mutex = Arc::new(Mutex::new(()));
    let mut tasks = JoinSet::new();
    for _ in 0..20 {
        let mutex = mutex.clone();
        tasks.spawn(async move {
            for _ in 0..1000 {
                let _guard = mutex.lock().await;
                task::yield_now().await;
            }
        });
    }
    while tasks.join_next().await.is_some() {}
}

async fn event() {
    let turns = [Arc::new(Notify::new()), Arc::new(Notify::new())];
    turns[0].notify_one();
    let mut tasks = JoinSet::new();
    for own in 0..2 {
        let (own, other) = (turns[own].clone(), turns[1 - own].clone());
        tasks.spawn(async move {
            for _ in 0..20_000 {
                own.notified().await;
                other.notify_one();
            }
        });
    }
    while tasks.join_next().await.is_some() {}
}

/// Registers a timer without waiting for it.
async fn arm(sleep: &mut std::pin::Pin<Box<tokio::time::Sleep>>) {
    std::future::poll_fn(|context| {
        let _ = sleep.as_mut().poll(context);
        Poll::Ready(())
    })
    .await
}

async fn armed(count: u64, base: u64, spread: u64) -> Vec<std::pin::Pin<Box<tokio::time::Sleep>>> {
    let mut timers = Vec::with_capacity(count as usize);
    for index in 0..count {
        let delay = Duration::from_secs(base + index % spread);
        let mut sleep = Box::pin(tokio::time::sleep(delay));
        // Not in the task's budget, which would refuse most of them.
        task::unconstrained(arm(&mut sleep)).await;
        timers.push(sleep);
    }
    timers
}

async fn timers(pending: u64) {
    let others = armed(pending, 1000, 1000).await;
    measure(&format!("timer-{}", pending), 20_000, || async {
        drop(armed(20_000, 500, 100).await);
    })
    .await;
    drop(others);
}

async fn cancel() -> u64 {
    let tasks: Vec<_> = (0..100_000)
        .map(|_| task::spawn(tokio::time::sleep(Duration::from_secs(1000))))
        .collect();
    task::yield_now().await;
    let start = processor_time();
    for task in &tasks {
        task.abort();
    }
    for task in tasks {
        let _ = task.await;
    }
    processor_time() - start
}

fn resident() -> f64 {
    let text = std::fs::read_to_string("/proc/self/statm").unwrap();
    text.split(' ').nth(1).unwrap().parse::<f64>().unwrap() * 4096.0
}

async fn memory() {
    let before = resident();
    let notify = Arc::new(Notify::new());
    let mut tasks = Vec::new();
    for _ in 0..100_000 {
        let notify = notify.clone();
        tasks.push(task::spawn(async move { notify.notified().await }));
    }
    task::yield_now().await;
    println!("bytes-per-idle-task {}", (resident() - before) / 100_000.0);
    notify.notify_waiters();
    for task in tasks {
        task.await.unwrap();
    }
}

async fn all() {
    memory().await;
    measure("spawn-join", 50_000, spawn_join).await;
    measure("spawn-all", 50_000, spawn_all).await;
    measure("yield", 200_000, || yields(200_000)).await;
    measure("group-100", 100_000, group).await;
    measure("queue", 100_000, queue).await;
    measure("lock", 20_000, lock).await;
    measure("event", 40_000, event).await;
    timers(100_000).await;
    timers(1_000_000).await;
    let mut best = u64::MAX;
    for _ in 0..3 {
        best = best.min(cancel().await);
    }
    println!("cancel-100000 {}", best as f64 / 100_000.0);
}

fn main() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    // As a task of its own: the main future would be polled beside the scheduler's queue.
    runtime.block_on(async { task::spawn(all()).await.unwrap() });
}

//! An echo server on tokio's current-thread runtime; see the usage.

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpListener, UdpSocket, UnixListener};
use tokio::process::Command;

const USAGE: &str = "usage: tokio-echo tcp|udp|unix PATH|spawn

Sends back what comes; spawn is tcp, but runs a program before it answers. Prints its port, 0 for
unix, and serves until it is killed.";

async fn echo<S: AsyncRead + AsyncWrite + Unpin>(mut socket: S, spawns: bool) {
    let mut buffer = vec![0u8; 65536];
    loop {
        let count = match socket.read(&mut buffer).await {
            Ok(0) | Err(_) => return,
            Ok(count) => count,
        };
        if spawns && !Command::new("/bin/true").status().await.map_or(false, |end| end.success()) {
            return;
        }
        if socket.write_all(&buffer[..count]).await.is_err() {
            return;
        }
    }
}

async fn serve_tcp(spawns: bool) -> std::io::Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    println!("{}", listener.local_addr()?.port());
    loop {
        let (socket, _) = listener.accept().await?;
        socket.set_nodelay(true)?;
        tokio::spawn(echo(socket, spawns));
    }
}

async fn serve_unix(path: String) -> std::io::Result<()> {
    let listener = UnixListener::bind(path)?;
    println!("0");
    loop {
        let (socket, _) = listener.accept().await?;
        tokio::spawn(echo(socket, false));
    }
}

async fn serve_udp() -> std::io::Result<()> {
    let socket = UdpSocket::bind("127.0.0.1:0").await?;
    println!("{}", socket.local_addr()?.port());
    let mut buffer = vec![0u8; 65536];
    loop {
        let (count, sender) = socket.recv_from(&mut buffer).await?;
        socket.send_to(&buffer[..count], sender).await?;
    }
}

async fn serve(arguments: Vec<String>) -> std::io::Result<()> {
    match (arguments.get(0).map(String::as_str), arguments.get(1)) {
        (Some("tcp"), None) => serve_tcp(false).await,
        (Some("spawn"), None) => serve_tcp(true).await,
        (Some("udp"), None) => serve_udp().await,
        (Some("unix"), Some(path)) => serve_unix(path.clone()).await,
        _ => {
            eprintln!("{}", USAGE);
            std::process::exit(2);
        }
    }
}

fn main() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let arguments = std::env::args().skip(1).collect();
    runtime.block_on(async { tokio::spawn(serve(arguments)).await.unwrap() }).unwrap();
}

//! The agent's package, put into a system that is a folder: installed, looked at by the doctor, and taken out again.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use tempfile::TempDir;

use crate::estate::Estate;

/// A system that is a folder, with the package unpacked into it.
struct System {
    folder: TempDir,
}

impl System {
    fn with_package() -> Self {
        let folder = TempDir::new().unwrap();
        let repository = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        let programs = folder.path().join("programs");
        fs::create_dir(&programs).unwrap();
        let built = std::env::current_exe().unwrap().ancestors().nth(2).unwrap().join("trayline-agent");
        std::os::unix::fs::symlink(built, programs.join("trayline-agent")).unwrap();
        fs::write(programs.join("trayline-chat"), "#!/bin/sh\n").unwrap();
        let package = folder.path().join("agent.deb");
        run(Command::new(repository.join("scripts/package-agent")).arg("--programs").args([&programs, &package]));
        let system = Self { folder };
        run(Command::new("dpkg-deb").arg("--extract").args([&package, &system.root()]));
        run(Command::new("dpkg-deb").arg("--control").args([&package, &system.path("scripts")]));
        system
    }

    fn root(&self) -> PathBuf {
        self.folder.path().join("root")
    }

    fn path(&self, below: &str) -> PathBuf {
        self.root().join(below)
    }

    fn agent(&self, arguments: &[&str]) -> Output {
        let mut agent = Command::new(self.path("usr/bin/trayline-agent"));
        agent.env_clear().env("HOME", self.path("home")).env("DISPLAY", ":7").args(arguments);
        agent.output().unwrap()
    }

    /// What the doctor says, and whether all is well.
    fn doctor(&self) -> (String, bool) {
        let identity = self.path("var/lib/trayline-agent").display().to_string();
        let output = self.agent(&["doctor", "--state-dir", &identity]);
        (String::from_utf8(output.stdout).unwrap(), output.status.success())
    }

    fn maintainer_script(&self, name: &str, argument: &str) {
        run(Command::new(self.path("scripts").join(name)).arg(argument).env("DPKG_ROOT", self.root()));
    }
}

fn run(command: &mut Command) -> String {
    let output = command.output().unwrap();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    assert!(output.status.success(), "{command:?}: {}", text(&output.stderr));
    text(&output.stdout)
}

const PLACED: [&str; 3] = [
    "etc/xdg/autostart/trayline-agent.desktop",
    "usr/local/share/applications/trayline-agent.desktop",
    "usr/local/share/icons/hicolor/scalable/apps/trayline-agent.svg",
];

#[tokio::test(flavor = "multi_thread")]
async fn a_device_is_installed_in_silence_the_doctor_says_how_it_is_and_it_can_be_taken_out_again() {
    let mut estate = Estate::start().await;
    let customer = estate.admin(&["customer", "add", "--name", "Bluebell Dental"]);
    let key = estate.admin(&["enrolment-key", "add", "--customer", customer["customer_id"].as_str().unwrap()]);
    let system = System::with_package();
    let root = system.root().display().to_string();
    let key = key["enrolment_key"].as_str().unwrap();
    let install = ["install", "--server", &estate.web_url, "--key", key, "--name", "FRONTDESK-01", "--root", &root];

    let installed = system.agent(&install);
    assert!(installed.status.success(), "{installed:?}");
    assert_eq!(system.agent(&install).stdout, installed.stdout, "again, it is the same device");
    let asset_id = String::from_utf8(installed.stdout).unwrap();
    let autostart = fs::read_to_string(system.path(PLACED[0])).unwrap();
    assert!(autostart.contains("\nExec=\"/usr/bin/trayline-agent\" tray\n"), "{autostart}");
    for (path, mode) in [("", 0o755), ("/identity.json", 0o644), ("/device.seed", 0o644)] {
        let found = fs::metadata(system.path(&format!("var/lib/trayline-agent{path}"))).unwrap().permissions().mode();
        assert_eq!(found & 0o777, mode, "{path}: everybody on the device speaks for it");
    }

    let expected = format!(
        "ok    device: It is enrolled. Its number is {}.\n\
         ok    server: Your IT team answers. It calls this device FRONTDESK-01.\n\
         ok    clock: It is right.\n\
         ok    outbox: Nothing waits to be sent.\n\
         ok    disk: It takes what is written.\n\
         WRONG agent: It does not run in this session. Sign out and in, or start Live Chat.\n\
         note  tray: This desktop has none. The chat opens by Live Chat in the application menu.\n",
        asset_id.trim()
    );
    assert_eq!(system.doctor(), (expected, false));
    estate.broker.kill();
    let (said, _) = system.doctor();
    assert!(said.contains("WRONG server: There is no way to it."), "{said}");

    system.maintainer_script("prerm", "remove");
    assert!(PLACED.iter().all(|path| !system.path(path).exists()));
    assert!(system.path("var/lib/trayline-agent/device.seed").exists(), "it stays enrolled");
    system.maintainer_script("postrm", "purge");
    assert!(!system.path("var/lib/trayline-agent").exists());
}

//! Real pixels of every state, without a display. They are written to `target/screenshots/agent`, to be looked at.

use std::path::PathBuf;
use std::rc::Rc;

use agent::window::ToWindow;
use agent::{Delivery, LinkState};
use slint::platform::software_renderer::{MinimalSoftwareWindow, RepaintBufferType};
use slint::platform::{Platform, WindowAdapter};
use slint::{ComponentHandle as _, PhysicalSize, PlatformError, Rgb8Pixel, SharedPixelBuffer};
use window::View;

use crate::conversations::{Conversation, clock, link, printer};

const GROUND_LIGHT: (u8, u8, u8) = (0xf5, 0xf6, 0xf8);
const GROUND_DARK: (u8, u8, u8) = (0x15, 0x18, 0x1d);
const WARNING_LIGHT: (u8, u8, u8) = (0xff, 0xf4, 0xd6);
const WARNING_DARK: (u8, u8, u8) = (0x3a, 0x2f, 0x14);

/// What has no emoji in sight.
const WITHOUT_EMOJI: [&str; 7] =
    ["about", "empty", "begun-by-technician", "days", "chinese-japanese-korean", "long", "right-to-left"];

/// How many pixels of a colour count.
const ENOUGH: usize = 20;
const ENOUGH_YELLOW: usize = 8;

struct NoDisplay(Rc<MinimalSoftwareWindow>);

impl Platform for NoDisplay {
    fn create_window_adapter(&self) -> Result<Rc<dyn WindowAdapter>, PlatformError> {
        Ok(Rc::clone(&self.0) as Rc<dyn WindowAdapter>)
    }
}

/// One picture: its name, what is told, what is written already.
struct Picture {
    name: &'static str,
    told: Vec<ToWindow>,
    draft: &'static str,
    language: &'static str,
}

fn picture(name: &'static str, conversation: Conversation) -> Picture {
    Picture { name, told: conversation.told(), draft: "", language: "en" }
}

fn pictures() -> Vec<Picture> {
    let mut offline = picture("offline", printer().waiting("Are you still there?").waiting("I'll be in room 214."));
    offline.told.push(link(LinkState::Offline));
    let mut ended = picture("ended", printer().theirs("You are welcome. Have a good day!").closed());
    ended.draft = "One more thing: the scanner";
    let mut long = picture("long", long());
    long.draft = "A draft of several lines\nthat grows with what is written in it,\nup to a point.";
    let mut right_to_left = picture("right-to-left", right_to_left());
    right_to_left.language = "ar";
    let mut german = picture("german", printer().typing());
    german.language = "de";
    let mut refused = picture("refused", printer());
    refused.told.push(link(LinkState::Refused));
    let mut about = picture("about", Conversation::new());
    about.told.push(ToWindow::About);
    vec![
        about,
        picture("empty", Conversation::new()),
        picture("everyday", printer()),
        picture("typing", printer().typing()),
        picture("unread", printer().theirs("Did it work?").theirs("I can come by at ten.").unread(2)),
        picture(
            "begun-by-technician",
            Conversation::new()
                .opened_by(crate::conversations::priya())
                .theirs("Hello Dana, your laptop needs an update. When may I restart it?"),
        ),
        picture("states", states()),
        picture("days", days()),
        picture("emoji", emoji()),
        picture("chinese-japanese-korean", east_asian()),
        offline,
        ended,
        long,
        right_to_left,
        german,
        refused,
    ]
}

fn states() -> Conversation {
    printer()
        .mine("This one a technician has read.", Delivery::Read)
        .ago(20)
        .mine("This one is stored.", Delivery::Stored)
        .ago(10)
        .mine("This one is sent.", Delivery::Sent)
        .ago(2)
        .waiting("This one is being sent.")
}

fn days() -> Conversation {
    Conversation::new()
        .ago(60 * 24 * 400)
        .opened()
        .mine("More than a year ago.", Delivery::Read)
        .closed()
        .ago(60 * 24 * 5)
        .opened()
        .mine("Last week.", Delivery::Read)
        .theirs("Then, too.")
        .closed()
        .ago(60 * 24)
        .opened()
        .mine("Yesterday.", Delivery::Read)
        .ago(30)
        .theirs("Today.")
}

fn emoji() -> Conversation {
    Conversation::new()
        .opened()
        .mine("🎉", Delivery::Read)
        .theirs("👩‍💻 👨‍👩‍👧‍👦 🏳️‍🌈 🇳🇿 👋🏽 ❤️ 🖨️ 🔒")
        .mine("Between words 😀 and at the end 🚀", Delivery::Stored)
}

fn east_asian() -> Conversation {
    Conversation::new()
        .opened()
        .mine("打印机只打印空白页。昨天还好好的。", Delivery::Read)
        .theirs("プリンターを再起動してみてください。")
        .mine("네, 다시 시작해 보겠습니다. 감사합니다!", Delivery::Stored)
}

fn right_to_left() -> Conversation {
    Conversation::new()
        .opened()
        .mine("صباح الخير، الطابعة في الطابق الثاني لا تطبع إلا صفحات فارغة.", Delivery::Read)
        .theirs("صباح النور، سأنظر في الأمر. التعليمات هنا: https://help.northwind.example/reset شكراً")
        .mine("בוקר טוב, זה עובד עכשיו (HP LaserJet 4).", Delivery::Stored)
        .typing()
}

fn long() -> Conversation {
    let paragraph = "Since this morning the accounting program says that it cannot reach the server. ".repeat(6);
    Conversation::new()
        .opened()
        .mine(&format!("{paragraph}\n\nWhat I tried:\n  1. restart\n  2. another socket"), Delivery::Read)
        .theirs(&"Averyveryverylongwordwithoutanyspace".repeat(6))
        .theirs("https://help.northwind.example/a/very/long/address/that/does/not/fit/into/one/line?with=parameters&and=more")
}

#[test]
fn every_state_has_its_picture() {
    let adapter = MinimalSoftwareWindow::new(RepaintBufferType::NewBuffer);
    slint::platform::set_platform(Box::new(NoDisplay(Rc::clone(&adapter)))).unwrap();
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../target/screenshots/agent");
    std::fs::create_dir_all(&folder).unwrap();
    for (dark, look) in [(false, "light"), (true, "dark")] {
        for picture in pictures() {
            let pixels = draw(&adapter, dark, &picture);
            // Behind the card of what it is, everything is dimmed.
            let ground = has(&pixels, if dark { GROUND_DARK } else { GROUND_LIGHT });
            assert!(ground || picture.name == "about", "{} {look}", picture.name);
            let warned = has(&pixels, if dark { WARNING_DARK } else { WARNING_LIGHT });
            assert_eq!(warned, ["offline", "refused"].contains(&picture.name), "{} {look}", picture.name);
            let yellow = pixels.as_slice().iter().filter(|pixel| is_yellow(**pixel)).count() >= ENOUGH_YELLOW;
            assert_eq!(yellow, !WITHOUT_EMOJI.contains(&picture.name), "{} {look}", picture.name);
            write(&folder.join(format!("{}-{look}.png", picture.name)), &pixels);
        }
    }
}

fn draw(adapter: &Rc<MinimalSoftwareWindow>, dark: bool, picture: &Picture) -> SharedPixelBuffer<Rgb8Pixel> {
    let size = PhysicalSize::new(420, 620);
    let view = View::new(clock(), |_| {}).unwrap();
    slint::select_bundled_translation(picture.language).unwrap();
    view.window().invoke_look(dark);
    view.window().show().unwrap();
    adapter.set_size(size);
    for told in &picture.told {
        view.hear(told.clone());
    }
    view.write(picture.draft);
    let mut pixels = SharedPixelBuffer::<Rgb8Pixel>::new(size.width, size.height);
    // Heights of rows are known only once they were drawn.
    for _ in 0..5 {
        slint::platform::update_timers_and_animations();
        adapter.request_redraw();
        adapter.draw_if_needed(|renderer| {
            renderer.render(pixels.make_mut_slice(), size.width as usize);
        });
    }
    view.window().hide().unwrap();
    pixels
}

fn has(pixels: &SharedPixelBuffer<Rgb8Pixel>, (red, green, blue): (u8, u8, u8)) -> bool {
    let near = |one: u8, other: u8| one.abs_diff(other) <= 6;
    let alike = |pixel: &&Rgb8Pixel| near(pixel.r, red) && near(pixel.g, green) && near(pixel.b, blue);
    pixels.as_slice().iter().filter(alike).take(ENOUGH).count() == ENOUGH
}

/// As hands and faces are, and nothing else in the window.
fn is_yellow(pixel: Rgb8Pixel) -> bool {
    pixel.r > 230 && (150..240).contains(&pixel.g) && pixel.b < 90
}

fn write(path: &std::path::Path, pixels: &SharedPixelBuffer<Rgb8Pixel>) {
    let file = std::fs::File::create(path).unwrap();
    let mut encoder = png::Encoder::new(file, pixels.width(), pixels.height());
    encoder.set_color(png::ColorType::Rgb);
    encoder.write_header().unwrap().write_image_data(pixels.as_bytes()).unwrap();
}

//! Names for the demo's people, businesses and devices.

/// The businesses, each with the short form that its devices' names begin with and its domain.
pub const CUSTOMERS: [(&str, &str, &str); 20] = [
    ("Harbour Dental", "HARB", "harbourdental.example"),
    ("Nordlicht Architects", "NORD", "nordlicht.example"),
    ("Café del Mar", "CAFE", "cafedelmar.example"),
    ("Birchwood Primary School", "BIRCH", "birchwood.example"),
    ("Okonkwo & Partners Solicitors", "OKON", "okonkwo-law.example"),
    ("Alpine Outfitters", "ALPI", "alpine-outfitters.example"),
    ("Meridian Logistics", "MERI", "meridian-logistics.example"),
    ("St. Brigid's Hospice", "BRIG", "stbrigids.example"),
    ("Fujimoto Optics", "FUJI", "fujimoto-optics.example"),
    ("Greenfield Veterinary", "GVET", "greenfieldvet.example"),
    ("Castellan Wines", "CAST", "castellan.example"),
    ("Tidewater Insurance", "TIDE", "tidewater.example"),
    ("Kowalski Metalworks", "KOWA", "kowalski-metal.example"),
    ("Lakeside Pharmacy", "LAKE", "lakesidepharmacy.example"),
    ("Brightside Day Nursery", "BRIT", "brightside-nursery.example"),
    ("Hartmann Tax Advisers", "HART", "hartmann-tax.example"),
    ("Solaris Roofing", "SOLA", "solaris-roofing.example"),
    ("Théâtre des Lucioles", "LUCI", "lucioles.example"),
    ("Van der Berg Florists", "BERG", "vanderberg.example"),
    ("Quayside Boatyard", "QUAY", "quayside-boats.example"),
];

/// What those who help say often, each with the word that they type for it.
pub const CANNED_REPLIES: [(&str, &str); 5] = [
    ("hello", "Hello! I have your message and look at it right away."),
    ("remote", "May I connect to your screen? You will be asked for your consent, and can see all that I do."),
    (
        "restart",
        "Please save what is open and restart the computer once. I stay in this chat; just write when you are back.",
    ),
    ("solved", "Glad that it works again. I close this chat now; write whenever something else comes up."),
    (
        "password",
        "I cannot see your password and will never ask for it. I send you a link with which you choose a new one.",
    ),
];

/// Those who help.
pub const TECHNICIANS: [&str; 8] = [
    "Maya Lindholm",
    "Tom Achterberg",
    "Priya Raman",
    "Jonas Weber",
    "Sofia Marchetti",
    "Daniel Osei",
    "Klára Nováková",
    "Ben Whitaker",
];

/// First names of those who are helped.
pub const FIRST: [&str; 40] = [
    "Anna", "Yusuf", "Claire", "Mateo", "Ingrid", "Kwame", "Lena", "Pavel", "Rosa", "Hugh", "Mei", "Oskar", "Fatima",
    "George", "Amélie", "Ravi", "Nora", "Tomasz", "Elif", "Peter", "Chiara", "Samuel", "Birgit", "Aisha", "Martin",
    "Sinéad", "Luis", "Hanna", "Idris", "Julia", "Viktor", "Grace", "Emil", "Zoë", "Kenji", "Paula", "Omar", "Edith",
    "Björn", "Carmen",
];

/// Last names of those who are helped.
pub const LAST: [&str; 40] = [
    "Keller",
    "Okafor",
    "Dubois",
    "Silva",
    "Lindqvist",
    "Mensah",
    "Fischer",
    "Novak",
    "Moreno",
    "Barlow",
    "Zhang",
    "Holm",
    "Haddad",
    "Price",
    "Laurent",
    "Sharma",
    "Jansen",
    "Kowalczyk",
    "Demir",
    "Walsh",
    "Ricci",
    "Adeyemi",
    "Schäfer",
    "Rahman",
    "Berger",
    "O'Neill",
    "Ortega",
    "Virtanen",
    "Mahmoud",
    "Brandt",
    "Petrov",
    "Ellis",
    "Larsen",
    "Meyer",
    "Tanaka",
    "Costa",
    "Farouk",
    "Hughes",
    "Sørensen",
    "Vidal",
];

/// What devices are, as their names say it.
pub const DEVICES: [&str; 10] = ["PC", "PC", "PC", "LT", "LT", "LT", "LT", "TAB", "POS", "SRV"];
